"""Rule 1 of the house: who may import whom. Independence of the services is read off their imports."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import SERVICES, imported, parsed, python_files, within

OURS = {"services", "gateway", "deploy", "tests"}
BUS = {"nameko", "kombu", "eventlet", "amqp"}
WORDS = {"services.common", "services.contracts"}


def allowed(path: Path) -> set[str]:
    """The packages of ours that a file may import, by the room it is in; the narrowest room decides."""
    parts = path.parts
    match parts:
        case ("services", "__init__.py"):
            return set()
        case ("services", "common", *_):
            return {"services.common"}
        case ("services", "contracts", *_):
            return WORDS
        case ("services", "chassis", *_):
            return WORDS | {"services.chassis"}
        case ("services", name, "domain", *_):
            return {"services.common", f"services.{name}.domain"}
        case ("services", name, "migrations", *_):
            return {"services.chassis"}
        case ("services", name, *_):
            return WORDS | {"services.chassis", f"services.{name}"}
        case ("gateway", *_):
            return WORDS | {"gateway"}
        case ("deploy", "sandbox", *_):
            return WORDS | {"deploy.sandbox"}
    raise AssertionError(f"{path} is in no room")


def strangers(path: Path, tree: ast.AST) -> list[str]:
    """What a file imports of ours and may not."""
    names = {name for name in imported(tree) if within(name, OURS) or name.startswith(".")}
    return sorted(name for name in names if not within(name, allowed(path)))


RULED = python_files("services", "gateway", "deploy/sandbox")


def test_a_file_imports_only_what_its_room_may() -> None:
    assert {str(path): found for path in RULED if (found := strangers(path, parsed(path)))} == {}


def test_only_the_chassis_knows_the_bus_libraries() -> None:
    outside = [path for path in RULED if not path.is_relative_to("services/chassis")]
    found = {str(path): [name for name in imported(parsed(path)) if within(name, BUS)] for path in outside}
    assert {path: names for path, names in found.items() if names} == {}


def test_every_room_of_the_house_was_walked() -> None:
    rooms = {tuple(path.parts[:2]) for path in RULED if path.parts[0] != "gateway"}
    expected = {("services", name) for name in (*SERVICES, "common", "contracts", "chassis")}
    assert rooms >= expected | {("deploy", "sandbox")}
    assert python_files("gateway")
    assert all(python_files(f"services/{name}/domain") for name in SERVICES)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("services/auth/handlers.py", "from services.billing import repository"),
        ("services/auth/handlers.py", "def f():\n    import services.billing.models"),
        ("services/auth/handlers.py", "from services import payments"),
        ("services/auth/handlers.py", "from ..payments import models"),
        ("services/billing/domain/ledger.py", "from services.contracts import billing"),
        ("services/billing/domain/ledger.py", "from services.billing import models"),
        ("services/common/money.py", "from services.contracts.base import Kopecks"),
        ("services/contracts/base.py", "from services.chassis import db"),
        ("services/chassis/db.py", "from services.auth import settings"),
        ("gateway/app.py", "from services.chassis import calls"),
        ("deploy/sandbox/pages.py", "from deploy.local import ports"),
    ],
)
def test_the_walk_sees_a_forbidden_import(path: str, source: str) -> None:
    assert strangers(Path(path), ast.parse(source))
