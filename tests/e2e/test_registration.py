"""Registration and activation over /api/v1 as people live through them: forgiving, neutral, with the real letters."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.demo.household import Household
from deploy.demo.visitor import Mailbox, Visitor, activation_code, activation_link, activation_token
from deploy.local.system import LocalSystem
from tests.e2e.conftest import Send
from tests.support.customer import PASSWORD, Customer
from tests.support.households import Households
from tests.support.problems import bad_fields, code_of, problem_of


@pytest.fixture
def home(households: Households) -> Household:
    return households.take(metered=False)


@pytest.fixture
def email() -> str:
    return f"reg-{uuid4().hex[:12]}@example.org"


def registration(home: Household, email: str, version: str, **other: Any) -> dict[str, Any]:
    told = {
        "account": home.account,
        "address": home.address,
        "email": email,
        "password": PASSWORD,
        "password_again": PASSWORD,
        "phone": "8 (910) 555-11-22",
        "consent": True,
        "consent_version": version,
    }
    return told | other


@pytest.fixture
def version(stranger: Send) -> str:
    return str(stranger("GET", "/documents/personal_data").json()["version"])


@pytest.mark.parametrize("channel", ["web", "app"])
def test_a_household_registers_as_people_type_and_signs_in(
    channel: str, system: LocalSystem, mailbox: Mailbox, home: Household, email: str, version: str
) -> None:
    visitor = Visitor(system.urls.gateway, channel)
    typed = f"({home.account[:3]}) {home.account[3:6]}\u200b-\u00a0{home.account[6:]}\ufeff"
    address = f"{home.address.upper().replace('.', '').replace(',', ' ')}, Калужская обл."
    body = registration(home, email, version, account=typed, address=address, channel=channel)
    asked = visitor.post("/registrations", body)
    assert set(asked) == {"letter_expires_at"}

    letter = mailbox.wait_letter(email, "Активация")
    if channel == "web":
        visitor.activate(letter)
    else:
        visitor.post("/activations", {"account": typed, "code": activation_code(letter)})
    visitor.sign_in(home.account, PASSWORD)
    me = visitor.get("/me")
    assert (me["email"], me["phone"]) == (email, "+79105551122")
    assert me["accounts"] == [{"account": home.account, "primary": True}]


def test_an_opened_link_activates_nothing_and_a_used_and_a_stale_one_are_told_apart(
    system: LocalSystem, mailbox: Mailbox, home: Household, email: str, version: str
) -> None:
    visitor = Visitor(system.urls.gateway)
    visitor.post("/registrations", registration(home, email, version))
    first = mailbox.wait_letter(email, "Активация")
    for _ in range(3):
        visitor.open(activation_link(first))
    assert code_of(_sign_in(visitor, home)) == "sign_in_refused"

    visitor.post("/activations/letters", {"account": home.account, "email": email.upper()})
    second = mailbox.wait_letter(email, "Активация", since_id=int(first["id"]))
    assert code_of(_by_link(visitor, first)) == "link_stale"

    visitor.activate(second)
    assert code_of(_by_link(visitor, second)) == "link_used"
    assert code_of(_by_code(visitor, home, activation_code(second))) == "link_used"
    assert code_of(_sign_in(visitor, home)) == "201"


def test_five_wrong_codes_kill_a_letters_code_and_not_its_link(
    system: LocalSystem, mailbox: Mailbox, home: Household, email: str, version: str
) -> None:
    visitor = Visitor(system.urls.gateway, "app")
    visitor.post("/registrations", registration(home, email, version))
    letter = mailbox.wait_letter(email, "Активация")
    wrong = f"{(int(activation_code(letter)) + 1) % 1_000_000:06d}"
    assert {code_of(_by_code(visitor, home, wrong)) for _ in range(5)} == {"code_refused"}
    assert code_of(_by_code(visitor, home, activation_code(letter))) == "code_refused"
    visitor.activate(letter)
    assert code_of(_sign_in(visitor, home)) == "201"


def test_an_unknown_account_a_wrong_address_and_a_taken_account_are_told_nothing_apart(
    stranger: Send, resident: Customer, home: Household, email: str, version: str
) -> None:
    taken = registration(resident.home, email, version)
    wrong = registration(home, email, version, address="Калуга, ул. Не та, д. 1, кв. 1")
    unknown = registration(home, email, version, account="000000058")
    answers = [
        _known_apart(stranger("POST", "/registrations", json=body)) for body in (taken, wrong, unknown)
    ]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["code"] == "registration_refused"
    assert "(4842) 701-838" in answers[0]["title"]
    assert "support@ksk.kaluga.ru" in answers[0]["title"]


def test_a_guessable_password_is_refused_in_words_and_costs_no_try(
    stranger: Send, home: Household, email: str, version: str
) -> None:
    weak = [
        "password1",
        "пароль123",
        "gfhjkm2026",
        "йцукенгш",
        "12345678",
        "aaaaaaaa",
        home.account,
        f"k{home.account}",
    ]
    for password in [*weak, email.partition("@")[0], *weak]:
        body = registration(home, email, version, password=password, password_again=password)
        problem = problem_of(stranger("POST", "/registrations", json=body))
        (field,) = problem["fields"]
        assert (field["field"], field["code"]) == ("password", "common")
        assert password not in str(problem)
    assert code_of(stranger("POST", "/registrations", json=registration(home, email, version))) == "202"


@pytest.mark.parametrize("account", ["000000058", None])
def test_a_guessable_password_is_refused_before_anything_is_asked_of_the_account(
    account: str | None, stranger: Send, resident: Customer, email: str, version: str
) -> None:
    weak = {"password": "qwerty123", "password_again": "qwerty123"}
    body = registration(resident.home, email, version, account=account or resident.account, **weak)
    assert bad_fields(stranger("POST", "/registrations", json=body)) == {"password"}


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("phone", "70-18-38"),
        ("account", "18021111"),
        ("email", "anna@"),
        ("password_again", "another-password-7"),
        ("consent", False),
        ("password", "кот-7f!"),
        ("password", "к" * 129),
    ],
)
def test_a_bad_field_is_named_in_russian(
    field: str, bad: Any, stranger: Send, home: Household, email: str, version: str
) -> None:
    body = registration(home, email, version) | {field: bad}
    assert bad_fields(stranger("POST", "/registrations", json=body)) == {field}


def test_a_password_of_128_characters_with_spaces_is_taken(
    system: LocalSystem, mailbox: Mailbox, home: Household, email: str, version: str
) -> None:
    visitor = Visitor(system.urls.gateway)
    password = ("съешь ещё этих мягких булок " * 5)[:128]
    visitor.post(
        "/registrations", registration(home, email, version, password=password, password_again=password)
    )
    visitor.activate(mailbox.wait_letter(email, "Активация"))
    assert visitor.sign_in(home.account, password)["session"]


def test_a_letter_is_sent_again_three_times_an_hour_whoever_asks(
    stranger: Send, home: Household, email: str
) -> None:
    body = {"account": home.account, "email": email}
    answers = [stranger("POST", "/activations/letters", json=body) for _ in range(4)]
    assert [code_of(answer) for answer in answers] == ["202", "202", "202", "too_many_requests"]
    assert 0 < int(answers[3].headers["Retry-After"]) <= 3600


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [
        ("anna@lst.ru", "anna@list.ru"),
        ("Anna@gmail.con", "Anna@gmail.com"),
        ("anna@yandx.ru", "anna@yandex.ru"),
        ("anna@list.ru", None),
        ("anna@ksk.kaluga.ru", None),
        ("ещё не адрес", None),
        ("", None),
    ],
)
def test_a_likely_slip_in_an_email_is_hinted_at_and_never_blocks(
    typed: str, suggestion: str | None, stranger: Send
) -> None:
    answer = stranger("POST", "/hints/email", json={"email": typed})
    text = f"Возможно, {suggestion.partition('@')[2]}?" if suggestion else None
    assert (answer.status_code, answer.json()) == (200, {"suggestion": suggestion, "text": text})


def test_an_address_that_looks_like_a_slip_registers_all_the_same(
    stranger: Send, home: Household, version: str
) -> None:
    body = registration(home, f"slip-{uuid4().hex[:8]}@lst.ru", version)
    assert stranger("POST", "/registrations", json=body).status_code == 202


def _known_apart(answer: httpx.Response) -> dict[str, Any]:
    """All that a refusal tells: its body without the reference, and its headers."""
    volatile = {"date", "x-request-id", "traceparent", "content-length"}
    headers = {name: value for name, value in answer.headers.items() if name not in volatile}
    return problem_of(answer) | {"reference": "", "headers": headers, "length": len(answer.content)}


def _sign_in(visitor: Visitor, home: Household) -> httpx.Response:
    body = {"account": home.account, "password": PASSWORD, "channel": visitor.channel}
    return visitor.send("POST", "/sessions", json=body)


def _by_link(visitor: Visitor, letter: dict[str, Any]) -> httpx.Response:
    return visitor.send("POST", "/activations", json={"token": activation_token(letter)})


def _by_code(visitor: Visitor, home: Household, code: str) -> httpx.Response:
    return visitor.send("POST", "/activations", json={"account": home.account, "code": code})
