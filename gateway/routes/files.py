"""Files out of storage: streamed, named, typed, and known to the browser by their content."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from services.common.files import Files, FilesAway
from services.contracts.bills import Document, Format
from services.contracts.errors import ServiceError

ABSENCE: Final = "document_unavailable"
_TYPES: Final[Mapping[Format, str]] = {"pdf": "application/pdf", "png": "image/png"}
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
"""The reader of PDF in a browser is a page of its own; only our own pages may frame it."""


@dataclass(frozen=True)
class Paper:
    """How a file is handed over; `name` without its ending, plain ASCII."""

    name: str
    format: Format
    download: bool


def file_responses(*formats: Format) -> dict[int | str, dict[str, Any]]:
    """What a route that sends files says of them in the API's description."""
    content = {_TYPES[kind]: {"schema": {"type": "string", "format": "binary"}} for kind in formats}
    headers = {
        name: {"schema": {"type": "string"}, "description": text}
        for name, text in {
            "Content-Disposition": "`inline`, or `attachment` when it was asked for; with the file's name.",
            "ETag": "Names the content.",
        }.items()
    }
    return {
        200: {"description": "Файл.", "content": content, "headers": headers},
        304: {"description": "У вас уже есть этот файл (If-None-Match)."},
    }


@asynccontextmanager
async def drawing() -> AsyncIterator[None]:
    """Whoever draws being away is told in the words of documents: the rest of the cabinet works."""
    try:
        yield
    except ServiceError as error:
        if error.code == "unavailable":
            raise ServiceError(ABSENCE) from error
        raise


async def sent(request: Request, document: Document, paper: Paper) -> Response:
    """The file, or 304 when the client has it. Raises `document_unavailable`."""
    mark = f'"{document.key.rpartition("/")[2].partition(".")[0]}"'
    kind = "attachment" if paper.download else "inline"
    headers = {
        "Cache-Control": "private, no-cache",
        "ETag": mark,
        "Content-Disposition": f'{kind}; filename="{paper.name}.{paper.format}"',
        "Content-Security-Policy": _POLICY,
        "X-Frame-Options": "SAMEORIGIN",
        "Vary": "Authorization, Cookie",
    }
    if _has(request.headers.get("if-none-match", ""), mark):
        return Response(status_code=304, headers=headers)
    files: Files = request.app.state.files
    try:
        stored = await run_in_threadpool(files.read, document.key)
    except FilesAway as error:
        raise ServiceError(ABSENCE) from error
    headers["Content-Length"] = str(stored.size)
    return StreamingResponse(stored.pieces, media_type=_TYPES[paper.format], headers=headers)


def _has(told: str, mark: str) -> bool:
    return told.strip() == "*" or mark in {one.strip().removeprefix("W/") for one in told.split(",")}
