"""The input form: an account's meter, checking and submitting a reading, the history."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn
from uuid import uuid4

from sqlalchemy.orm import Session

from services.chassis.calls import Call
from services.chassis.outbox import emit
from services.common.clock import moscow_date
from services.common.period import Period
from services.contracts import readings as contract
from services.contracts.errors import FieldError, ServiceError
from services.readings import models, views
from services.readings.domain import confirmation, rules, typed, words
from services.readings.domain.window import Window, open_window
from services.readings.repository import submitting as repository
from services.readings.settings import Settings


def meter_state(
    session: Session, request: contract.AccountRequest, settings: Settings, now: datetime
) -> contract.MeterState:
    """What the input form follows; raises `account_unknown`."""
    found = _metering(session, request.account)
    window, today = _window(found, settings, now), moscow_date(now)
    return views.meter_state(request.account, found, window, _input(found.meter, today), today)


def check_reading(
    session: Session, request: contract.ReadingRequest, settings: Settings, now: datetime
) -> contract.Verdict:
    """What would come of a reading; writes nothing. Raises as `submit_reading` but for doubts."""
    given = _given(_metering(session, request.account), request, settings, now)
    if given.reason:
        return contract.Verdict(status="refused", reason=given.reason, message=given.message)
    if given.confirmed:
        return contract.Verdict(status="accepted", warnings=list(given.warnings), message=given.message)
    return contract.Verdict(
        status="accepted",
        doubts=list(given.judgement.doubts),
        warnings=list(given.warnings),
        confirm=given.token,
        message=" ".join(words.ask(given.judgement.doubts)),
    )


def submit_reading(
    session: Session,
    request: contract.SubmitRequest,
    settings: Settings,
    call: Call,
    clock: Callable[[], datetime],
) -> contract.Reading:
    """Keep a reading and tell of it; the same values again are the same reading (product C2).

    Raises `account_unknown`, `no_meter`, `automatic_meter`, `invalid_request` for errors of format and
    `confirmation_needed` (details: `doubts`, `messages` in their order, `confirm`). A refused reading is kept
    and given back with its reason: it never stops a payment.
    """
    repository.lock_account(session, request.account)
    # Only now: of two submissions at once, the one that stands is also the one taken later.
    now = clock()
    given = _given(_metering(session, request.account), request, settings, now)
    if given.repeated:
        return views.reading(given.repeated, given.meter)
    if not given.confirmed:
        _ask(given)
    reading = _new_reading(given, request, call, now)
    if given.reason and (before := repository.refused_before(session, reading)):
        return views.reading(before, given.meter)
    if given.standing and not given.reason:
        repository.supersede(session, given.standing.id)
    repository.add(session, reading)
    event = contract.READING_REFUSED if given.reason else contract.READING_ACCEPTED
    emit(session, event, views.told(reading, given.meter), occurred_at=now)
    return views.reading(reading, given.meter)


def history(session: Session, request: contract.HistoryRequest) -> contract.History:
    """Readings of every meter of the account, newest first; raises `account_unknown`."""
    first, last = _first_day(request.from_period), _first_day(request.to_period)
    rows = repository.history(session, request.account, first, last, request.limit)
    if rows is None:
        raise ServiceError("account_unknown")
    estimates = repository.estimates(session, request.account, first, last, request.limit)
    return contract.History(
        account=request.account,
        readings=[views.reading(reading, meter) for reading, meter in rows],
        estimates=[views.estimated(estimate) for estimate in estimates],
    )


@dataclass(frozen=True)
class _Given:
    """Typed values, read and judged. `standing` is the open period's submission so far."""

    meter: models.Meter
    values: Sequence[int]
    period: Period
    standing: models.Reading | None
    judgement: rules.Judgement
    token: str
    confirmed: bool
    """Nothing is doubted, or the person has been asked."""
    warnings: tuple[rules.Warning, ...] = ()

    @property
    def reason(self) -> rules.Refusal | None:
        return self.judgement.reason

    @property
    def repeated(self) -> models.Reading | None:
        """The standing submission, when these are its values."""
        same = self.standing is not None and list(self.standing.values) == list(self.values)
        return self.standing if same else None

    @property
    def message(self) -> str:
        if self.reason:
            return words.refused(self.reason, self.judgement.doubts)
        return words.accepted(self.period, self.warnings)


