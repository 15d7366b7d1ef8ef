"""Who may link which account: one's own limits are told, other people's are not."""

from uuid import UUID

import pytest

from services.auth.domain.linking import Link, refusal

ME = UUID(int=1)
WANTED = "180000001"


def mine(account: str, **kind: bool) -> Link:
    return Link(ME, account, **({"primary": False} | kind))


def others(count: int, **kind: bool) -> list[Link]:
    return [Link(UUID(int=100 + n), WANTED, **({"primary": False} | kind)) for n in range(count)]


def additional(count: int, **kind: bool) -> list[Link]:
    return [mine("180000000", primary=True), *(mine(f"19000000{n}", **kind) for n in range(count))]


@pytest.mark.parametrize(
    ("links", "proven", "answer"),
    [
        (additional(0), True, None),
        (additional(4), True, None),
        (additional(5), True, "too_many_accounts"),
        (additional(5), False, "too_many_accounts"),
        (additional(5, frozen=True), True, "too_many_accounts"),
        (additional(5, frozen=True, removed=True), True, None),
        ([*additional(0), mine(WANTED)], True, "already_linked"),
        ([*additional(5), mine(WANTED)], False, "already_linked"),
        ([mine(WANTED, primary=True)], True, "already_linked"),
        ([*additional(0), mine(WANTED, frozen=True)], True, "account_frozen"),
        ([*additional(0), mine(WANTED, frozen=True, removed=True)], True, "account_frozen"),
        ([mine(WANTED, primary=True, frozen=True)], True, "account_frozen"),
        ([*additional(0), *others(1, primary=True)], True, None),
        ([*additional(0), *others(4), *others(1, primary=True)], True, None),
        ([*additional(0), *others(5)], True, "link_refused"),
        ([*additional(0), *others(5, frozen=True)], True, "link_refused"),
        ([*additional(0), *others(5, frozen=True, removed=True)], True, None),
        (additional(0), False, "link_refused"),
        ([*additional(0), *others(5)], False, "link_refused"),
        ([*additional(5), *others(5)], True, "too_many_accounts"),
    ],
)
def test_a_link_is_allowed_or_refused(links: list[Link], proven: bool, answer: str | None) -> None:
    assert refusal(links, ME, WANTED, proven) == answer
