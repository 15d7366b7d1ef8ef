"""Billing's tables."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True), list[int]: ARRAY(Integer)}


class Account(Base):
    """An account of the registry; `flat` is empty for a private house."""

    __tablename__ = "accounts"

    account: Mapped[str] = mapped_column(primary_key=True)
    settlement: Mapped[str]
    street: Mapped[str]
    house: Mapped[str]
    flat: Mapped[str]
    postcode: Mapped[str]
    residents: Mapped[int]
    tariff_group: Mapped[str]
    area_m2: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    package_id: Mapped[UUID]


class Bill(Base):
    """A bill as a record: kopecks asked for a period (its first day), published at an instant."""

    __tablename__ = "bills"
    __table_args__ = (UniqueConstraint("account", "period"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str]
    period: Mapped[date]
    amount: Mapped[int] = mapped_column(BigInteger)
    published_at: Mapped[datetime]
    due_on: Mapped[date]


class Posting(Base):
    """One row of the ledger: `amount` kopecks from account `credit` to account `debit` of a household.

    Append-only: UPDATE, DELETE and TRUNCATE are revoked and refused by a trigger. `source` says which fact
    made it and is unique, so that a fact is never posted twice. `reverses` is the posting it undoes.
    """

    __tablename__ = "postings"
    __table_args__ = (
        UniqueConstraint("source"),
        CheckConstraint("amount > 0"),
        CheckConstraint("debit <> credit"),
        Index("postings_account", "account", "occurred_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str]
    debit: Mapped[str]
    credit: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str]
    reverses: Mapped[UUID | None]
    occurred_at: Mapped[datetime]
    posted_at: Mapped[datetime]


class RegistryPackage(Base):
    """A registry package that was loaded; its digest tells a rerun from another package under the same id."""

    __tablename__ = "registry_packages"

    package_id: Mapped[UUID] = mapped_column(primary_key=True)
    as_of: Mapped[date]
    digest: Mapped[str]
    accounts: Mapped[int]
    rejected: Mapped[int]
    loaded_at: Mapped[datetime]


class Price(Base):
    """Roubles a kWh, VAT included, from a day on; `demo` marks a number without a known source."""

    __tablename__ = "prices"

    tariff_group: Mapped[str] = mapped_column(primary_key=True)
    form: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    zone: Mapped[str] = mapped_column(primary_key=True)
    range: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    rub: Mapped[Decimal] = mapped_column(Numeric(10, 5))
    act: Mapped[str]
    demo: Mapped[bool]


class Thresholds(Base):
    """Upper ends of a group's consumption ranges, kWh a month; empty when ranges are not applied."""

    __tablename__ = "thresholds"

    tariff_group: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    upper: Mapped[list[int]]
    act: Mapped[str]
    demo: Mapped[bool]


class Norm(Base):
    """kWh a month a person, for households of `residents` or more."""

    __tablename__ = "norms"

    tariff_group: Mapped[str] = mapped_column(primary_key=True)
    residents: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    kwh: Mapped[Decimal] = mapped_column(Numeric(10, 4))
    act: Mapped[str]
    demo: Mapped[bool]


class Rate(Base):
    """Per cent from a day on. `kind`: `key` (Bank of Russia), `cap` (of the penalty; none lifts it), `vat`."""

    __tablename__ = "rates"

    kind: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    percent: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    act: Mapped[str]
    demo: Mapped[bool]


class DueDay(Base):
    """The day of the next month until which bills of a month (its first day) and later ones are paid."""

    __tablename__ = "due_days"

    since: Mapped[date] = mapped_column(primary_key=True)
    day: Mapped[int] = mapped_column(SmallInteger)
    act: Mapped[str]
    demo: Mapped[bool]