def _given(
    found: repository.Metering, request: contract.ReadingRequest, settings: Settings, now: datetime
) -> _Given:
    meter = _open_meter(found.meter)
    values = _parsed(request.values, meter)
    period = _window(found, settings, now).period
    warnings = rules.warnings_of(meter.verification_due, moscow_date(now), period)
    known = [views.taken(reading) for reading in found.known]
    standing = next((r for r in found.known if r.source == "customer" and r.period == period.first_day), None)
    if standing and list(standing.values) == values:
        return _Given(meter, values, period, standing, rules.Judgement(), "", True, warnings)
    scale = rules.Scale(meter.digits, meter.removed_on)
    judgement = rules.judge(scale, known, values, period, now, settings.limits)
    previous = rules.previous_of(known, period)
    asked = confirmation.Doubted(
        request.account,
        meter.id,
        str(period),
        list(previous.values) if previous else [],
        values,
        judgement.doubts,
    )
    secret = settings.confirmation_secret.get_secret_value()
    confirmed = (
        bool(judgement.reason)
        or not judgement.doubts
        or confirmation.confirms(request.confirm, asked, secret)
    )
    token = confirmation.token(asked, secret)
    return _Given(meter, values, period, standing, judgement, token, confirmed, warnings)


def _metering(session: Session, account: str) -> repository.Metering:
    found = repository.metering(session, account)
    if found is None:
        raise ServiceError("account_unknown")
    return found


def _window(found: repository.Metering, settings: Settings, now: datetime) -> Window:
    closed = Period.of(found.closed_through) if found.closed_through else None
    return open_window(moscow_date(now), settings.window_start_day, settings.window_end_day, closed)


def _input(meter: models.Meter | None, today: date) -> contract.Input:
    if meter is None or meter.state != "working" or (meter.removed_on and meter.removed_on <= today):
        return "no_meter"
    return "automatic" if meter.kind == "automatic" else "open"


def _open_meter(meter: models.Meter | None) -> models.Meter:
    """The meter that takes readings. One just removed does too: its reading is kept as refused."""
    if meter is None or meter.state != "working":
        raise ServiceError("no_meter")
    if meter.kind == "automatic":
        raise ServiceError("automatic_meter")
    return meter


def _parsed(values: Sequence[str], meter: models.Meter) -> list[int]:
    parsed, faults = typed.parse(values, meter.zones, meter.digits)
    if faults:
        fields = [FieldError(field=f.field, code=f.code, message=f.message) for f in faults]
        raise ServiceError("invalid_request", fields)
    return parsed


def _ask(given: _Given) -> NoReturn:
    doubts = given.judgement.doubts
    raise ServiceError(
        "confirmation_needed", doubts=list(doubts), messages=words.ask(doubts), confirm=given.token
    )


def _new_reading(given: _Given, request: contract.SubmitRequest, call: Call, now: datetime) -> models.Reading:
    return models.Reading(
        id=uuid4(),
        account=request.account,
        meter_id=given.meter.id,
        period=given.period.first_day,
        values=list(given.values),
        taken_at=now,
        source="customer",
        status="refused" if given.reason else "accepted",
        reason=given.reason,
        doubts=list(given.judgement.doubts) or None,
        superseded=False,
        submitted_by=call.caller.user,
        submission_key=call.key,
        payment_id=request.payment_id,
    )


def _first_day(period: str | None) -> date | None:
    return Period.parse(period).first_day if period else None
