"""Further accounts in a cabinet: linked by proof of the address, told to every holder, frozen by «это не я»."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.auth import letters
from services.auth.domain.linking import refusal
from services.auth.domain.tokens import new_token, token_digest
from services.auth.handlers import audit
from services.auth.handlers.profiles import profile_changed
from services.auth.repository import accounts as table
from services.auth.repository.accounts import Objected
from services.auth.settings import Settings
from services.common.russian import date_time
from services.contracts.auth import profile
from services.contracts.base import Done
from services.contracts.errors import ServiceError


def link(
    session: Session, settings: Settings, request: profile.AccountLink, proven: bool, now: datetime
) -> Done:
    """Add an account to the cabinet, and let its holders know.

    Raises `already_linked`, `too_many_accounts`, `account_frozen` for what is in one's own cabinet, and
    `link_refused` for the rest: not proven, unknown, in five others already. Each costs the same statements.
    """
    if table.lock_user(session, request.user) is None:
        raise ServiceError("session_ended")
    table.lock_account(session, request.account)
    links = table.links_around(session, request.user, request.account)
    if refused := refusal(links, request.user, request.account, proven):
        raise ServiceError(refused)
    table.add_link(session, request.user, request.account, now)
    told = tell_holders(session, settings, request.user, request.account, now)
    audit.by_person(session, "account_linked", request, now, account=request.account, told=told)
    profile_changed(session, request.user)
    return Done()


def tell_holders(
    session: Session, settings: Settings, linker: UUID, account: str, linked_at: datetime
) -> int:
    """A letter with «это не я» to everybody else who may touch the account. Gives how many."""
    expires_at = linked_at + timedelta(days=settings.objection_days)
    objections, wanted = [], []
    for holder, email in table.others_holding(session, account, linker):
        token = new_token()
        objections.append(
            {
                "token_hash": token_digest(token),
                "linker_id": linker,
                "holder_id": holder,
                "account": account,
                "linked_at": linked_at,
                "expires_at": expires_at,
            }
        )
        wanted.append(
            letters.with_link(
                settings,
                "account_linked",
                letters.link(settings, "/objection", token),
                recipient=email,
                user=holder,
                params={"account": account, "at": date_time(linked_at)},
                expires_at=expires_at,
            )
        )
    if objections:
        table.add_objections(session, objections)
        letters.send_all(session, wanted)
    return len(wanted)


def remove(session: Session, request: profile.AccountRemoval, now: datetime) -> None:
    """Take an additional account out of the cabinet; a frozen one stays refused until staff release it.

    Raises `primary_account`, `account_unknown`.
    """
    if table.lock_user(session, request.user) is None:
        raise ServiceError("session_ended")
    held = table.link_of(session, request.user, request.account)
    if held is None:
        raise ServiceError("account_unknown")
    if held.primary:
        raise ServiceError("primary_account")
    if held.frozen:
        table.remove_frozen(session, request.user, request.account, now)
    else:
        table.unlink(session, request.user, request.account)
    audit.by_person(session, "account_removed", request, now, account=request.account, frozen=held.frozen)
    profile_changed(session, request.user)


def object_to_link(
    session: Session, settings: Settings, request: profile.LinkConfirmation, now: datetime
) -> None:
    """«Это не я»: freeze the link that the letter told of, if it still is there and its reader still a holder.

    Raises `link_used`, `link_stale`. When another holder was faster the link stays frozen, and nobody hears twice.
    """
    digest = token_digest(request.token.get_secret_value())
    linker = table.lock_linker(session, digest)
    about = table.objected(session, digest) if linker else None
    if linker is None or about is None:
        raise ServiceError("link_stale")
    if about.used_at is not None:
        raise ServiceError("link_used")
    if about.expires_at <= now or not about.holds or not about.linked:
        raise ServiceError("link_stale")
    table.use_objection(session, digest, now)
    _record_objection(session, about, request.client, now)
    if table.freeze(session, about.linker, about.account, about.linked_at, now):
        profile_changed(session, about.linker)
        letters.send(
            session,
            settings,
            "link_frozen",
            recipient=linker.email,
            user=linker.id,
            params={"account": about.account},
        )


def _record_objection(session: Session, about: Objected, client: str, now: datetime) -> None:
    audit.record(
        session,
        "link_objected",
        now,
        account=about.account,
        user=about.holder,
        client=client,
        holder=str(about.holder),
        linker=str(about.linker),
        frozen_before=about.frozen,
    )
