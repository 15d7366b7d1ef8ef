"""What automatic meters tell: Wh by hour, read back by the day."""

from sqlalchemy.orm import Session

from services.contracts import readings as contract
from services.contracts.errors import ServiceError
from services.readings.domain.feed import midnight
from services.readings.repository import feed as repository


def hours(session: Session, request: contract.HoursRequest) -> contract.Hours:
    """A day of the account's automatic meters; raises `account_unknown`."""
    found = repository.of_day(session, request.account, request.day)
    if found is None:
        raise ServiceError("account_unknown")
    starts_at = midnight(request.day)
    return contract.Hours(
        account=request.account,
        day=request.day,
        meters=[contract.MeterHours(serial=serial, starts_at=starts_at, wh=wh) for serial, wh in found],
    )
