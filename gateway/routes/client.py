"""The client's files: the page at every address of its own, hashed assets kept for ever, packed twins."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from services.contracts.errors import SUPPORT, ServiceError

router = APIRouter(include_in_schema=False)
_NOT_OURS: Final = ("api/", "staff/", "health/", "metrics")
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types svelte-trusted-html svet-worker",
    )
)
"""Of the page only: everything else but the worker keeps the strictest one, which lets nothing in."""
_WORKER: Final = "sw.js"
_WORKERS_POLICY: Final = "default-src 'none'; connect-src 'self'"
"""A worker fetches what it keeps, and nothing else."""
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
_KEPT: Final = ("etag", "cache-control", "vary", "content-security-policy")
"""Of a 304: a browser puts its headers in place of those it has, the page's policy among them."""
_TWINS: Final = (("br", ".br"), ("gzip", ".gz"))
_MISSING: Final = f"""<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Личный кабинет обновляется</title></head>
<body><main><h1>Личный кабинет обновляется</h1>
<p>Зайдите через несколько минут. Если это не проходит, позвоните: {SUPPORT}.</p></main></body></html>
"""


@router.api_route("/{path:path}", methods=["GET", "HEAD"])
async def client(request: Request, path: str) -> Response:
    """A file of the build; at any other address without a dot the page, which knows its own addresses."""
    if path.startswith(_NOT_OURS):
        raise ServiceError("not_found")
    files = _newest(request.app.state.settings.client_files)
    file = files.get(path)
    if file is not None and file.name != "index.html":
        lifetime = _FOR_EVER if path.startswith("assets/") else "no-cache"
        policy = {"Content-Security-Policy": _WORKERS_POLICY} if path == _WORKER else {}
        return _sent(request, file, {"Cache-Control": lifetime} | policy)
    if "." in path.rpartition("/")[2]:
        raise ServiceError("not_found")
    page = files.get("index.html")
    if page is None:
        return HTMLResponse(_MISSING, 503, {"Retry-After": "60"})
    return _sent(request, page, {"Cache-Control": "no-cache", "Content-Security-Policy": _POLICY})


def _newest(build: Path) -> dict[str, Path]:
    try:
        return _files(build, (build / "index.html").stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=2)
def _files(build: Path, _made_at: int) -> dict[str, Path]:
    """Everything that may be asked for, by its address: nothing outside the build can be."""
    packed = tuple(ending for _, ending in _TWINS)
    return {
        file.relative_to(build).as_posix(): file
        for file in build.rglob("*")
        if file.suffix in _TYPES and not file.name.endswith(packed)
    }


def _sent(request: Request, file: Path, headers: dict[str, str]) -> Response:
    """The file, or its packed twin; an unchanged one is a 304."""
    taken = request.headers.get("accept-encoding", "")
    sent = file
    for coding, ending in _TWINS:
        twin = file.with_name(file.name + ending)
        if coding in taken and twin.exists():
            sent, headers = twin, headers | {"Content-Encoding": coding}
            break
    answer = FileResponse(
        sent,
        media_type=_TYPES[file.suffix],
        headers=headers | {"Vary": "Accept-Encoding"},
        stat_result=sent.stat(),
    )
    if request.headers.get("if-none-match") == answer.headers["etag"]:
        kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
        return Response(status_code=304, headers=kept)
    return answer
