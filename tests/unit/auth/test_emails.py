"""An address in a letter to somebody else is recognised by its owner only."""

import pytest

from services.auth.domain.emails import masked, same_email


@pytest.mark.parametrize(
    ("email", "shown"),
    [("anna@mail.ru", "a***@mail.ru"), ("a@mail.ru", "a***@mail.ru"), ('"a@b"@mail.ru', '"***@mail.ru')],
)
def test_only_the_first_letter_and_the_domain_are_shown(email: str, shown: str) -> None:
    assert masked(email) == shown


def test_one_mailbox_may_be_written_with_other_letters() -> None:
    assert same_email("Anna@Mail.ru", "anna@mail.RU")
    assert not same_email("anna@mail.ru", "anna@list.ru")
