"""Whatever is sent, the answer is a problem in Russian that leaks nothing, and never a 500."""

import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from deploy.local.system import LocalSystem
from tests.support.customer import PASSWORD, Customer
from tests.support.problems import bad_fields, code_of, problem_of

Send = Callable[..., httpx.Response]
LIMIT = 64 * 1024
JSON = {"Content-Type": "application/json"}
SECRET = "Sup3r-secret-word"
REGISTRATION = {
    "account": "180211111",
    "password": SECRET,
    "password_again": SECRET,
    "email": "somebody@example.org",
    "phone": "+79105550000",
    "address": "Калуга, ул. Ленина, д. 5, кв. 7",
    "consent": True,
    "consent_version": "2026-01",
}
SIGN_IN = {"account": "180211111", "password": SECRET}


def payment(customer: Customer, **other: Any) -> dict[str, Any]:
    told = {"amount": 100, "values": customer.values(), "receipt_email": customer.email, "consent": True}
    return told | other


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe\x00",
        b"{'account': 1}",
        b'{"account": ' + b"[" * 30_000,
        b'{"account": ' + b"9" * 10_000 + b"}",
        b"null",
        b"[]",
        b'"text"',
        b"7",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_body_that_is_no_object_is_refused(body: bytes, stranger: Send) -> None:
    answer = stranger("POST", "/sessions", content=body, headers=JSON)
    assert code_of(answer) in ("malformed_request", "invalid_request")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "image/png", ""])
def test_only_json_is_read_so_that_a_foreign_form_can_sign_nobody_in(kind: str, stranger: Send) -> None:
    body = b'{"account": "180211111", "password": "x"}'
    answer = stranger("POST", "/sessions", content=body, headers={"Content-Type": kind})
    assert code_of(answer) == "unsupported_media_type"


