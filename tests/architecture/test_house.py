"""Rules of the house that a reader would otherwise have to check by eye."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, imported, parsed, python_files, tracked

MAX_LINES = 400
STATEMENTS = {"select", "insert", "update", "delete", "text"}
SESSION_CALLS = {"execute", "scalars", "scalar", "get", "query"}
CLOCKS = {"now", "utcnow", "today"}

# Put together here, so that this file does not hold what it looks for.
HOSTS = (
    "pypi" + ".org",
    "files.python" + "hosted.org",
    "registry." + "npmjs",
    "docker" + ".io/",
    "/opt/" + "pypi",
)
MACHINE = re.compile(r"(?<![\w.])/(?:" + "|".join(("work", "root", "home")) + r")/\w")


def test_a_file_opens_with_a_sentence_saying_what_lives_there() -> None:
    assert [str(path) for path in python_files() if not ast.get_docstring(parsed(path))] == []


def test_a_file_is_short_enough_to_read() -> None:
    lengths = {str(path): len((ROOT / path).read_text("utf-8").splitlines()) for path in python_files()}
    assert {path: lines for path, lines in lengths.items() if lines > MAX_LINES} == {}


def test_no_file_names_a_package_registry_or_a_place_on_somebodys_machine() -> None:
    found = []
    for path in tracked():
        try:
            text = (ROOT / path).read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if any(host in line for host in HOSTS) or MACHINE.search(line):
                found.append(f"{path}:{number}")
    assert found == []


def holds_sql(path: Path) -> bool:
    """The rooms where SQL lives: the chassis, models, migrations, repositories."""
    room = path.parts[2] if len(path.parts) > 2 else ""
    return path.is_relative_to("services/chassis") or room.startswith(("models", "migrations", "repository"))


def sql_in(tree: ast.AST) -> list[str]:
    """Statements that a file builds itself, and its calls of the session."""
    names = [name for name in imported(tree) if name.startswith("sqlalchemy")]
    built = [n for n in names if n.rpartition(".")[2] in STATEMENTS or n.startswith("sqlalchemy.dialects")]
    return built + [call for call in method_calls(tree, SESSION_CALLS) if call.startswith("session.")]


def method_calls(tree: ast.AST, names: set[str]) -> list[str]:
    """Calls `something.name(...)` with one of the names."""
    nodes = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [ast.unparse(f) for f in nodes if isinstance(f, ast.Attribute) and f.attr in names]


def test_sql_lives_in_repositories() -> None:
    files = [path for path in python_files("services", "gateway") if not holds_sql(path)]
    assert {str(path): found for path in files if (found := sql_in(parsed(path)))} == {}


def test_time_comes_from_the_two_clocks() -> None:
    files = [p for p in python_files("services", "gateway") if p != Path("services/common/clock.py")]
    assert {str(path): found for path in files if (found := method_calls(parsed(path), CLOCKS))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from sqlalchemy import func, select",
        "from sqlalchemy.dialects.postgresql import insert",
        "def f(session):\n    session.execute('SELECT 1')",
    ],
)
def test_sql_outside_a_repository_would_be_seen(source: str) -> None:
    assert sql_in(ast.parse(source))


@pytest.mark.parametrize("source", ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()"])
def test_another_clock_would_be_seen(source: str) -> None:
    assert method_calls(ast.parse(source), CLOCKS)


def test_no_room_is_named_after_nothing() -> None:
    empty = re.compile(r"(^|_)(utils?|helpers?|managers?|misc)(_|$|\.)")
    assert [str(path) for path in python_files() if any(empty.search(part) for part in path.parts)] == []
