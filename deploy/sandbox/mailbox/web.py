"""Letters out: pages for people, JSON for tests.

GET /api/letters?to=&subject=&since_id=&wait=   newest last; `wait` seconds for the first match
GET | DELETE /api/letters, GET /api/letters/{id}, GET /letters/{id}/attachments/{number}
GET | POST | DELETE /sandbox/refusals           misbehaviour (refusals.py tells the fields)
"""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import Response

from deploy.sandbox import health
from deploy.sandbox.mailbox.refusals import Refusal, Refusals
from deploy.sandbox.mailbox.store import Letter, Letters
from deploy.sandbox.pages import page

SHOWN = 200

router = APIRouter()


def letter_view(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "date": letter.at.isoformat(),
        "from": letter.sender,
        "to": list(letter.recipients),
        "subject": letter.subject,
        "message_id": letter.message_id,
        "text": letter.text,
        "html": letter.html,
        "attachments": [
            {"name": part.name, "content_type": part.content_type, "size": len(part.content)}
            for part in letter.attachments
        ],
    }


def mailbox_app(letters: Letters, refusals: Refusals) -> FastAPI:
    app = FastAPI(title="Svet sandbox: mailbox")
    app.state.letters, app.state.refusals = letters, refusals
    app.include_router(health.router)
    app.include_router(router)
    return app


def letters_of(request: Request) -> Letters:
    letters: Letters = request.app.state.letters
    return letters


def refusals_of(request: Request) -> Refusals:
    refusals: Refusals = request.app.state.refusals
    return refusals


AllLetters = Annotated[Letters, Depends(letters_of)]
AllRefusals = Annotated[Refusals, Depends(refusals_of)]


def known(letter_id: int, letters: AllLetters) -> Letter:
    letter = letters.get(letter_id)
    if letter is None:
        raise HTTPException(404, "no such letter")
    return letter


KnownLetter = Annotated[Letter, Depends(known)]


@router.get("/api/letters")
async def find(
    letters: AllLetters,
    to: str = "",
    subject: str = "",
    since_id: int = 0,
    wait: Annotated[float, Query(ge=0, le=60)] = 0,
) -> list[dict[str, Any]]:
    found = await letters.bell.wait_for(wait, lambda: letters.find(to, subject, since_id))
    return [letter_view(letter) for letter in found]


@router.delete("/api/letters", status_code=204)
async def clear(letters: AllLetters) -> None:
    letters.clear()


@router.get("/api/letters/{letter_id}")
async def one(letter: KnownLetter) -> dict[str, Any]:
    return letter_view(letter)


@router.get("/", include_in_schema=False)
async def inbox(letters: AllLetters, to: str = "") -> Response:
    newest_first = letters.find(to.strip())[::-1]
    return page("inbox.html", letters=newest_first[:SHOWN], total=len(newest_first), to=to)


@router.get("/letters/{letter_id}", include_in_schema=False)
async def letter_page(letter: KnownLetter) -> Response:
    return page("letter.html", letter=letter)


@router.get("/letters/{letter_id}/attachments/{number}")
async def attachment(letter: KnownLetter, number: int) -> Response:
    if not 0 <= number < len(letter.attachments):
        raise HTTPException(404, "no such attachment")
    part = letter.attachments[number]
    disposition = f"attachment; filename*=UTF-8''{quote(part.name)}"
    return Response(part.content, media_type=part.content_type, headers={"Content-Disposition": disposition})


@router.get("/sandbox/refusals")
async def list_refusals(refusals: AllRefusals) -> list[Refusal]:
    return refusals.all


@router.post("/sandbox/refusals", status_code=201)
async def add_refusal(refusals: AllRefusals, refusal: Refusal) -> Refusal:
    refusals.add(refusal)
    return refusal


@router.delete("/sandbox/refusals", status_code=204)
async def drop_refusals(refusals: AllRefusals) -> None:
    refusals.all.clear()
