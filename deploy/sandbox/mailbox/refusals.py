"""Misbehaviour of the mail server on command."""

from typing import Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field


class Refusal(BaseModel):
    """temporary: 451; refused: 550; slow: accepted after `seconds`; lost: kept, but answered 451.

    `to` limits it to an address; `times` counts its uses down, None is for ever. The newest match wins.
    """

    model_config = ConfigDict(extra="forbid")

    id: str = Field(default_factory=lambda: uuid4().hex[:8])
    mode: Literal["temporary", "refused", "slow", "lost"]
    to: str | None = None
    seconds: float = Field(0, ge=0, le=600)
    times: int | None = Field(None, ge=1)
    used: int = 0


class Refusals:
    def __init__(self) -> None:
        self.all: list[Refusal] = []

    def add(self, refusal: Refusal) -> None:
        self.all.insert(0, refusal)

    def take(self, address: str) -> Refusal | None:
        for refusal in self.all:
            if refusal.to is not None and refusal.to.casefold() != address.casefold():
                continue
            if refusal.times is None or refusal.used < refusal.times:
                refusal.used += 1
                return refusal
        return None
