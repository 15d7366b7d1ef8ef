"""What notify gives: for now only metrics and letters; it listens to `letter.wanted`."""

from typing import Any

from services.contracts.base import Event, Operation

SERVICE = "notify"
OPERATIONS: tuple[Operation[Any, Any], ...] = ()
EVENTS: tuple[Event[Any], ...] = ()
