"""Readings' tables. No foreign keys: the registry is checked before it is copied in, and nothing is deleted."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import DateTime, Index, Integer, Numeric, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    type_annotation_map = {
        str: Text,
        datetime: DateTime(timezone=True),
        list[int]: ARRAY(Integer),
        list[str]: ARRAY(Text),
        list[Decimal]: ARRAY(Numeric),
    }


class Account(Base):
    """An account of the registry; its row is the lock that serialises submissions of the account."""

    __tablename__ = "accounts"

    account: Mapped[str] = mapped_column(primary_key=True)
    closed_through: Mapped[date | None]
    """The last period (its first day) whose readings billing has taken to be charged: it takes no more."""


class Meter(Base):
    """A meter of an account. `kind`: manual, automatic; `state`: working, faulty, closed."""

    __tablename__ = "meters"
    __table_args__ = (UniqueConstraint("account", "serial"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str]
    serial: Mapped[str]
    model: Mapped[str]
    zones: Mapped[int] = mapped_column(SmallInteger)
    digits: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    state: Mapped[str]
    installed_on: Mapped[date]
    removed_on: Mapped[date | None]
    verification_due: Mapped[date | None]


class Reading(Base):
    """A reading for a period (its first day): kWh by zone in the order of the contract's ZONES.

    Of the customer's accepted readings of a meter and period one stands; the others are `superseded`.
    `doubts` are those the person confirmed, or what explains a refusal.
    """

    __tablename__ = "readings"
    __table_args__ = (
        Index("readings_account", "account", "period"),
        Index("readings_submitted_by", "submitted_by", postgresql_where=text("submitted_by IS NOT NULL")),
        Index(
            "readings_standing",
            "meter_id",
            "period",
            unique=True,
            postgresql_where=text("source = 'customer' AND status = 'accepted' AND NOT superseded"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str]
    meter_id: Mapped[UUID]
    period: Mapped[date]
    values: Mapped[list[int]]
    taken_at: Mapped[datetime]
    source: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str | None]
    doubts: Mapped[list[str] | None]
    superseded: Mapped[bool] = mapped_column(server_default=text("false"))
    submitted_by: Mapped[UUID | None]
    submission_key: Mapped[str | None]
    payment_id: Mapped[UUID | None]


class Estimate(Base):
    """A month that billing charged without a reading: kWh by zone that nobody's meter showed."""

    __tablename__ = "estimates"

    account: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str]
    form: Mapped[int] = mapped_column(SmallInteger)
    kwh: Mapped[list[Decimal]]


class FeedDay(Base):
    """A day (Moscow) of an automatic meter: Wh by hour from midnight on, NULL where it told nothing.

    A row a day, not an hour: half a million meters make 180 million rows a year instead of 4 billion.
    """

    __tablename__ = "feed_days"

    meter_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    wh: Mapped[list[int | None]] = mapped_column(ARRAY(Integer))


class RegistryPackage(Base):
    """A registry package that was loaded; its digest tells a rerun from another package under the same id."""

    __tablename__ = "registry_packages"

    package_id: Mapped[UUID] = mapped_column(primary_key=True)
    as_of: Mapped[date]
    digest: Mapped[str]
    accounts: Mapped[int]
    rejected: Mapped[int]
    loaded_at: Mapped[datetime]
