"""What a newcomer does over the bus who forgot the password, or changes the profile."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from pydantic import SecretStr

from deploy.demo.visitor import letter_code, letter_token
from services.contracts import auth
from services.contracts.auth import profile
from tests.support.newcomer import PASSWORD, Newcomer

NEW_PASSWORD = "Another-moon-528"


@dataclass
class Owner:
    """An activated profile's owner, with letters read one after another."""

    person: Newcomer
    seen: int = field(default=0)

    @property
    def account(self) -> str:
        return self.person.home.account

    def ask(self, **other: Any) -> "Future[Any]":
        told = {"account": self.account, "email": self.person.email, "client": self.person.client} | other
        return self.person.bus.submit(profile.ASK_RECOVERY, profile.RecoveryRequest(**told), key=uuid4().hex)

    def letter(self, subject: str = "Восстановление", to: str | None = None) -> dict[str, Any]:
        """The next letter that was not read yet."""
        found = self.person.mailbox.wait_letter(to or self.person.email, subject, since_id=self.seen)
        self.seen = int(found["id"])
        return found

    def asked(self) -> dict[str, Any]:
        self.ask().result()
        return self.letter()

    def by_link(self, letter: dict[str, Any], password: str = NEW_PASSWORD) -> "Future[Any]":
        return self.by_token(letter_token(letter, "/recover"), password)

    def by_token(self, token: str, password: str = NEW_PASSWORD) -> "Future[Any]":
        request = profile.LinkRecoveryRequest(
            token=SecretStr(token), password=SecretStr(password), client=self.person.client
        )
        return self.person.bus.submit(profile.RECOVER_BY_LINK, request)

    def by_code(self, code: str, account: str | None = None) -> "Future[Any]":
        request = profile.CodeRecoveryRequest(
            account=account or self.account,
            code=SecretStr(code),
            password=SecretStr(NEW_PASSWORD),
            client=self.person.client,
        )
        return self.person.bus.submit(profile.RECOVER_BY_CODE, request)

    def change_password(
        self, tokens: auth.Tokens, current: str = PASSWORD, password: str = NEW_PASSWORD
    ) -> "Future[Any]":
        request = profile.PasswordChange(
            user=tokens.user,
            session=tokens.session,
            client=self.person.client,
            current=SecretStr(current),
            password=SecretStr(password),
        )
        return self.person.bus.submit(profile.CHANGE_PASSWORD, request)

    def ask_email(self, tokens: auth.Tokens, email: str, password: str = PASSWORD) -> "Future[Any]":
        request = profile.EmailChange(
            user=tokens.user,
            session=tokens.session,
            client=self.person.client,
            email=email,
            password=SecretStr(password),
        )
        return self.person.bus.submit(profile.ASK_EMAIL, request, key=uuid4().hex)

    def email_by_link(self, letter: dict[str, Any]) -> "Future[Any]":
        request = profile.LinkConfirmation(
            token=SecretStr(letter_token(letter, "/email")), client=self.person.client
        )
        return self.person.bus.submit(profile.CONFIRM_EMAIL_BY_LINK, request)

    def email_by_code(self, tokens: auth.Tokens, code: str) -> "Future[Any]":
        request = profile.CodeConfirmation(
            user=tokens.user, session=tokens.session, client=self.person.client, code=SecretStr(code)
        )
        return self.person.bus.submit(profile.CONFIRM_EMAIL_BY_CODE, request)


def other_code(letter: dict[str, Any]) -> str:
    """A code that is surely not the letter's."""
    return f"{(int(letter_code(letter)) + 1) % 1_000_000:06d}"
