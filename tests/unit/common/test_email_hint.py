"""A slip in an e-mail's domain is hinted at; a domain that may well be meant is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.email_hint import email_hint

SLIPS = {
    "list.ru": ["lst.ru", "lisst.ru", "lsit.ru", "kist.ru", "list.ry", "list.r", "listru", "list,ru", "List.rU."],
    "gmail.com": ["gmail.con", "gmial.com", "gmal.com", "gmai.com", "gnail.com", "gmail.cm", "gmail.co", "gmaill.com",
                  "gmail.comm", "gmail.ru", "gmailcom", "gmail", "hmail.com", "gmial.con", "gmail.vom"],
    "yandex.ru": ["yandx.ru", "yadnex.ru", "yandex.ry", "yande.ru", "jandex.ru", "yandez.ru", "yandex.tu",
                  "yamdex.ru"],
    "mail.ru": ["mail.ry", "maill.ru", "mial.ru", "mal.ru", "mail.rru", "mail.r", "mail..ru", "majl.ru", "mail.tu",
                "maul.ru", "mali.ru", "mailru", "mail"],
    "inbox.ru": ["inbx.ru", "inbix.ru", "imbox.ru", "inbox.eu"],
    "bk.ru": ["bk.ry", "bk.r", "bkru"],
    "rambler.ru": ["ramler.ru", "rambler.r", "rambller.ru", "rembler.ru"],
    "icloud.com": ["iclod.com", "icloud.con", "icoud.com", "icloud.ru"],
    "outlook.com": ["outlok.com", "outlook.cpm"],
    "hotmail.com": ["hotmial.com", "hotmail.cim"],
    "ya.ru": ["ya.ry"],
    "internet.ru": ["intenet.ru"],
    "kaluga.ru": ["kalgua.ru"],
}  # fmt: skip
MEANT = """
mail.ru list.ru bk.ru ya.ru vk.com ok.ru gmail.com yandex.ru yandex.com kaluga.ru ksk.kaluga.ru mail.com
email.com mai.ru me.com live.com gmx.de msn.com inbox.lv mail.ua company.ru firma-kaluga.ru gazprom.ru
rzd.ru sberbank.ru rail.ru mall.ru lift.ru last.ru tail.ru be.ru ba.ru ca.ru bk.com mail.kaluga.ru
post.mail.ru example.org kaluga-energo.ru pm.me tut.by калуга.рф почта.рф aa.ru vk.ru main.ru lenin.ru
gmail.example.org gambler.ru mgu.ru hse.ru
"""


@pytest.mark.parametrize(("meant", "typed"), [(meant, one) for meant, all_ in SLIPS.items() for one in all_])
def test_a_slip_in_the_domain_is_hinted_at(meant: str, typed: str) -> None:
    assert email_hint(f"Anna.P@{typed}") == f"Anna.P@{meant}"


@pytest.mark.parametrize("domain", MEANT.split())
def test_a_domain_that_may_be_meant_is_left_alone(domain: str) -> None:
    assert email_hint(f"anna@{domain}") is None
    assert email_hint(f"anna@{domain.upper()}") is None


@pytest.mark.parametrize(
    "text", ["", "anna", "anna@", "@lst.ru", "anna@anna@lst.ru", "anna @lst.ru", "@", " "]
)
def test_what_is_no_address_gets_no_hint(text: str) -> None:
    assert email_hint(text) is None


@given(st.text(max_size=320))
def test_any_text_is_taken_and_a_hint_is_never_hinted_at_again(text: str) -> None:
    hint = email_hint(text)
    assert hint is None or email_hint(hint) is None
