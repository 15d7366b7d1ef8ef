"""E-mail, phone, password: recovery and change."""

from collections.abc import Callable

from pydantic import SecretStr
from sqlalchemy.orm import Session

from services.auth import passwords
from services.auth.faces.base import Face
from services.auth.handlers import audit, confirmations, letter_requests, profile, recovery
from services.auth.handlers.confirming import confirm_password
from services.auth.handlers.password_rules import check_password
from services.auth.models import Confirmation
from services.chassis.rpc import rpc
from services.common.clock import real_now
from services.contracts.auth import profile as contract
from services.contracts.base import Done
from services.contracts.errors import ServiceError
from services.contracts.validation import invalid


class ProfileFace(Face):
    """E-mail, phone, password: recovery and change."""

    @rpc(contract.ASK_RECOVERY)
    def ask_recovery(self, request: contract.RecoveryRequest) -> Done:
        def effect(session: Session) -> Done:
            now = real_now()
            letter_requests.ask(
                session, self.settings, "recovery", request.account, request.email, request.client, now
            )
            audit.record(session, "recovery_asked", now, account=request.account, client=request.client)
            return Done()

        return self.db.once(contract.ASK_RECOVERY, request, effect)

    @rpc(contract.RECOVER_BY_LINK)
    def recover_by_link(self, request: contract.LinkRecoveryRequest) -> Done:
        check_password(request.password)
        hashed = passwords.hash_password(self.settings, request.password)
        with self.db.begin() as session:
            found = confirmations.by_link(session, "recovery", request.token, request.client, real_now())
        return self._recover(found, request.password, hashed, request.client)

    @rpc(contract.RECOVER_BY_CODE)
    def recover_by_code(self, request: contract.CodeRecoveryRequest) -> Done:
        check_password(request.password, account=request.account)
        hashed = passwords.hash_password(self.settings, request.password)
        with self.db.begin() as session:
            found = confirmations.by_code(
                session,
                self.settings,
                "recovery",
                request.code,
                request.client,
                real_now(),
                account=request.account,
            )
        return self._recover(found, request.password, hashed, request.client)

    def _recover(self, found: confirmations.Found, password: SecretStr, hashed: str, client: str) -> Done:
        return self._use(
            found,
            lambda session, letter: recovery.recover(
                session, self.settings, letter, password, hashed, client, real_now()
            ),
        )

    def _use(self, found: confirmations.Found, act: Callable[[Session, Confirmation], bool]) -> Done:
        """Do what a letter was for. Of two at once the second finds it used."""
        if not isinstance(found, Confirmation):
            raise ServiceError(found)
        with self.db.begin() as session:
            done = act(session, found)
        if not done:
            raise ServiceError("link_used")
        return Done()

    @rpc(contract.CHANGE_PASSWORD)
    def change_password(self, request: contract.PasswordChange) -> Done:
        check_password(request.password)
        if request.password.get_secret_value() == request.current.get_secret_value():
            raise invalid("password", "same", "Новый пароль совпадает с нынешним.")
        confirm_password(self.db, self.settings, request, request.current, real_now)
        hashed = passwords.hash_password(self.settings, request.password)
        with self.db.begin() as session:
            profile.change_password(session, self.settings, request, hashed, real_now())
        return Done()

    @rpc(contract.CHANGE_PHONE)
    def change_phone(self, request: contract.PhoneChange) -> Done:
        with self.db.begin() as session:
            profile.change_phone(session, request, real_now())
        return Done()

    @rpc(contract.ASK_EMAIL)
    def ask_email(self, request: contract.EmailChange) -> Done:
        confirm_password(self.db, self.settings, request, request.password, real_now)
        return self.db.once(
            contract.ASK_EMAIL,
            request,
            lambda session: profile.ask_email(session, self.settings, request, real_now()),
        )

    @rpc(contract.CONFIRM_EMAIL_BY_LINK)
    def confirm_email_by_link(self, request: contract.LinkConfirmation) -> Done:
        with self.db.begin() as session:
            found = confirmations.by_link(session, "email", request.token, request.client, real_now())
        return self._use(
            found,
            lambda session, letter: profile.replace_email(
                session, self.settings, letter, request.client, real_now()
            ),
        )

    @rpc(contract.CONFIRM_EMAIL_BY_CODE)
    def confirm_email_by_code(self, request: contract.CodeConfirmation) -> Done:
        with self.db.begin() as session:
            found = confirmations.by_code(
                session,
                self.settings,
                "email",
                request.code,
                request.client,
                real_now(),
                user=request.user,
            )
        return self._use(
            found,
            lambda session, letter: profile.replace_email(
                session, self.settings, letter, request.client, real_now(), request
            ),
        )
