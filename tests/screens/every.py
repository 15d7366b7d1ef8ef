"""Every screen there is. A route of routes.ts that is missing here fails a test."""

from collections.abc import Iterator
from typing import Final

from tests.screens.cast import Who
from tests.screens.particular import LETTER_SENT, WITH_PIN, particular
from tests.screens.screen import FAILED, REFUSED, USUAL, Act, Screen, submit

_TOKEN: Final = "?token=bm9ib2R5LXNlbnQtdGhpcy1sZXR0ZXI"
_DOORS: Final = {
    "/login": "",
    "/pin": "",
    "/register": "",
    "/register/done": "",
    "/activate": f"/activate{_TOKEN}",
    "/activate/code": "",
    "/recover": f"/recover{_TOKEN}",
    "/recover/code": "",
    "/email": f"/email{_TOKEN}",
    "/objection": f"/objection{_TOKEN}",
}
"""For who is signed out -> the address, when it is not the route."""
_SETTINGS: Final[dict[str, Act]] = {"/pin": WITH_PIN, "/register/done": LETTER_SENT}
"""Doors that are not there for whoever comes for the first time."""
_ANYBODY: Final = {
    "/contacts": "",
    "/documents": "",
    "/documents/:kind": "/documents/offer",
    "/appearance": "",
    "/kit": "",
    "*": "/no/such/page",
}
_INSIDE: Final = {
    "/": "",
    "/pay": "",
    "/readings": "",
    "/info": "",
    "/history": "",
    "/history/readings": "",
    "/history/payments": "",
    "/history/charges": "",
    "/history/usage": "",
    "/bills": "",
    "/tariffs": "",
    "/settings": "",
    "/settings/profile": "",
    "/settings/accounts": "",
    "/settings/accounts/add": "",
    "/settings/sessions": "",
    "/settings/security": "",
    "/settings/consents": "",
    "/settings/deletion": "",
}
"""For everybody with a cabinet."""
_OF_A_BILL: Final = {"/bills/:period": "/bills/{period}", "/bills/:period/why": "/bills/{period}/why"}
_OF_A_PAYMENT: Final = {
    "/pay/return": "/pay/return?payment={done}",
    "/payments/:payment": "/payments/{done}",
    "/payments/:payment/receipt": "/payments/{done}/receipt",
}
_BY_METER: Final = ("/", "/pay", "/readings", "/info", "/history/usage")
_OTHER_METERS: Final[tuple[Who, ...]] = ("automatic", "meterless", "overpaid")
_FORMS: Final[dict[str, Who]] = {
    "/login": "nobody",
    "/pin": "nobody",
    "/register/done": "nobody",
    "/register": "nobody",
    "/activate/code": "nobody",
    "/recover": "nobody",
    "/recover/code": "nobody",
    "/readings": "payer",
    "/pay": "payer",
    "/settings/accounts/add": "payer",
}
"""Forms that say what is wrong when they are sent empty."""


def screens() -> list[Screen]:
    """The usual state of each route first."""
    return [*_usual(), *_rich_and_empty(), *particular(), *_failed(), *_wrong()]


def usual() -> list[Screen]:
    return [screen for screen in screens() if screen.state == USUAL]


def _usual() -> Iterator[Screen]:
    for route, address in (_DOORS | _ANYBODY).items():
        yield Screen(route, address=address, setting=_SETTINGS.get(route))
    for route, address in (_INSIDE | _OF_A_BILL | _OF_A_PAYMENT).items():
        yield Screen(route, who="payer", address=address)


def _rich_and_empty() -> Iterator[Screen]:
    for route, address in _INSIDE.items():
        yield Screen(route, "empty", "newcomer", address)
    for route, address in (_INSIDE | _OF_A_BILL).items():
        yield Screen(route, "long", "estate", address)
    for route in _BY_METER:
        for who in _OTHER_METERS:
            yield Screen(route, who, who)
    for state in ("failed", "begun"):
        yield Screen("/payments/:payment", f"pay-{state}", "payer", f"/payments/{{{state}}}")
    for route, address in _ANYBODY.items():
        yield Screen(route, "inside", "payer", address)


def _failed() -> Iterator[Screen]:
    for route, address in (_INSIDE | _OF_A_BILL | _OF_A_PAYMENT).items():
        yield Screen(route, FAILED, "payer", address, expects=(f"{REFUSED}503",))


def _wrong() -> Iterator[Screen]:
    for route, who in _FORMS.items():
        yield Screen(route, "wrong", who, _DOORS.get(route, ""), _SETTINGS.get(route), submit)
