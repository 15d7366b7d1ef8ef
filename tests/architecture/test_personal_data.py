"""Each column holds something of a person, and then the document says what becomes of it; or it does not."""

import re
from collections import Counter
from importlib import import_module

from services.chassis import schema
from tests.support.personal import DOCUMENT, SERVICES, listed

NOT_PERSONAL = {
    "auth.users": "version",
    "auth.linked_accounts": "is_primary",
    "auth.registrations": "tries expires_at",
    "auth.devices": "pin_failures",
    "auth.authenticators": "sign_count",
    "auth.refresh_tokens": "expires_at",
    "auth.spent_tickets": "digest expires_at",
    "auth.letter_requests": "id kind",
    "auth.confirmations": "kind tries expires_at",
    "auth.objections": "expires_at",
    "auth.deletions": "waits_for",
    "auth.audit": "id",
    "auth.staff": "totp_step enrolment_expires_at",
    "auth.staff_authenticators": "sign_count",
    "auth.staff_sessions": "expires_at",
    "auth.try_windows": "kind tries last_at",
    "auth.failures": "count last_at locked_until",
    "billing.accounts": "package_id",
    "billing.bills": "published_at due_on charge_id",
    "billing.closings": "id period dry state started_at due_on accounts finished_at",
    "billing.closing_batches": "closing_id number state asked_at totals",
    "billing.closing_problems": "closing_id reason",
    "billing.charges": "id closing_id way estimated",
    "billing.charge_lines": "charge_id number kind month basis form zone range first last rub act",
    "billing.penalty_lines": "charge_id number due_on first last percent part",
    "billing.postings": "id reverses posted_at",
    "billing.registry_packages": "package_id as_of digest accounts rejected loaded_at",
    "billing.prices": "tariff_group form zone range valid_from rub act demo",
    "billing.thresholds": "tariff_group valid_from upper act demo",
    "billing.norms": "tariff_group residents valid_from kwh act demo",
    "billing.rates": "kind valid_from percent act demo",
    "billing.due_days": "since day act demo",
    "billing.profiles": "tariff_group valid_from day night half_peak act demo",
    "billing.houses": "house valid_from direct tariff_group area_m2 common_m2 norm_kwh_m2 act",
    "billing.house_months": "house period kwh others_kwh source",
    "readings.accounts": "closed_through",
    "readings.meters": "id model zones digits kind state",
    "readings.readings": "id meter_id source status reason doubts superseded payment_id",
    "readings.estimates": "source form",
    "readings.feed_days": "meter_id",
    "readings.registry_packages": "package_id as_of digest accounts rejected loaded_at",
    "payments.payments": "id channel state reason version moved_at bill_id bill_period main penalty over reading_id "
    "cancel_asked lease leased_until polls next_poll_at",
    "payments.attempts": "payment_id opened_at",
    "payments.plain_readings": "id zones accepted",
    "notify.letters": "state attempts next_at lease expires_at",
    "notify.deliveries": "letter_id attempt at outcome smtp_code",
    "*.outbox": "seq id event traceparent created_at lease leased_until",
    "*.inbox": "handler event_id state attempts next_at error received_at",
    "*.parked": "id kind address reason handler size digest parked_at",
    "*.idempotency": "operation created_at",
}
"""What says nothing of a person. A new column goes here or into docs/personal-data.md, with a thought."""


def declared() -> set[str]:
    """Every column of every table of every service."""
    found = set()
    for service in SERVICES:
        models = import_module(f"services.{service}.models")
        for metadata in (models.Base.metadata, schema.metadata):
            for table in metadata.tables.values():
                found |= {f"{service}.{table.name}.{column.name}" for column in table.columns}
    return found


def impersonal() -> set[str]:
    found = set()
    for place, columns in NOT_PERSONAL.items():
        service, _, table = place.partition(".")
        for one in SERVICES if service == "*" else (service,):
            found |= {f"{one}.{table}.{column}" for column in columns.split()}
    return found


def test_every_column_is_decided_upon() -> None:
    personal = {row.column for row in listed()}
    assert declared() - personal - impersonal() == set(), "decide: docs/personal-data.md or NOT_PERSONAL"
    assert (personal | impersonal()) - declared() == set(), "there is no such column any more"
    assert personal & impersonal() == set()


def test_a_column_is_listed_once() -> None:
    assert [column for column, times in Counter(row.column for row in listed()).items() if times > 1] == []


def test_a_row_says_why_and_for_how_long_and_what_deletion_does() -> None:
    rows = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert rows
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 5, row
        assert all(cells), row
        assert re.match(r"erased|stays|not of a customer", cells[4]), row


def test_secrets_and_addresses_of_a_person_do_not_stay() -> None:
    names = {"email", "phone", "receipt_email", "recipient", "password_hash", "pin_hash", "token_hash"}
    staying = [row.column for row in listed() if row.stays and row.column.rpartition(".")[2] in names]
    assert staying == []
