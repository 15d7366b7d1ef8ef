"""Every error leaves as problem+json (RFC 9457): code, Russian text, bad fields, a reference number."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from gateway.metrics import HTTP_PROBLEMS
from services.common import logs
from services.contracts.errors import VOCABULARY, FieldError, ServiceError
from services.contracts.validation import field_errors, from_details

PROBLEM_JSON = "application/problem+json"
PROBLEM_REF = "#/components/schemas/Problem"
_RETRY_AFTER = {
    "unavailable": 5,
    "document_unavailable": 10,
    "acquirer_unavailable": 30,
    "too_many_requests": 60,
}
_BY_STATUS = {400: "malformed_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


class Problem(BaseModel):
    """An error as a client sees it. `code` is stable; `title` is for people; `reference` is for support."""

    type: str
    title: str
    status: int
    code: str
    reference: str
    fields: list[FieldError] = []
    details: dict[str, Any] = {}


def problem(error: ServiceError) -> JSONResponse:
    """The response for an error of the vocabulary."""
    HTTP_PROBLEMS.labels(error.code).inc()
    body = Problem(
        type=f"urn:svet:problem:{error.code}",
        title=error.message,
        status=error.status,
        code=error.code,
        reference=error.reference or logs.trace_id.get(),
        fields=error.fields,
        details=error.details,
    )
    headers = {}
    if wait := error.details.get("retry_after", _RETRY_AFTER.get(error.code)):
        headers["Retry-After"] = str(wait)
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body.model_dump(mode="json"), error.status, headers, media_type=PROBLEM_JSON)


def problems(*codes: str) -> Mapping[int | str, dict[str, Any]]:
    """The `responses` of a route: its own errors beside those that any route may give."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for code in (*codes, "invalid_request", "unavailable", "internal_error"):
        status, text = VOCABULARY[code]
        entry = by_status.setdefault(
            status,
            {
                "description": "",
                "content": {PROBLEM_JSON: {"schema": {"$ref": PROBLEM_REF}, "examples": {}}},
            },
        )
        entry["description"] = " / ".join(filter(None, [entry["description"], text]))
        entry["content"][PROBLEM_JSON]["examples"][code] = {"value": {"code": code, "title": text}}
    return by_status


def install(app: FastAPI) -> None:
    """Map every kind of exception but the unexpected, which `middleware.Envelope` catches around everything."""

    async def on_service_error(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ServiceError)
        return problem(error)

    async def on_validation(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        if isinstance(error.body, bytes):  # FastAPI reads nothing but JSON, whatever a simple form may send
            return problem(ServiceError("unsupported_media_type"))
        found = error.errors()
        if any(item["type"] == "json_invalid" for item in found):
            return problem(ServiceError("malformed_request"))
        return problem(ServiceError("invalid_request", from_details(found, skip=1)))

    async def on_contract(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ValidationError)
        return problem(ServiceError("invalid_request", field_errors(error)))

    async def on_http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        answer = problem(ServiceError(_BY_STATUS.get(error.status_code, "internal_error")))
        answer.headers.update(error.headers or {})
        return answer

    app.add_exception_handler(ServiceError, on_service_error)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(ValidationError, on_contract)
    app.add_exception_handler(HTTPException, on_http)
