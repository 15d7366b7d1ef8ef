"""A mutation of mutations.toml: what it takes away, which tests must notice, which running processes it changes."""

import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_LIVE_TESTS = ("tests/e2e/", "tests/chaos/", "tests/integration/")
_APART_TESTS = ("tests/integration/chassis/",)
"""These start services of their own, in processes that are not of the system."""


@dataclass(frozen=True)
class Mutation:
    """A protection taken away, and the tests that must notice."""

    name: str
    file: str
    find: str
    replace: str
    tests: list[str]
    reason: str

    def apply(self, tree: Path) -> str | None:
        """Take the protection away; what is wrong with the mutation, if its text does not stand there once."""
        text = (tree / self.file).read_text()
        if text.count(self.find) != 1:
            return f"its text stands {text.count(self.find)} times in {self.file}: mend the mutation"
        (tree / self.file).write_text(text.replace(self.find, self.replace))
        return None

    @property
    def service(self) -> str | None:
        """Whose code it is, when all of it runs in the processes of one service."""
        match PurePosixPath(self.file).parts:
            case ("gateway", *_):
                return "gateway"
            case ("services", service, _, *_) if service not in ("chassis", "common", "contracts"):
                return service
        return None

    @property
    def live(self) -> bool:
        """Whether a restart of `service` is enough for its tests to meet it."""
        met = all(test.startswith(_LIVE_TESTS) and not test.startswith(_APART_TESTS) for test in self.tests)
        return self.service is not None and met


def read_mutations() -> list[Mutation]:
    with (Path(__file__).parent / "mutations.toml").open("rb") as file:
        return [Mutation(**entry) for entry in tomllib.load(file)["mutation"]]
