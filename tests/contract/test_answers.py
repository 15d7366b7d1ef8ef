"""What every answer carries, whatever became of the request."""

import httpx
import pytest
from prometheus_client import REGISTRY

from services.contracts.errors import ServiceError
from tests.support.gateway import FakeBus, Http, client
from tests.support.problems import code_of, problem_of

TRACE = "0123456789abcdef0123456789abcdef"
SIGN_IN = {"account": "180211111", "password": "does not matter"}
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def answers(http: Http) -> dict[str, httpx.Response]:
    return {
        "description": http.get("/api/v1/openapi.json"),
        "not found": http.get("/nothing.txt"),
        "method not allowed": http.request("PUT", "/api/v1/me"),
        "unauthenticated": http.get("/api/v1/me"),
        "malformed": http.post(
            "/api/v1/sessions", content=b"{", headers={"Content-Type": "application/json"}
        ),
        "invalid": http.post("/api/v1/sessions", json={}),
        "too large": http.post("/api/v1/sessions", content=b"x" * 70_000),
        "unavailable": http.post("/api/v1/sessions", json=SIGN_IN),
        "broken": http.post("/api/v1/acquirer/callback", data={"checksum": "x"}),
    }


def test_every_answer_carries_the_security_headers() -> None:
    with client(FakeBus(callback=RuntimeError("boom"))) as http:
        for name, answer in answers(http).items():
            assert {header: answer.headers.get(header) for header in HEADERS} == HEADERS, name
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert "strict-transport-security" not in answer.headers
            assert "server" not in answer.headers


def test_in_production_browsers_are_told_to_stay_with_https() -> None:
    secrets = {"SVET_ENV": "production", "csrf_secret": "another"}
    with client(**secrets) as http:
        assert "max-age=31536000" in http.get("/nothing.txt").headers["strict-transport-security"]


def test_the_unexpected_leaks_nothing_but_the_reference_that_the_log_holds() -> None:
    with client(FakeBus(callback=RuntimeError("the secret of the house"))) as http:
        headers = {"traceparent": f"00-{TRACE}-0123456789abcdef-01"}
        answer = http.get("/api/v1/acquirer/callback?checksum=x", headers=headers)
    assert (problem_of(answer)["code"], problem_of(answer)["reference"]) == ("internal_error", TRACE)
    assert "secret" not in answer.text


@pytest.mark.parametrize("trace", ["", "nonsense", "00-" + "g" * 32 + "-0123456789abcdef-01", "x" * 5000])
def test_a_reference_is_made_when_the_client_brings_none(trace: str) -> None:
    with client() as http:
        assert code_of(http.get("/api/v1/me", headers={"traceparent": trace})) == "unauthenticated"


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (ServiceError("unavailable", outcome="none"), "5"),
        (ServiceError("acquirer_unavailable"), "30"),
        (ServiceError("too_many_requests"), "60"),
        (ServiceError("too_many_requests", retry_after=17), "17"),
    ],
)
def test_a_refusal_for_now_says_when_to_come_again(error: ServiceError, seconds: str) -> None:
    with client(FakeBus(sign_in=error)) as http:
        answer = http.post("/api/v1/sessions", json=SIGN_IN)
    assert (code_of(answer), answer.headers["retry-after"]) == (error.code, seconds)


def test_a_refusal_of_the_person_names_the_scheme() -> None:
    with client() as http:
        assert http.get("/api/v1/me").headers["www-authenticate"] == "Bearer"


def test_nothing_redirects() -> None:
    with client() as http:
        answer = http.get("/api/v1/me/", headers={"Host": "evil.example"}, follow_redirects=False)
        assert code_of(answer) == "not_found"


def test_metrics_are_counted_by_route_and_not_by_what_was_asked() -> None:
    with client() as http:
        http.get("/api/v1/accounts/180211111/payments/9b5a4bb4-9c0a-4fb2-a5fa-5e6be8a7e1f0")
        http.get("/no/such/page/180211111")
        http.request("BREW", "/no/such/page")
    labels = [
        sample.labels
        for metric in REGISTRY.collect()
        if metric.name == "svet_http_seconds"
        for sample in metric.samples
    ]
    assert {"/api/v1/accounts/{account}/payments/{payment_id}", "/{path:path}"} <= {
        label["route"] for label in labels
    }
    assert not [label for label in labels if "1802" in label["route"] or label["method"] == "BREW"]
