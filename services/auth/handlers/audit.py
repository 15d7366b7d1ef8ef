"""Writing the audit trail, in the transaction of the act itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.auth.domain.acts import ActName
from services.auth.models import Act


def record(
    session: Session,
    act: ActName,
    now: datetime,
    *,
    account: str | None = None,
    user: UUID | None = None,
    signed: UUID | None = None,
    device: UUID | None = None,
    client: str = "",
    channel: str | None = None,
    actor: str = "customer",
    **details: Any,
) -> None:
    """Who (`actor`) did what (`act`) to whose account or profile, from where (`client`), in which session (`signed`).

    `details` are ids, codes and counts: never a name, an e-mail, a phone, a secret.
    """
    session.add(
        Act(
            at=now,
            act=act,
            actor=actor,
            account=account,
            user_id=user,
            session_id=signed,
            device_id=device,
            client=client or None,
            channel=channel,
            details=details,
        )
    )
