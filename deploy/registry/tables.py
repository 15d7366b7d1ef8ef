"""The tables a registry is loaded into, column by column, and the ids of the rows in them."""

from hashlib import sha1
from uuid import UUID

ID_NAMESPACE = UUID("5ab42c5e-6f0a-5e0b-9a63-0d1c3c7c6f52")

BILLING = "billing"
READINGS = "readings"

# In the order in which they are filled.
TABLES: dict[str, dict[str, tuple[str, ...]]] = {
    BILLING: {
        "accounts": (
            "account",
            "settlement",
            "street",
            "house",
            "flat",
            "postcode",
            "residents",
            "tariff_group",
            "area_m2",
            "package_id",
        ),
        "bills": ("id", "account", "period", "amount", "published_at", "due_on"),
        "postings": ("id", "account", "debit", "credit", "amount", "source", "occurred_at", "posted_at"),
    },
    READINGS: {
        "accounts": ("account",),
        "meters": (
            "id",
            "account",
            "serial",
            "model",
            "zones",
            "digits",
            "kind",
            "state",
            "installed_on",
            "verification_due",
        ),
        "readings": ("id", "account", "meter_id", "period", "values", "taken_at", "source", "status"),
    },
}
PACKAGES = "registry_packages"

_SEED = sha1(ID_NAMESPACE.bytes, usedforsecurity=False)
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def row_id(key: str) -> str:
    """uuid5 of a business key such as `meter:<account>:<serial>`, as hex; uuid.uuid5 is several times slower."""
    hashed = _SEED.copy()
    hashed.update(key.encode())
    digits = hashed.hexdigest()
    return f"{digits[:12]}5{digits[13:16]}{_VARIANT[digits[16]]}{digits[17:32]}"


def copy_statement(service: str, table: str) -> str:
    columns = ", ".join(f'"{column}"' for column in TABLES[service][table])
    return f"COPY {table} ({columns}) FROM STDIN"
