"""The audit trail's vocabulary is what is really recorded: no act that nobody writes."""

import ast
from pathlib import Path
from typing import get_args

from deploy.local.places import ROOT
from services.auth.domain.acts import ActName

ACTS = frozenset(get_args(ActName))


def texts(file: Path) -> set[str]:
    """Every text constant of a module."""
    tree = ast.parse(file.read_text())
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_act_of_the_vocabulary_is_recorded_by_somebody() -> None:
    files = [*(ROOT / "services/auth").rglob("*.py"), ROOT / "deploy/commands/audit.py"]
    written = {text for file in files if file.name != "acts.py" for text in texts(file)}
    assert ACTS - written == set()
