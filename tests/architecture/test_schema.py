"""The committed schemas of the contracts are the contracts."""

import pytest

from services.contracts.compatibility import incompatibilities
from services.contracts.schema import FOLDER, as_text, committed, generated

_WRITE = "declare the change: python -m services.contracts.schema"


@pytest.mark.parametrize("name", sorted(generated()))
def test_a_changed_contract_is_declared(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == as_text(generated()[name]), _WRITE


def test_no_schema_is_left_of_a_service_that_is_gone() -> None:
    assert set(committed()) == set(generated()), _WRITE


def test_processes_of_both_versions_understand_each_other() -> None:
    assert incompatibilities(committed(), generated()) == []


def test_every_command_that_makes_something_needs_an_idempotency_key() -> None:
    """Design rule 6: what makes money, a reading, a letter or a link."""
    idempotent = {
        f"{name.removesuffix('.json')}.{operation}"
        for name, file in generated().items()
        for operation, facts in file.get("operations", {}).items()
        if facts["idempotent"]
    }
    assert idempotent >= {
        "auth.register",
        "auth.resend_activation",
        "payments.start",
        "readings.submit_reading",
    }
