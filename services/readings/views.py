"""Rows of readings as the rules and the contract see them."""

from collections.abc import Sequence
from typing import cast

from services.common.clock import moscow_date
from services.common.period import Period
from services.contracts import readings as contract
from services.readings.domain import words
from services.readings.domain.rules import Doubt, Refusal, Taken, previous_of
from services.readings.domain.window import Window
from services.readings.models import Meter, Reading
from services.readings.repository.submitting import Metering


def taken(reading: Reading) -> Taken:
    return Taken(Period.of(reading.period), reading.taken_at, reading.source, reading.values)


def meter_state(account: str, found: Metering, window: Window, input_: contract.Input) -> contract.MeterState:
    return contract.MeterState(
        account=account,
        input=input_,
        meter=_meter(found.meter, found.known, window) if found.meter else None,
        period=str(window.period),
        window_starts_on=window.starts_on,
        window_ends_on=window.ends_on,
        late=window.late,
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
        message=_message(row),
        current=row.status == "accepted" and not row.superseded,
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


def _message(row: Reading) -> str:
    if row.reason:
        doubts = cast("list[Doubt]", row.doubts or [])
        return words.refused(cast(Refusal, row.reason), tuple(doubts))
    return words.of_source(row.source, Period.of(row.period), row.superseded)
