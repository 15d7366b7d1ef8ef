"""E-mail addresses as letters may show them to somebody else."""


def masked(email: str) -> str:
    """`anna@mail.ru` -> `a***@mail.ru`: recognised by its owner, useless to anybody else."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}***@{domain}"


def same_email(one: str, other: str) -> bool:
    """One mailbox, however its letters are written."""
    return one.lower() == other.lower()
