"""Two clocks: real time for tokens and leases, the business clock for windows, bills and due dates."""

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")
"""The retailer's zone: every business date is a date there."""


def real_now() -> datetime:
    """Real time, aware UTC: for tokens, leases, deadlines and limits."""
    return datetime.now(UTC)


def business_now() -> datetime:
    """Business time, aware UTC: real time shifted by `SVET_BUSINESS_OFFSET` seconds (not in production)."""
    return real_now() + timedelta(seconds=int(os.environ.get("SVET_BUSINESS_OFFSET", "0")))


def moscow_date(moment: datetime) -> date:
    """The business date of a moment."""
    return moment.astimezone(MOSCOW).date()
