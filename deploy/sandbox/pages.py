"""Draws the sandbox's HTML pages from the templates beside it."""

from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.common.money import roubles
from services.common.russian import date_time

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["roubles"] = roubles
_environment.filters["date_time"] = date_time


def page(template: str, status_code: int = 200, **values: object) -> HTMLResponse:
    html = _environment.get_template(template).render(**values)
    return HTMLResponse(html, status_code=status_code, headers={"Cache-Control": "no-store"})
