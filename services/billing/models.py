"""Billing's tables."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    type_annotation_map = {
        str: Text,
        datetime: DateTime(timezone=True),
        list[int]: ARRAY(Integer),
        list[str]: ARRAY(Text),
    }


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
    """What is to be paid: the main balance at the cut-off, not below zero, and the penalty."""
    published_at: Mapped[datetime]
    due_on: Mapped[date]
    charge_id: Mapped[UUID | None] = mapped_column(ForeignKey("charges.id"))
    """None for a bill that came with the registry."""
    opening: Mapped[int | None] = mapped_column(BigInteger)
    """Main balance right after the bill before."""
    paid: Mapped[int | None] = mapped_column(BigInteger)
    """Payments since then, less refunds."""
    balance: Mapped[int | None] = mapped_column(BigInteger)
    """Main balance at the cut-off: above zero a debt, below zero an overpayment."""
    penalty: Mapped[int | None] = mapped_column(BigInteger)
    """Penalty balance at the cut-off."""


class Closing(Base):
    """The closing of a month (its first day). `state`: charging, done.

    A batch is charged, posted, billed and published in one transaction: a bill's cut-off and its publication are
    one instant. A `dry` run computes the same and keeps the totals only.
    """

    __tablename__ = "closings"
    __table_args__ = (UniqueConstraint("period", "dry"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    period: Mapped[date]
    dry: Mapped[bool]
    state: Mapped[str]
    started_at: Mapped[datetime]
    due_on: Mapped[date]
    accounts: Mapped[int]
    finished_at: Mapped[datetime | None]


class ClosingBatch(Base):
    """Accounts that are asked about, charged and billed together. `state`: waiting, asked, done."""

    __tablename__ = "closing_batches"
    __table_args__ = (Index("closing_batches_state", "closing_id", "state", "number"),)

    closing_id: Mapped[UUID] = mapped_column(ForeignKey("closings.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    accounts: Mapped[list[str]]
    state: Mapped[str]
    asked_at: Mapped[datetime | None]
    totals: Mapped[dict[str, int] | None] = mapped_column(JSONB)
    """accounts, estimated, charged, recalculated, penalty (kopecks), once it is done."""


class ClosingProblem(Base):
    """An account that a closing did not charge, and why."""

    __tablename__ = "closing_problems"

    closing_id: Mapped[UUID] = mapped_column(ForeignKey("closings.id"), primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]


class Charge(Base):
    """What an account was charged for a period (its first day), kopecks. Written once.

    `uses` are the volumes by exact fractions; `meters` what the meters showed, as the bill prints it.
    `estimated` counts the periods in a row charged without a reading, this one included; 0 for a reading.
    `situation` is why there was none; `common_house` what the house's common needs come from. `household` is what
    the bill says of the account (address, postcode, residents, tariff_group, area_m2), as the closing saw it; None
    for charges made before it was kept.
    """

    __tablename__ = "charges"
    __table_args__ = (UniqueConstraint("account", "period"), Index("charges_closing", "closing_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    closing_id: Mapped[UUID] = mapped_column(ForeignKey("closings.id"))
    account: Mapped[str]
    period: Mapped[date]
    way: Mapped[str]
    estimated: Mapped[int] = mapped_column(SmallInteger)
    uses: Mapped[list[Any]] = mapped_column(JSONB)
    meters: Mapped[list[Any]] = mapped_column(JSONB)
    charged: Mapped[int] = mapped_column(BigInteger)
    recalculated: Mapped[int] = mapped_column(BigInteger)
    penalty: Mapped[int] = mapped_column(BigInteger)
    situation: Mapped[str | None]
    common_house: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    household: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class ChargeLine(Base):
    """A line of a charge: `volume` kWh as an exact fraction (`7000/31`), times `rub`, `amount` kopecks.

    `kind`: charge (of the month itself), reversal (an earlier month's line taken back, negated), correction (what
    the reading put in its place), interference (by an act), common_house (a part of the house's common needs).
    """

    __tablename__ = "charge_lines"

    charge_id: Mapped[UUID] = mapped_column(ForeignKey("charges.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    kind: Mapped[str]
    month: Mapped[date]
    basis: Mapped[str]
    source: Mapped[str]
    form: Mapped[int] = mapped_column(SmallInteger)
    zone: Mapped[str]
    range: Mapped[int] = mapped_column(SmallInteger)
    first: Mapped[date]
    last: Mapped[date]
    volume: Mapped[str]
    rub: Mapped[Decimal] = mapped_column(Numeric(10, 5))
    act: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)


class PenaltyLine(Base):
    """One working of a charge's penalty: kopecks x per cent x part of it x days."""

    __tablename__ = "penalty_lines"

    charge_id: Mapped[UUID] = mapped_column(ForeignKey("charges.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    due_on: Mapped[date]
    first: Mapped[date]
    last: Mapped[date]
    kopecks: Mapped[int] = mapped_column(BigInteger)
    percent: Mapped[Decimal] = mapped_column(Numeric(6, 3))
    part: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)


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


class Profile(Base):
    """How a typical household of a group spreads its day over the zones of the three-zone form: shares of 1."""

    __tablename__ = "profiles"
    __table_args__ = (CheckConstraint("day + night + half_peak = 1"),)

    tariff_group: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    day: Mapped[Decimal] = mapped_column(Numeric(6, 5))
    """The peak."""
    night: Mapped[Decimal] = mapped_column(Numeric(6, 5))
    half_peak: Mapped[Decimal] = mapped_column(Numeric(6, 5))
    act: Mapped[str]
    demo: Mapped[bool]


class House(Base):
    """A house from a day on; `direct` while the retailer bills its common needs. m² of all premises and of those
    that all share; `norm_kwh_m2` a month."""

    __tablename__ = "houses"

    house: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    direct: Mapped[bool]
    tariff_group: Mapped[str]
    area_m2: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    common_m2: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    norm_kwh_m2: Mapped[Decimal | None] = mapped_column(Numeric(10, 4))
    act: Mapped[str]


class HouseAccount(Base):
    """An account's flat is in this house."""

    __tablename__ = "house_accounts"
    __table_args__ = (Index("house_accounts_house", "house"),)

    account: Mapped[str] = mapped_column(primary_key=True)
    house: Mapped[str]


class HouseMonth(Base):
    """kWh of a house in a period (its first day): its own meter (none: it told nothing), and premises no flats."""

    __tablename__ = "house_months"

    house: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[date] = mapped_column(primary_key=True)
    kwh: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    others_kwh: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    source: Mapped[str]


class Act(Base):
    """An act that changes how an account is charged; `charged_in` (a period's first day) of an interference."""

    __tablename__ = "acts"

    account: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date | None]
    charged_in: Mapped[date | None]
    act: Mapped[str]
