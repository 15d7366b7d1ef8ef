"""Erasing a person: auth tells `profile.deleted`, every service erases and answers `profile.erased`."""

from uuid import UUID

from services.contracts.base import AccountNumber, Moment, Payload


class ProfileDeleted(Payload):
    """Forget this user: ids only. `accounts` are those the user held; they live on without them."""

    deletion: UUID
    user: UUID
    accounts: list[AccountNumber]
    deleted_at: Moment


class ProfileErased(Payload):
    """The service that tells it keeps nothing of the user but what docs/personal-data.md lists."""

    deletion: UUID
    user: UUID