@pytest.mark.parametrize("path", ["/sessions", "/registrations", "/acquirer/callback"])
def test_an_oversized_body_is_refused_by_its_length_and_by_its_chunks(path: str, stranger: Send) -> None:
    kind = JSON if "acquirer" not in path else {"Content-Type": "application/x-www-form-urlencoded"}
    assert code_of(stranger("POST", path, content=b" " * (LIMIT + 1), headers=kind)) == "too_large"

    def chunks() -> Iterator[bytes]:
        yield from [b" " * 1024] * (LIMIT // 1024 + 1)

    assert code_of(stranger("POST", path, content=chunks(), headers=kind)) == "too_large"
    assert code_of(stranger("POST", path, content=b" " * LIMIT, headers=kind)) != "too_large"


def test_an_announced_flood_is_refused_before_it_comes(system: LocalSystem) -> None:
    answer = raw(system, b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_head_without_end_loses_its_connection(system: LocalSystem) -> None:
    assert raw(system, b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 40_000) == b""


def test_every_bad_field_is_named_at_once(stranger: Send, resident: Customer) -> None:
    registration = REGISTRATION | {
        "account": "12345",
        "password": "short",
        "email": "nobody",
        "phone": "8 910",
        "address": "",
        "consent": False,
        "channel": "carrier pigeon",
        "colour": "red",
    }
    del registration["consent_version"]
    answer = stranger("POST", "/registrations", json=registration)
    assert bad_fields(answer) == (set(registration) - {"password_again"}) | {"consent_version"}
    assert bad_fields(stranger("POST", "/registrations", json={})) == set(REGISTRATION)

    started = resident.visitor.send("POST", f"{resident.path}/payments", json={"amount": "1", "values": [1]})
    assert bad_fields(started) == {"amount", "values.0", "receipt_email", "consent"}


@pytest.mark.parametrize("wrong", [None, 1, True, [], {}, 1.5, "x" * 60_000])
def test_a_field_of_another_type_is_a_bad_field(wrong: Any, stranger: Send) -> None:
    for field in ("account", "password", "email", "phone", "address", "consent_version", "channel"):
        answer = stranger("POST", "/registrations", json=REGISTRATION | {field: wrong})
        assert bad_fields(answer) == {field}


def test_unknown_fields_are_named_but_not_without_end(stranger: Send) -> None:
    assert bad_fields(stranger("POST", "/sessions", json=SIGN_IN | {"admin": True})) == {"admin"}
    flood = stranger("POST", "/sessions", json=SIGN_IN | {f"field-{n}": n for n in range(3000)})
    assert len(problem_of(flood)["fields"]) == 50
    long = stranger("POST", "/sessions", json=SIGN_IN | {"x" * 50_000: 1})
    assert len(long.content) < 1000
    surrogate = stranger("POST", "/sessions", content=b'{"\\ud800": 1}', headers=JSON)
    assert code_of(surrogate) == "invalid_request"


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800", "a\\u0000b@example.org", "123\\udfff456"])
def test_texts_that_nothing_can_store_are_refused(text: str, stranger: Send, resident: Customer) -> None:
    def sent(path: str, fields: str) -> None:
        body = ("{" + fields.replace("?", f'"{text}"') + "}").encode()
        if path.startswith("/accounts"):
            answer = resident.visitor.send("POST", path, content=body, headers=JSON)
        else:
            answer = stranger("POST", path, content=body, headers=JSON)
        assert 400 <= problem_of(answer)["status"] < 500, answer.text

    for field in REGISTRATION:
        others = ",".join(f'"{name}": "{value}"' for name, value in REGISTRATION.items() if name != field)
        sent("/registrations", f'{others}, "{field}": ?'.replace('"True"', "true"))
    sent("/sessions", '"account": "180211111", "password": ?')
    sent("/sessions", '"account": ?, "password": "x"')
    sent("/sessions/refresh", '"token": ?')
    sent("/activations", '"token": ?')
    sent("/activations", '"account": "180211111", "code": ?')
    sent("/activations/letters", '"account": "180211111", "email": ?')
    for path in ("/readings", "/readings/check"):
        sent(resident.path + path, '"values": [?]')
        sent(resident.path + path, '"values": ["1"], "confirm": ?')
    sent(
        resident.path + "/payments",
        '"amount": 1, "values": [?], "receipt_email": "a@example.org", "consent": true',
    )
    sent(resident.path + "/payments", '"amount": 1, "receipt_email": ?, "consent": true')


@pytest.mark.parametrize(
    "amount",
    ["0", "-1", "-0", "1000000000001", "9" * 40, "1.5", "100.0", '"100"', "true", "null", "1e400", "NaN"],
)
def test_an_amount_is_whole_positive_kopecks(amount: str, resident: Customer) -> None:
    body = f'{{"amount": {amount}, "receipt_email": "a@example.org", "consent": true}}'
    answer = resident.visitor.send("POST", f"{resident.path}/payments", content=body, headers=JSON)
    assert bad_fields(answer) == {"amount"}


@pytest.mark.parametrize("value", ["", " ", "-1", "1.5", "1e3", "x", "9" * 20, "9" * 21, "١٢٣٤٥٦٧"])
def test_a_reading_is_digits_that_the_meter_can_show(value: str, resident: Customer) -> None:
    body = payment(resident, values=[value])
    for path, sent in (("/readings", {"values": [value]}), ("/payments", body)):
        answer = resident.visitor.send("POST", resident.path + path, json=sent)
        assert {name.split(".")[0] for name in bad_fields(answer)} == {"values"}


@pytest.mark.parametrize("values", [[], ["1"] * 3, ["1"] * 4])
def test_readings_are_as_many_as_the_meter_has_zones(values: list[str], resident: Customer) -> None:
    answer = resident.visitor.send("POST", f"{resident.path}/readings", json={"values": values})
    assert {name.split(".")[0] for name in bad_fields(answer)} == {"values"}


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/payments", {"from_date": "вчера"}, "from_date"),
        ("/payments", {"from_date": "2026-02-30"}, "from_date"),
        ("/payments", {"from_date": "0001-01-01"}, "from_date"),
        ("/payments", {"to_date": "0001-01-01"}, "to_date"),
        ("/payments", {"to_date": "9999-12-31"}, "to_date"),
        ("/payments", {"from_date": "2026-11-02", "to_date": "2026-11-01"}, "from_date"),
        ("/payments", {"limit": "0"}, "limit"),
        ("/payments", {"limit": "many"}, "limit"),
        ("/payments", {"limit": "9" * 5000}, "limit"),
        ("/payments/not-a-uuid", {}, "payment_id"),
        ("/readings", {"from_period": "2026-13"}, "from_period"),
        ("/readings", {"from_period": "0000-01"}, "from_period"),
        ("/readings", {"to_period": "9999-12"}, "to_period"),
        ("/readings", {"to_period": "٢٠٢٦-11"}, "to_period"),
        ("/readings", {"to_period": "2026-11\0"}, "to_period"),
        ("/readings", {"limit": "201"}, "limit"),
    ],
)
def test_a_query_that_makes_no_sense_names_its_field(
    path: str, query: dict[str, str], field: str, resident: Customer
) -> None:
    assert bad_fields(resident.visitor.send("GET", resident.path + path, params=query)) == {field}


