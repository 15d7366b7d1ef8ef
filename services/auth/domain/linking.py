"""Which accounts a person may add to the cabinet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ADDITIONAL_AT_MOST = 5
"""Beside the primary account, in one's own cabinet."""
OTHERS_AT_MOST = 5
"""Cabinets that have an account as an additional one."""

Refusal = Literal["already_linked", "account_frozen", "too_many_accounts", "link_refused"]


@dataclass(frozen=True)
class Link:
    """An account in somebody's cabinet. A frozen one that its owner removed is `removed`: it counts nowhere."""

    user: UUID
    account: str
    primary: bool
    frozen: bool = False
    removed: bool = False

    @property
    def additional(self) -> bool:
        return not self.primary and not self.removed


def refusal(links: Sequence[Link], user: UUID, account: str, proven: bool) -> Refusal | None:
    """Why the user may not link the account; `links` are all of the user's and all of the account's.

    One's own mistakes are told plainly. What others have to do with it (whose account it is, how many have it)
    is `link_refused`, whatever it was. A frozen link counts; it is refused until staff release it, removed or not.
    """
    own = [link for link in links if link.user == user]
    for link in own:
        if link.account == account:
            return "account_frozen" if link.frozen else "already_linked"
    if sum(link.additional for link in own) >= ADDITIONAL_AT_MOST:
        return "too_many_accounts"
    others = sum(link.additional for link in links if link.account == account)
    return "link_refused" if not proven or others >= OTHERS_AT_MOST else None
