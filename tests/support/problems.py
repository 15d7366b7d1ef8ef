"""What every refusal over HTTP must look like."""

import re
from typing import Any

import httpx

from services.contracts.errors import VOCABULARY


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """The problem an answer carries, once all that every problem must have has been seen."""
    told = f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:300]}"
    assert answer.status_code >= 400, told
    assert answer.headers["content-type"] == "application/problem+json", told
    assert answer.headers["cache-control"] == "no-store", told
    assert answer.headers["x-content-type-options"] == "nosniff", told
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["title"]) == VOCABULARY[body["code"]], told
    assert re.search("[а-я]", body["title"]), told
    assert body["status"] == answer.status_code, told
    assert re.fullmatch("[0-9a-f]{32}", body["reference"]), told
    assert all(re.search("[а-я]", field["message"]) for field in body["fields"]), told
    assert not re.search(r"Traceback|\.py\b|Error\b", answer.text), told
    return body


def code_of(answer: httpx.Response) -> str:
    """The problem's code, or the status of an answer that is none."""
    return str(problem_of(answer)["code"]) if answer.is_error else str(answer.status_code)


def bad_fields(answer: httpx.Response) -> set[str]:
    body = problem_of(answer)
    assert body["code"] == "invalid_request", answer.text
    return {field["field"] for field in body["fields"]}
