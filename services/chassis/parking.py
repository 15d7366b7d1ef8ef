"""Where consumers put poisonous messages: kept in a table with the reason, they stop nothing."""

import hashlib
import logging

from nameko.extensions import SharedExtension
from sqlalchemy import insert

from services.chassis.db import EngineExtension
from services.chassis.schema import parked

log = logging.getLogger(__name__)
_KEPT_BODY = 64 * 1024


class Parking(SharedExtension):  # type: ignore[misc]
    """Parks messages in the service's own database."""

    engine = EngineExtension()

    def park(self, kind: str, address: str, reason: str, body: bytes | str) -> None:
        """Keep a malformed message. An RPC's body may hold a password: only its size and digest are kept."""
        raw = body.encode() if isinstance(body, str) else bytes(body)
        with self.engine.units.engine.begin() as connection:
            connection.execute(
                insert(parked).values(
                    kind=kind,
                    address=address[:200],
                    reason=reason[:500],
                    body=_printable(raw) if kind == "event" else None,
                    size=len(raw),
                    digest=hashlib.sha256(raw).hexdigest(),
                )
            )
        log.error("message parked", extra={"kind": kind, "address": address[:200], "reason": reason[:500]})


def _printable(raw: bytes) -> str:
    return raw[:_KEPT_BODY].decode("utf-8", "replace").replace("\x00", "�")
