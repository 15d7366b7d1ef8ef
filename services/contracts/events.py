"""The envelope every event travels in."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.contracts.base import Moment


class Envelope(BaseModel):
    """An event as it is on the wire: the body of an AMQP message, JSON.

    `id` is the same in every delivery of one event, so that a consumer applies it once.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: UUID
    type: str
    source: str
    occurred_at: Moment
    payload: dict[str, Any]