@pytest.mark.parametrize(
    "query", [{"from_date": "2000-01-01"}, {"to_date": "2000-01-01"}, {"to_date": "2099-12-31"}]
)
def test_the_first_and_the_last_day_can_be_asked_about(query: dict[str, str], resident: Customer) -> None:
    assert resident.visitor.send("GET", f"{resident.path}/payments", params=query).status_code == 200


@pytest.mark.parametrize(
    "key", ["short", "k" * 101, "with space in it", "ключ-повтора".encode().decode("latin-1")]
)
def test_an_idempotency_key_is_short_printable_text(key: str, resident: Customer) -> None:
    body = {"values": resident.values()}
    raw_key = {"Idempotency-Key": key.encode("latin-1")}
    answer = resident.visitor.send("POST", f"{resident.path}/readings", json=body, headers=raw_key)
    assert bad_fields(answer) == {"Idempotency-Key"}


def test_an_unknown_address_or_method_is_a_problem_too(stranger: Send, system: LocalSystem) -> None:
    assert code_of(stranger("GET", "/nothing")) == "not_found"
    assert code_of(stranger("GET", "/me/")) == "not_found"
    wrong = stranger("PUT", "/me")
    assert (code_of(wrong), wrong.headers["allow"]) == ("method_not_allowed", "GET")
    assert code_of(httpx.get(f"{system.urls.gateway}//example.org/%2e%2e", trust_env=False)) == "not_found"


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"checksum": "x"},
        {"orderNumber": "\0", "checksum": "\0"},
        {"orderNumber": "1", "checksum": "ДА"},
        {f"p{n}": "1" for n in range(60)},
        {"orderNumber": "9" * 2000},
    ],
)
def test_a_callback_without_a_right_checksum_is_refused(parameters: dict[str, str], stranger: Send) -> None:
    assert code_of(stranger("GET", "/acquirer/callback", params=parameters)) == "callback_refused"
    assert code_of(stranger("POST", "/acquirer/callback", data=parameters)) == "callback_refused"


def test_no_refusal_repeats_a_password(stranger: Send, system: LocalSystem) -> None:
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/registrations", REGISTRATION),
        ("/registrations", REGISTRATION | {"password_again": "another"}),
        ("/registrations", REGISTRATION | {"account": SECRET, "phone": SECRET, "email": SECRET}),
        ("/registrations", REGISTRATION | {"password": [SECRET], "password_again": {"a": SECRET}}),
        ("/sessions", SIGN_IN),
        ("/sessions", SIGN_IN | {"password": SECRET * 20}),
        ("/sessions/refresh", {"token": SECRET}),
        ("/activations", {"token": SECRET}),
    ]
    for path, body in bodies:
        answer = stranger("POST", path, json=body)
        assert SECRET not in answer.text
        problem_of(answer)
    malformed = stranger("POST", "/sessions", content=f'{{"password": "{SECRET}"'.encode(), headers=JSON)
    assert SECRET not in malformed.text
    logs = [path.read_text(errors="replace") for path in system.places.log.glob("*.log")]
    assert logs
    assert not any(SECRET in log or PASSWORD in log for log in logs)


@pytest.mark.parametrize("token", ["", "x", "x" * 600, "<script>alert(1)</script>", "%00", "%ED%A0%80"])
def test_the_activation_page_shows_and_takes_any_token_safely(token: str, system: LocalSystem) -> None:
    http = httpx.Client(base_url=system.urls.gateway, trust_env=False)
    page = http.get(f"/activate?token={token}")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    assert page.text == http.get("/").text
    pressed = http.post("/api/v1/activations", json={"token": token})
    assert 400 <= pressed.status_code < 500


def raw(system: LocalSystem, sent: bytes) -> bytes:
    """What is answered to these very bytes, until the connection is closed or an answer's head has come."""
    address = urlsplit(system.urls.gateway)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(sent)
        try:
            return connection.recv(65536)
        except ConnectionResetError:
            return b""
