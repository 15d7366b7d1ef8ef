"""Registration: one neutral answer for every wrong proof, nothing reserved, tries limited."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.common.documents import PACKAGED, read_documents
from services.contracts.errors import ServiceError
from tests.support.newcomer import PASSWORD, Newcomer, anywhere, refusal

Rows = Callable[..., list[tuple[Any, ...]]]


def test_a_wrong_address_an_unknown_account_and_a_taken_one_get_one_answer(resident: Newcomer) -> None:
    answers = []
    for told in ({"address": "Калуга, ул. Не та, д. 1, кв. 1"}, {"account": "000000017"}, {}):
        with pytest.raises(ServiceError) as refused:
            resident.register(**told).result()
        answers.append((refused.value.code, refused.value.fields, refused.value.details))
    assert answers == [("registration_refused", [], {})] * 3


def test_a_repeat_under_the_same_key_sends_one_letter(newcomer: Newcomer, auth_rows: Rows) -> None:
    key = uuid4().hex
    first, second = newcomer.register(key), newcomer.register(key)
    assert first.result() == second.result() == newcomer.register(key).result()
    found = auth_rows("SELECT count(*) FROM registrations WHERE account = %s", newcomer.home.account)
    assert found == [(1,)]
    assert refusal(newcomer.register(key, phone="+79990000000")) == "idempotency_conflict"


def test_tries_at_one_account_are_limited_from_wherever_they_come(newcomer: Newcomer) -> None:
    tries = [newcomer.register(address="Не тот адрес, д. 1", client=anywhere()) for _ in range(14)]
    answers = [refusal(one) for one in tries]
    assert answers.count("registration_refused") == 10
    assert answers.count("too_many_requests") == 4
    with pytest.raises(ServiceError) as refused:
        newcomer.register(client=anywhere()).result()
    assert 0 < refused.value.details["retry_after"] <= 3600


def test_tries_from_one_address_are_limited_at_whatever_account(newcomer: Newcomer) -> None:
    tries = [newcomer.register(account=f"0000001{n:02d}") for n in range(34)]
    answers = [refusal(one) for one in tries]
    assert answers.count("registration_refused") == 30
    assert answers.count("too_many_requests") == 4


def test_an_unknown_text_of_consent_is_a_bad_field(newcomer: Newcomer) -> None:
    with pytest.raises(ServiceError) as refused:
        newcomer.register(consent_version="1999-01").result()
    assert [error.field for error in refused.value.fields] == ["consent_version"]


def test_the_consent_is_kept_with_who_when_from_where(resident: Newcomer, auth_rows: Rows) -> None:
    kept = auth_rows(
        "SELECT c.version, c.text_hash, c.client, c.channel FROM consents c JOIN linked_accounts l USING (user_id) "
        "WHERE l.account = %s",
        resident.home.account,
    )
    shown = read_documents(PACKAGED).find("personal_data", "2026-01")
    assert kept == [("2026-01", shown.hash, resident.client, "web")]


def test_no_password_link_or_code_is_kept_in_plain(newcomer: Newcomer, auth_rows: Rows) -> None:
    newcomer.register().result()
    letter = newcomer.letter()
    newcomer.by_link(letter).result()
    tokens = newcomer.sign_in()
    tables = auth_rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    whole = "\n".join(str(auth_rows(f"SELECT t::text FROM {table} t")) for (table,) in tables)
    assert newcomer.email in whole
    for secret in (PASSWORD, letter["text"].partition("token=")[2].split()[0], tokens.refresh, tokens.access):
        assert secret not in whole
