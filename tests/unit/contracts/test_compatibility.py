"""Which changes of a contract two versions survive side by side."""

from copy import deepcopy
from typing import Any

import pytest

from services.contracts.compatibility import incompatibilities

Json = dict[str, Any]


def contract() -> Json:
    request = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "account": {"type": "string", "maxLength": 9},
            "channel": {"type": "string", "enum": ["web", "app"]},
        },
        "required": ["account"],
    }
    reply = {
        "type": "object",
        "properties": {
            "state": {"type": "string", "enum": ["new", "done"]},
            "amount": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "rows": {"type": "array", "items": {"$ref": "#/$defs/Row"}},
        },
        "required": ["state"],
    }
    row = {"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}}, "required": ["id"]}
    operation = {
        "request": {"$ref": "#/$defs/Request"},
        "reply": {"$ref": "#/$defs/Reply"},
        "idempotent": False,
        "timeout": 5.0,
    }
    return {
        "operations": {"start": operation},
        "events": {"payment.done": {"payload": {"$ref": "#/$defs/Reply"}, "private": False}},
        "$defs": {"Request": request, "Reply": reply, "Row": row},
    }


def changed(path: str, value: Any) -> list[str]:
    """What a change of one place (None removes it) breaks."""
    new = deepcopy(contract())
    *parents, last = path.split("/")
    place = new
    for parent in parents:
        place = place[parent]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return incompatibilities({"payments.json": contract()}, {"payments.json": new})


REQUEST, REPLY, ROW = ("$defs/Request", "$defs/Reply", "$defs/Row")
TEXT = {"type": "string"}


def test_the_same_contract_is_compatible_with_itself() -> None:
    assert incompatibilities({"payments.json": contract()}, {"payments.json": contract()}) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("operations/stop", {"request": {}, "reply": {}, "idempotent": False}),
        ("events/payment.failed", {"payload": {}, "private": False}),
        (f"{REQUEST}/properties/note", TEXT),
        (f"{REQUEST}/properties/channel/enum", ["web", "app", "kiosk"]),
        (f"{REQUEST}/properties/account/maxLength", 20),
        (f"{REPLY}/properties/amount", {"type": "integer"}),
        ("operations/start/timeout", 9.0),
    ],
)
def test_a_new_operation_or_a_wider_request_breaks_nobody(path: str, value: Any) -> None:
    problems = changed(path, value)
    assert [p for p in problems if "payment.done" not in p] == []


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("operations/start", None, "payments.start: removed"),
        ("events/payment.done", None, "payments.payment.done: removed"),
        ("operations/start/idempotent", True, "payments.start: an idempotency key is needed now"),
        (f"{REPLY}/properties/state", None, "payments.start reply.state: missing"),
        (f"{REPLY}/properties/rows", None, "payments.payment.done.rows: missing"),
        (f"{ROW}/properties/id", None, "payments.start reply.rows[].id: missing"),
        (f"{REPLY}/properties/state/enum", ["new", "done", "odd"], "reply.state: value 'odd' is unknown"),
        (f"{REPLY}/properties/amount", TEXT, "reply.amount: string for"),
        (f"{REQUEST}/properties/channel", None, "request.channel: no longer taken"),
        (f"{REQUEST}/properties/channel/enum", ["web"], "request.channel: value 'app' is unknown"),
        (f"{REQUEST}/properties/account/maxLength", 5, "request.account: maxLength 5 is not kept"),
        (f"{REQUEST}/properties/account/pattern", "^1", "request.account: pattern is not the same"),
    ],
)
def test_a_change_that_one_side_cannot_read_is_told(path: str, value: Any, told: str) -> None:
    assert any(told in problem for problem in changed(path, value))


def test_a_new_required_field_of_a_request_or_an_event_is_told() -> None:
    new = contract()
    for model in ("Request", "Reply"):
        new["$defs"][model]["properties"]["note"] = TEXT
        new["$defs"][model]["required"].append("note")
    problems = incompatibilities({"payments.json": contract()}, {"payments.json": new})
    assert "payments.start request.note: required now" in problems
    assert "payments.payment.done.note: required now" in problems
    assert not any("start reply" in problem for problem in problems), "a reply may gain a field"


def test_a_removed_error_code_and_a_renamed_queue_are_told() -> None:
    wire: Json = {"names": {"q": "a"}, "bodies": {}, "max_body": 1, "models": {}, "$defs": {}}
    old = {"errors.json": {"not_found": {}}, "wire.json": wire}
    new = {"errors.json": {}, "wire.json": wire | {"names": {"q": "b"}}}
    assert incompatibilities(old, new) == ["errors.not_found: removed", "wire.names: changed"]
