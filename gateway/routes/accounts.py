"""The state of an account, its meter, its readings and its consumption."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from gateway.errors import problems
from gateway.routes.common import Body, IdempotencyKey, TheBus
from gateway.security import MyAccount
from services.contracts import billing, readings, statement
from services.contracts.base import Day, PeriodText

router = APIRouter(prefix="/api/v1/accounts/{account}", tags=["account"])
_OWN = ("unauthenticated", "session_ended", "account_unknown", "account_frozen")
_WRITE = (*_OWN, "csrf_failed")


class ReadingBody(Body):
    """Values as typed, one a zone in the meter's order; `confirm` from an earlier answer with doubts."""

    values: readings.Values
    confirm: Annotated[str, Field(max_length=500)] | None = None


@router.get("", operation_id="account_state", responses={**problems(*_OWN)})
async def account_state(mine: MyAccount, bus: TheBus) -> billing.AccountState:
    """The account now: balance, what is due, the current bill, what was paid for it."""
    request = billing.AccountRequest(account=mine.number)
    return await bus.call(billing.ACCOUNT_STATE, request, caller=mine.caller, traceparent=mine.traceparent)


@router.get("/statement", operation_id="account_statement", responses={**problems(*_OWN)})
async def account_statement(
    mine: MyAccount,
    bus: TheBus,
    from_date: Annotated[Day | None, Query()] = None,
    to_date: Annotated[Day | None, Query()] = None,
) -> statement.Statement:
    """Every posting of an interval in words, between the balances at its ends; by default the last year."""
    request = statement.StatementRequest(account=mine.number, from_date=from_date, to_date=to_date)
    return await bus.call(billing.STATEMENT, request, caller=mine.caller, traceparent=mine.traceparent)


@router.get("/meter", operation_id="meter_state", responses={**problems(*_OWN)})
async def meter_state(mine: MyAccount, bus: TheBus) -> readings.MeterState:
    """What the input form follows: the meter, the previous reading, the period it would count for."""
    request = readings.AccountRequest(account=mine.number)
    return await bus.call(readings.METER_STATE, request, caller=mine.caller, traceparent=mine.traceparent)


@router.get("/readings", operation_id="reading_history", responses={**problems(*_OWN)})
async def reading_history(
    mine: MyAccount,
    bus: TheBus,
    from_period: Annotated[PeriodText | None, Query()] = None,
    to_period: Annotated[PeriodText | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> readings.History:
    """Readings by period, newest first, each with its status and reason."""
    request = readings.HistoryRequest(
        account=mine.number, from_period=from_period, to_period=to_period, limit=limit
    )
    return await bus.call(readings.HISTORY, request, caller=mine.caller, traceparent=mine.traceparent)


@router.get("/consumption", operation_id="consumption", responses={**problems(*_OWN)})
async def consumption(
    mine: MyAccount,
    bus: TheBus,
    from_period: Annotated[PeriodText | None, Query()] = None,
    to_period: Annotated[PeriodText | None, Query()] = None,
) -> readings.Statistics:
    """kWh by month and zone: what meters showed, and estimates where there was no reading."""
    request = readings.StatisticsRequest(account=mine.number, from_period=from_period, to_period=to_period)
    return await bus.call(readings.STATISTICS, request, caller=mine.caller, traceparent=mine.traceparent)


@router.get("/consumption/hours", operation_id="consumption_hours", responses={**problems(*_OWN)})
async def consumption_hours(mine: MyAccount, bus: TheBus, day: Annotated[Day, Query()]) -> readings.Hours:
    """Wh by hour of a day, as an automatic meter told them."""
    request = readings.HoursRequest(account=mine.number, day=day)
    return await bus.call(readings.HOURS, request, caller=mine.caller, traceparent=mine.traceparent)


@router.post(
    "/readings/check",
    operation_id="check_reading",
    responses={**problems(*_WRITE, "no_meter", "automatic_meter")},
)
async def check_reading(mine: MyAccount, body: ReadingBody, bus: TheBus) -> readings.Verdict:
    """What would come of these values; saves nothing."""
    request = readings.ReadingRequest(account=mine.number, values=body.values, confirm=body.confirm)
    return await bus.call(readings.CHECK_READING, request, caller=mine.caller, traceparent=mine.traceparent)


@router.post(
    "/readings",
    operation_id="submit_reading",
    status_code=201,
    responses={
        **problems(
            *_WRITE,
            "no_meter",
            "automatic_meter",
            "confirmation_needed",
            "idempotency_key_missing",
            "idempotency_conflict",
        )
    },
)
async def submit_reading(
    mine: MyAccount, body: ReadingBody, key: IdempotencyKey, bus: TheBus
) -> readings.Reading:
    """Gives readings without a payment."""
    request = readings.SubmitRequest(account=mine.number, values=body.values, confirm=body.confirm)
    return await bus.call(
        readings.SUBMIT_READING, request, caller=mine.caller, key=key, traceparent=mine.traceparent
    )
