"""Who the retailer is and how to reach it: public, from the settings."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from gateway.errors import problems
from gateway.retailer import Office, Phone
from gateway.settings import Settings
from services.contracts.base import PositiveKopecks

router = APIRouter(prefix="/api/v1/retailer", tags=["retailer"])
DayOfMonth = Annotated[int, Field(ge=1, le=31)]


class ReadingWindow(BaseModel):
    """Days of the month, both included, on which the retailer asks for readings."""

    first_day: DayOfMonth
    last_day: DayOfMonth


class RetailerInfo(BaseModel):
    """`max_payment` is the largest sum of one payment; more is paid in parts."""

    name: str
    inn: str
    kpp: str
    ogrn: str
    address: str
    site: str
    email: str
    support: Phone
    phones: list[Phone]
    offices: list[Office]
    reading_window: ReadingWindow
    max_payment: PositiveKopecks


@router.get("", operation_id="retailer", responses={**problems()})
async def retailer(request: Request) -> RetailerInfo:
    """Name and requisites, phones with their hours, offices; when readings are asked for, how much one may pay."""
    settings: Settings = request.app.state.settings
    company, contacts = settings.retailer, settings.contacts
    return RetailerInfo(
        name=company.name,
        inn=company.inn,
        kpp=company.kpp,
        ogrn=company.ogrn,
        address=company.address,
        site=company.site,
        email=company.email,
        support=contacts.support,
        phones=contacts.phones,
        offices=contacts.offices,
        reading_window=ReadingWindow(first_day=settings.window_start_day, last_day=settings.window_end_day),
        max_payment=settings.max_amount,
    )
