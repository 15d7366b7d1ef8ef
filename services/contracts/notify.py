"""What notify gives: for now only metrics and letters; it listens to `letter.wanted`."""

from typing import Any

from services.contracts.base import Event, Operation
from services.contracts.erasure import ProfileErased

SERVICE = "notify"
OPERATIONS: tuple[Operation[Any, Any], ...] = ()
PROFILE_ERASED = Event(SERVICE, "profile.erased", ProfileErased)
EVENTS = (PROFILE_ERASED,)
