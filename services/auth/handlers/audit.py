"""The audit trail: written in the transaction of the act itself, read by staff and at the console."""

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from services.auth.domain.acts import ActName
from services.auth.models import Act
from services.auth.repository.audit import acts_of
from services.contracts.auth.staff import AuditRow


class Asked(Protocol):
    """What a signed-in person sends."""

    @property
    def user(self) -> UUID: ...
    @property
    def session(self) -> UUID: ...
    @property
    def client(self) -> str: ...


def by_person(session: Session, act: ActName, request: Asked, now: datetime, **more: Any) -> None:
    """Record an act of a signed-in person: whose session it was and from where is in the request."""
    record(session, act, now, user=request.user, signed=request.session, client=request.client, **more)


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


def trail(session: Session, account: str | None, user: UUID | None, limit: int) -> list[AuditRow]:
    """Acts of an account, of a user, or of both when both are named; the newest first."""
    return [
        AuditRow(
            at=act.at,
            act=act.act,
            actor=act.actor,
            account=act.account,
            user=act.user_id,
            session=act.session_id,
            device=act.device_id,
            client=act.client,
            channel=act.channel,
            details=act.details,
        )
        for act in acts_of(session, account, user, limit)
    ]
