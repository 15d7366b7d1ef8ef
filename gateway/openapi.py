"""What the API says of itself, committed as openapi.json: `python -m gateway.openapi` writes it anew."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext, iter_route_contexts

from gateway.errors import PROBLEM_JSON, PROBLEM_REF, Problem
from gateway.security import ACCESS, CSRF_HEADER, current_session
from gateway.staff import COOKIE as STAFF_COOKIE
from gateway.staff import current_staff

FILE: Final = Path(__file__).with_name("openapi.json")
_SCHEMES: Final = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Native apps and API users."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": ACCESS, "description": "Browsers."},
    "staff": {"type": "apiKey", "in": "cookie", "name": STAFF_COOKIE, "description": "Staff."},
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "Beside the cookie on every request that may change something: `csrf_token` of sign-in.",
    },
}
_ANY_OTHER: Final = {
    "description": "Any other problem: malformed_request, too_large, unsupported_media_type.",
    "content": {PROBLEM_JSON: {"schema": {"$ref": PROBLEM_REF}}},
}


def routes(app: FastAPI) -> Iterator[RouteContext]:
    """Every route of ours, those of pages and of machines too."""
    return (route for route in iter_route_contexts(app.routes) if hasattr(route, "dependant"))


def uses(dependant: Dependant, call: Callable[..., Any]) -> bool:
    """Does a route depend on this function, at whatever depth?"""
    return dependant.call is call or any(uses(below, call) for below in dependant.dependencies)


def describe(app: FastAPI) -> dict[str, Any]:
    """FastAPI's description with the error model and who may call what; made once."""
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
    document["components"]["securitySchemes"] = _SCHEMES
    for route in routes(app):
        for method in (route.methods or ()) if route.include_in_schema else ():
            operation = document["paths"][route.path_format][method.lower()]
            operation["responses"]["default"] = _ANY_OTHER
            for parameter in operation.get("parameters", ()):
                parameter["required"] |= parameter["name"] == "Idempotency-Key"
            if uses(route.dependant, current_session):
                cookie: dict[str, list[str]] = (
                    {"cookie": []} if method == "GET" else {"cookie": [], "csrf": []}
                )
                operation["security"] = [{"bearer": []}, cookie]
            if uses(route.dependant, current_staff):
                operation["security"] = [{"staff": []} if method == "GET" else {"staff": [], "csrf": []}]
    app.openapi_schema = document
    return document


def as_text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main() -> None:
    """Write the document; a test compares."""
    from gateway.app import create_app
    from gateway.settings import Settings

    settings = Settings.model_validate({"amqp_url": "amqp://nowhere", "SVET_ENV": "development"})
    FILE.write_text(as_text(describe(create_app(settings))), "utf-8")


if __name__ == "__main__":
    main()
