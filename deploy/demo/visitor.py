"""A customer at the keyboard: speaks to the gateway, reads the mailbox, types a card at the bank."""

import re
import secrets
import time
from collections.abc import Callable
from ipaddress import IPv6Address
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from uuid import uuid4

import httpx

T = TypeVar("T")
SUCCESS_CARD = "4111111111111111"
SECURE_CARD = "5555555555555599"
SECURE_CODE = "12345678"


class VisitorError(AssertionError):
    """Something on the way was not as a customer may expect; the text says what was seen."""


class Mailbox:
    """The customer's letters, in the sandbox's mailbox."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=70, trust_env=False)

    def wait_letter(
        self, to: str, subject: str = "", timeout: float = 20, since_id: int = 0
    ) -> dict[str, Any]:
        """The newest letter to an address, waiting for the first; raises VisitorError when none comes."""
        found = self.letters(to, subject, since_id, wait=timeout)
        if not found:
            raise VisitorError(f"no letter «{subject}» came to {to} within {timeout} s")
        return found[-1]

    def letters(self, to: str, subject: str = "", since_id: int = 0, wait: float = 0) -> list[dict[str, Any]]:
        query: dict[str, str | int | float] = {
            "to": to,
            "subject": subject,
            "since_id": since_id,
            "wait": wait,
        }
        found: list[dict[str, Any]] = self.http.get("/api/letters", params=query).raise_for_status().json()
        return found


class Visitor:
    """One customer's browser (`channel` web: cookies and CSRF) or app (`app`: bearer tokens)."""

    def __init__(self, gateway: str, channel: str = "web", address: str | None = None) -> None:
        self.channel = channel
        self.http = httpx.Client(base_url=gateway, timeout=30, trust_env=False)
        self.http.headers["X-Forwarded-For"] = address or somewhere()
        self.refresh_token: str | None = None

    def send(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """Any request to the API, or to staff's; commands get an idempotency key unless `headers` has one."""
        headers = {"Idempotency-Key": uuid4().hex} if method == "POST" else {}
        headers |= kwargs.pop("headers", {})
        url = path if path.startswith("/staff/") else f"/api/v1{path}"
        return self.http.request(method, url, headers=headers, **kwargs)

    def get(self, path: str, **query: Any) -> Any:
        return _checked(self.send("GET", path, params=query))

    def post(self, path: str, body: Any = None, **kwargs: Any) -> Any:
        return _checked(self.send("POST", path, json=body, **kwargs))

    def register(self, account: str, address: str, email: str, password: str) -> None:
        consent = self.get("/documents/personal_data")
        self.post(
            "/registrations",
            {
                "account": account,
                "address": address,
                "email": email,
                "password": password,
                "password_again": password,
                "phone": "+79105550000",
                "consent": True,
                "consent_version": consent["version"],
                "channel": self.channel,
            },
        )

    def activate(self, letter: dict[str, Any]) -> None:
        """By the letter's link: opens the page, presses the button."""
        self.open(activation_link(letter))
        self.post("/activations", {"token": activation_token(letter)})

    def open(self, link: str) -> None:
        """The client's page at a letter's link: opening it does nothing else."""
        page = self.http.get(urlsplit(link)._replace(scheme="", netloc="").geturl())
        if page.status_code != 200 or 'id="app"' not in page.text:
            raise VisitorError(f"the link opened no page: {page.status_code}")

    def ask_recovery(self, account: str, email: str) -> None:
        self.post("/recoveries", {"account": account, "email": email})

    def recover(self, letter: dict[str, Any], password: str) -> None:
        """By the letter's link: opens the page, types the new password twice."""
        self.open(letter_link(letter, "/recover"))
        token = letter_token(letter, "/recover")
        body = {"token": token, "password": password, "password_again": password}
        _checked(self.send("PUT", "/recoveries", json=body))

    def ask_email(self, email: str, password: str) -> None:
        self.post("/me/email", {"email": email, "password": password})

    def sign_in(self, account: str, password: str) -> dict[str, Any]:
        signed: dict[str, Any] = self.post(
            "/sessions", {"account": account, "password": password, "channel": self.channel}
        )
        self.keep(signed)
        return signed

    def keep(self, signed: dict[str, Any]) -> None:
        """Carry the session from now on."""
        if signed["access_token"]:
            self.http.headers["Authorization"] = f"Bearer {signed['access_token']}"
            self.refresh_token = signed["refresh_token"]
        else:
            self.http.headers["X-CSRF-Token"] = signed["csrf_token"]

    def pay(self, account: str, amount: int, values: list[str] | None, email: str, **kwargs: Any) -> Any:
        """Start a payment of `amount` kopecks."""
        body = {"amount": amount, "values": values, "receipt_email": email, "consent": True}
        return self.post(f"/accounts/{account}/payments", body, **kwargs)

    def payment(self, account: str, payment_id: str) -> Any:
        return self.get(f"/accounts/{account}/payments/{payment_id}")


class BankPage:
    """The customer at the acquirer's page, with a browser of their own."""

    def __init__(self, form_url: str) -> None:
        self.form_url = form_url
        self.http = httpx.Client(timeout=30, follow_redirects=False, trust_env=False)

    def pay(self, pan: str = SUCCESS_CARD, code: str = SECURE_CODE) -> str:
        """Type the card, and the 3-D Secure code when asked; gives the address that the bank sends back to."""
        page = self.http.get(self.form_url)
        if page.status_code != 200:
            raise VisitorError(f"the bank's page answered {page.status_code}")
        order = parse_qs(urlsplit(self.form_url).query)["mdOrder"][0]
        card = {"mdOrder": order, "pan": pan, "expiry": "12/34", "cvc": "123"}
        answer = self._submit(page, card)
        location = answer.headers.get("location", "")
        if "/acs/" not in location:
            return _back(answer)
        secure = self.http.get(urljoin(self.form_url, location))
        return _back(self._submit(secure, {"mdOrder": order, "code": code}))

    def _submit(self, page: httpx.Response, fields: dict[str, str]) -> httpx.Response:
        action = re.search(r'<form method="post" action="([^"]+)"', page.text)
        if not action:
            raise VisitorError(f"the bank showed no form: {page.text[:300]}")
        body = urlencode(fields)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.http.post(urljoin(str(page.url), action.group(1)), content=body, headers=form)


def letter_link(letter: dict[str, Any], page: str) -> str:
    """The link to a page of the portal, `/recover` say."""
    found = re.search(rf"https?://\S+{page}\?token=[\w\-]+", letter["text"])
    if not found:
        raise VisitorError(f"no link in the letter: {letter['text']}")
    return found.group(0)


def letter_token(letter: dict[str, Any], page: str) -> str:
    return letter_link(letter, page).partition("token=")[2]


def letter_code(letter: dict[str, Any]) -> str:
    """The six digits to type."""
    found = re.search(r"(?<!\d)(\d{6})(?!\d)", re.sub(r"https?://\S+", "", letter["text"]))
    if not found:
        raise VisitorError(f"no code in the letter: {letter['text']}")
    return found.group(1)


def activation_link(letter: dict[str, Any]) -> str:
    return letter_link(letter, "/activate")


def activation_token(letter: dict[str, Any]) -> str:
    return letter_token(letter, "/activate")


def activation_code(letter: dict[str, Any]) -> str:
    return letter_code(letter)


def eventually(look: Callable[[], T | None], what: str, timeout: float = 20, every: float = 0.1) -> T:
    """Look again until something true is seen; raises VisitorError with what was seen last."""
    until = time.monotonic() + timeout
    while not (seen := look()):
        if time.monotonic() > until:
            raise VisitorError(f"not within {timeout} s: {what}; the last seen was {seen!r}")
        time.sleep(every)
    return seen


def _checked(answer: httpx.Response) -> Any:
    if answer.is_error:
        request = answer.request
        raise VisitorError(f"{request.method} {request.url.path}: {answer.status_code} {answer.text[:600]}")
    return answer.json() if answer.content else None


def _back(answer: httpx.Response) -> str:
    if answer.status_code not in (302, 303):
        raise VisitorError(f"the bank did not send back: {answer.status_code} {answer.text[:300]}")
    return str(answer.headers["location"])


def somewhere() -> str:
    """An address in a documentation network of its own (/64), so that customers do not share a limit."""
    return str(IPv6Address(f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"))
