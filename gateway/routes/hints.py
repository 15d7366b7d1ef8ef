"""Hints while a form is filled in: they offer, and never refuse."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from gateway.errors import problems
from gateway.limits import limited
from gateway.routes.common import Body
from services.common.email_hint import email_hint

router = APIRouter(prefix="/api/v1/hints", tags=["identity"])


class TypedEmail(Body):
    """Whatever stands in the field, an address or not yet."""

    email: Annotated[str, Field(max_length=320)]


class EmailHint(BaseModel):
    """`suggestion` is the whole address, `text` the question to show; null when nothing looks amiss."""

    suggestion: str | None
    text: str | None


@router.post(
    "/email",
    operation_id="email_hint",
    responses={**problems("too_many_requests")},
    dependencies=[limited("hint")],
)
async def hint_email(body: TypedEmail) -> EmailHint:
    """Offers another domain when the one typed looks like a slip. Nothing is kept."""
    suggestion = email_hint(body.email)
    domain = suggestion.rpartition("@")[2] if suggestion else None
    return EmailHint(suggestion=suggestion, text=f"Возможно, {domain}?" if domain else None)
