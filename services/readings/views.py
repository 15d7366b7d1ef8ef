"""Rows of readings as the rules and the contract see them."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, cast

from services.common.clock import moscow_date
from services.common.period import Period
from services.contracts import readings as contract
from services.readings.domain import words
from services.readings.domain.rules import Doubt, Refusal, Taken, Warning, previous_of, warnings_of
from services.readings.domain.window import Window
from services.readings.models import Estimate, Meter, Reading
from services.readings.repository.submitting import Metering


def taken(reading: Reading) -> Taken:
    return Taken(Period.of(reading.period), reading.taken_at, reading.source, reading.values)


def meter_state(
    account: str, found: Metering, window: Window, input_: contract.Input, today: date
) -> contract.MeterState:
    due = found.meter.verification_due if found.meter else None
    warnings = warnings_of(due, today, window.period) if input_ == "open" else ()
    return contract.MeterState(
        account=account,
        input=input_,
        meter=_meter(found.meter, found.known, window) if found.meter else None,
        period=str(window.period),
        window_starts_on=window.starts_on,
        window_ends_on=window.ends_on,
        late=window.late,
        warnings=list(warnings),
        note=_note(found.meter, input_, warnings),
    )


def reading(row: Reading, meter: Meter) -> contract.Reading:
    return contract.Reading(
        id=row.id,
        meter_id=row.meter_id,
        serial=meter.serial,
        zones=_zones(meter),
        values=list(row.values),
        period=str(Period.of(row.period)),
        taken_at=row.taken_at,
        source=cast(contract.Source, row.source),
        status=cast(contract.Status, row.status),
        reason=cast("contract.Refusal | None", row.reason),
        message=_message(row, _warnings(row, meter)),
        current=row.status == "accepted" and not row.superseded,
        warnings=list(_warnings(row, meter)),
    )


def estimated(row: Estimate) -> contract.Estimated:
    return contract.Estimated(
        period=str(Period.of(row.period)),
        source=cast("Literal['average', 'norm']", row.source),
        zones=list(contract.ZONES[row.form]),
        kwh=[f"{volume:f}" for volume in row.kwh],
        message=words.of_source(row.source, Period.of(row.period), superseded=False),
    )


def told(row: Reading, meter: Meter) -> contract.ReadingTold:
    """The event's payload."""
    return contract.ReadingTold(
        reading_id=row.id,
        account=row.account,
        meter_id=row.meter_id,
        zones=_zones(meter),
        values=list(row.values),
        period=str(Period.of(row.period)),
        taken_at=row.taken_at,
        source=cast(contract.Source, row.source),
        status=cast(contract.Status, row.status),
        reason=cast("contract.Refusal | None", row.reason),
        payment_id=row.payment_id,
        user=row.submitted_by,
    )


def _meter(meter: Meter, known: Sequence[Reading], window: Window) -> contract.Meter:
    previous = previous_of([taken(row) for row in known], window.period)
    return contract.Meter.model_validate(
        {
            "id": meter.id,
            "serial": meter.serial,
            "model": meter.model,
            "zones": _zones(meter),
            "digits": meter.digits,
            "kind": meter.kind,
            "state": meter.state,
            "verification_due": meter.verification_due,
            "previous": list(previous.values) if previous else [],
            "previous_on": moscow_date(previous.taken_at) if previous else None,
        }
    )


def _zones(meter: Meter) -> list[contract.Zone]:
    return list(contract.ZONES[meter.zones])


def _note(meter: Meter | None, input_: contract.Input, warnings: tuple[Warning, ...]) -> str | None:
    if input_ != "open":
        return words.no_input(_why(meter))
    return " ".join(words.warned(warnings)) or None


def _why(meter: Meter | None) -> str:
    """Why nothing can be typed."""
    if meter is None:
        return "none"
    if meter.state != "working":
        return meter.state
    return "automatic" if meter.kind == "automatic" and not meter.removed_on else "closed"


def _warnings(row: Reading, meter: Meter) -> tuple[Warning, ...]:
    if row.source != "customer" or row.status != "accepted":
        return ()
    return warnings_of(meter.verification_due, moscow_date(row.taken_at), Period.of(row.period))


def _message(row: Reading, warnings: tuple[Warning, ...]) -> str:
    if row.reason:
        doubts = cast("list[Doubt]", row.doubts or [])
        return words.refused(cast(Refusal, row.reason), tuple(doubts))
    return words.of_source(row.source, Period.of(row.period), row.superseded, warnings)
