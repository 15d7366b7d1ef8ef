"""What a command answered under its key, read before the command's outsiders are asked again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import calls, idempotency
from services.chassis.schema import idempotency as table
from services.contracts.base import Operation, ReplyT, RequestT
from services.contracts.errors import ServiceError


def remembered(session: Session, operation: Operation[RequestT, ReplyT], request: RequestT) -> ReplyT | None:
    """The first reply under this call's key; None when the key is new. Takes nothing: `Units.once` does.

    Raises ServiceError `idempotency_conflict` when the key came with another body.
    """
    call = calls.current()
    kept = session.execute(
        select(table.c.fingerprint, table.c.reply).where(
            table.c.scope == call.caller.scope,
            table.c.operation == operation.routing_key,
            table.c.key == call.key,
        )
    ).first()
    if kept is None or kept.reply is None:
        return None
    if kept.fingerprint != idempotency.fingerprint(request):
        raise ServiceError("idempotency_conflict")
    return operation.reply.model_validate(kept.reply)
