"""The README tells the truth: its tree is the tree, its table of settings is the settings."""

import re
import subprocess
from importlib import import_module
from pathlib import Path

from services.common.settings import ServiceSettings, WorkerSettings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
SERVICES = ("auth", "billing", "readings", "payments", "notify")


def tracked() -> set[Path]:
    """Folders with tracked (or trackable) files."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return {folder for name in listed.stdout.splitlines() for folder in Path(name).parents}


def told() -> set[str]:
    """Folders named in the README's tree, `a/b`."""
    tree = README.partition("## Where a line belongs")[2].partition("```")[2].partition("```")[0]
    found, top = set(), ""
    for line in tree.splitlines():
        names = line.partition("   ")[0] if not line.startswith(" ") else line.strip().partition("   ")[0]
        folders = re.findall(r"([\w\-]+)/", names)
        if line.startswith(" "):
            found |= {f"{top}/{folder}" for folder in folders}
        elif folders:
            top = folders[0]
            found.add(top)
    return found


def test_every_folder_of_the_tree_exists_and_every_room_is_in_the_tree() -> None:
    folders = {str(folder) for folder in tracked()}
    rooms = {
        f for f in folders if f.count("/") == 1 and f.partition("/")[0] in ("services", "deploy", "tests")
    }
    tops = {f for f in folders if "/" not in f and not f.startswith(".")}
    assert told() == rooms | tops


def settings() -> set[str]:
    """The names of every variable that a process reads."""
    names = set()
    for module in (*(f"services.{service}.settings" for service in SERVICES), "gateway.settings"):
        kind = import_module(module).Settings
        for name, field in kind.model_fields.items():
            shared = name in ServiceSettings.model_fields and issubclass(kind, ServiceSettings)
            if field.validation_alias:
                names.add(str(field.validation_alias))
            elif shared:
                names.add(f"SVET_<SERVICE>_{name.upper()}")
            else:
                names.add(f"{kind.model_config['env_prefix']}{name.upper()}")
    for process in ("<SERVICE>_CLOSING", "BILLING_DOCUMENTS"):
        names |= {f"SVET_{process}_{name.upper()}" for name in WorkerSettings.model_fields}
    return names


def test_the_table_of_settings_is_complete() -> None:
    table = set(re.findall(r"^\| `(SVET_[A-Z0-9_<>]+)` \|", README, re.MULTILINE))
    assert table == settings()
