"""Legal texts by version, for everybody; caches may keep them."""

import hashlib
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel

from gateway.errors import problems
from services.common import documents
from services.common.documents import UnknownDocument
from services.contracts.errors import ServiceError

router = APIRouter(prefix="/api/v1/documents", tags=["documents"])
Version = Annotated[str | None, Query(max_length=40, description="The newest when not given.")]
_SECONDS = 300
_NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "What `If-None-Match` names is still so."}
}
IfNoneMatch = Annotated[str | None, Header(description="`ETag` of an earlier answer.")]


class DocumentLine(BaseModel):
    """`hash`: SHA-256 of the exact text, as consents keep it. `since`: in force from this day."""

    kind: documents.Kind
    title: str
    version: str
    hash: str
    since: date


class DocumentList(BaseModel):
    documents: list[DocumentLine]


class Document(DocumentLine):
    """`text` is Markdown without raw HTML."""

    text: str


def found(request: Request, kind: str, version: str | None) -> documents.Document:
    """A version of a text, the newest by default. Raises `not_found`."""
    ours: documents.Documents = request.app.state.settings.documents
    try:
        return ours.find(kind, version)
    except UnknownDocument as error:
        raise ServiceError("not_found") from error


def cacheable(response: Response, if_none_match: str | None) -> Response:
    """The answer with its ETag, or 304 when the client has it already."""
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    if if_none_match and tag in if_none_match:
        response = Response(status_code=304)
    response.headers.update({"Cache-Control": f"public, max-age={_SECONDS}", "ETag": tag})
    return response


@router.get(
    "",
    operation_id="list_documents",
    response_model=DocumentList,
    responses={**problems(), **_NOT_MODIFIED},
)
async def list_documents(request: Request, if_none_match: IfNoneMatch = None) -> Response:
    """The newest version of each legal text."""
    lines = [DocumentLine.model_validate(each, from_attributes=True) for each in newest(request)]
    return _json(DocumentList(documents=lines), if_none_match)


@router.get(
    "/{kind}",
    operation_id="read_document",
    response_model=Document,
    responses={**problems("not_found"), **_NOT_MODIFIED},
)
async def read_document(
    kind: str, request: Request, version: Version = None, if_none_match: IfNoneMatch = None
) -> Response:
    """A legal text."""
    document = Document.model_validate(found(request, kind, version), from_attributes=True)
    return _json(document, if_none_match)


def newest(request: Request) -> list[documents.Document]:
    ours: documents.Documents = request.app.state.settings.documents
    return ours.newest()


def _json(answer: BaseModel, if_none_match: str | None) -> Response:
    body = Response(answer.model_dump_json(), media_type="application/json")
    return cacheable(body, if_none_match)
