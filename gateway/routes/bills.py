"""Bills: the archive, one explained and as a file, charges by month, other tariffs."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from gateway.errors import problems
from gateway.routes.common import TheBus
from gateway.routes.files import ABSENCE, Paper, drawing, file_responses, sent
from gateway.security import MyAccount
from services.contracts import billing, bills
from services.contracts.base import PeriodText

router = APIRouter(prefix="/api/v1/accounts/{account}", tags=["bills"])
_OWN = ("unauthenticated", "session_ended", "account_unknown", "account_frozen")
Month = Annotated[PeriodText, Path(description="Расчётный период, `2026-10`", examples=["2026-10"])]


@router.get("/bills", operation_id="bills", responses={**problems(*_OWN)})
async def archive(
    mine: MyAccount, bus: TheBus, limit: Annotated[int, Query(ge=1, le=240)] = 240
) -> bills.Bills:
    """Every bill of the account, newest first."""
    request = bills.BillsRequest(account=mine.number, limit=limit)
    return await bus.call(billing.BILLS, request, caller=mine.caller, traceparent=mine.traceparent)


@router.get("/bills/{period}", operation_id="bill", responses={**problems(*_OWN, "not_found")})
async def bill(mine: MyAccount, period: Month, bus: TheBus) -> bills.BillDetails:
    """A bill as on paper: how each sum came about, and why it differs from last month and last year."""
    request = bills.BillRequest(account=mine.number, period=period)
    return await bus.call(billing.BILL, request, caller=mine.caller, traceparent=mine.traceparent)


@router.get(
    "/bills/{period}/document",
    operation_id="bill_document",
    response_class=Response,
    responses={**problems(*_OWN, "not_found", ABSENCE), **file_responses("pdf", "png")},
)
async def bill_document(
    mine: MyAccount,
    period: Month,
    bus: TheBus,
    request: Request,
    format: Annotated[bills.Format, Query()] = "pdf",
    download: Annotated[bool, Query(description="As an attachment, to be saved")] = False,
) -> Response:
    """The bill as PDF or as a picture. `ETag` names its content: a repeat with `If-None-Match` costs nothing."""
    wanted = bills.DocumentRequest(account=mine.number, period=period, format=format)
    async with drawing():
        document = await bus.call(
            billing.BILL_DOCUMENT, wanted, caller=mine.caller, traceparent=mine.traceparent
        )
    return await sent(request, document, Paper(f"schet-{period}-{mine.number}", format, download))


@router.get("/charges", operation_id="charge_statistics", responses={**problems(*_OWN)})
async def charge_statistics(
    mine: MyAccount,
    bus: TheBus,
    from_period: Annotated[PeriodText | None, Query()] = None,
    to_period: Annotated[PeriodText | None, Query()] = None,
) -> bills.Charges:
    """By month: what was charged, and what was paid; by default the last twelve months."""
    request = bills.ChargesRequest(account=mine.number, from_period=from_period, to_period=to_period)
    return await bus.call(billing.CHARGES, request, caller=mine.caller, traceparent=mine.traceparent)


@router.get("/tariff-comparison", operation_id="tariff_comparison", responses={**problems(*_OWN)})
async def tariff_comparison(mine: MyAccount, bus: TheBus) -> bills.TariffComparison:
    """The last twelve months by the one-, two- and three-zone tariffs at present prices."""
    request = bills.ComparisonRequest(account=mine.number)
    return await bus.call(
        billing.TARIFF_COMPARISON, request, caller=mine.caller, traceparent=mine.traceparent
    )
