"""The proof by address forgives how people write, and never another house or flat."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.households import households
from services.billing.domain.address import Address, same_address

FLAT = Address("Калуга", "ул. Ленина", "10", "5")


def spellings(sign: str) -> list[tuple[Address, str]]:
    """The lines of addresses.txt with this sign, each with the registry's address it stands under."""
    registered, found = FLAT, []
    for line in Path(__file__).with_name("addresses.txt").read_text().splitlines():
        mark, _, text = line.partition(" ")
        if mark == "=":
            registered = Address(*(part.strip() for part in text.split("|")))
        elif mark == sign:
            found.append((registered, text))
    return found


def believable() -> list[Address]:
    homes = households(400, 3, date(2026, 11, 1))
    return [Address(home.settlement, home.street, home.house, home.flat) for home in homes]


def ways(home: Address) -> Iterator[str]:
    """Ways to write an address that anybody might use."""
    bare = home.street.split(" ", 1)[-1]
    yield str(home)
    yield str(home).upper().replace(",", "").replace(".", "")
    yield f"{home.street} {home.house} {home.flat}"
    yield f"{bare}, {home.house}" + (f"-{home.flat}" if home.flat else "")
    flat = f"кв. № {home.flat}" if home.flat else ""
    yield f"248000, Калужская область, {home.settlement}, {home.street}, дом № {home.house}, {flat}"
    yield f"{flat}, д. {home.house}, {home.street}, {home.settlement}".strip(", ")


@pytest.mark.parametrize(("registered", "written"), spellings("+"))
def test_the_same_address_is_recognised_however_it_is_written(registered: Address, written: str) -> None:
    assert same_address(written, registered)


@pytest.mark.parametrize(("registered", "written"), spellings("-"))
def test_another_address_is_refused(registered: Address, written: str) -> None:
    assert not same_address(written, registered)


@pytest.mark.parametrize(
    "written",
    [
        "ул.\u00a0Ленина,\u00a0д.\u00a010,\u00a0кв.\u00a05",
        "ул. Ле\u00adнина, д. 10, кв. 5",
        "\ufeffул. Ленина, д. 10, кв. 5\u200b",
        "ул. Ленина, д. 10\u20145",
        "ул. Ленина, д. 10\u20135",
        "ул. Ленина,\n д. 10,\tкв. 5 ",
        "ул. Лeнинa, д. 10, кв. 5",
        "ул. Ленина, д. １０, кв. ５",
    ],
)
def test_what_an_editor_or_a_foreign_layout_leaves_in_the_text_is_forgiven(written: str) -> None:
    assert same_address(written, FLAT)


def test_every_believable_household_is_recognised_in_all_its_ways() -> None:
    refused = [way for home in believable() for way in ways(home) if not same_address(way, home)]
    assert refused == []


def test_no_household_passes_for_another() -> None:
    chance, homes = Random(5), believable()
    pairs = [(chance.choice(homes), chance.choice(homes)) for _ in range(3000)]
    taken = [
        (way, other)
        for home, other in pairs
        if (home.street, home.house, home.flat) != (other.street, other.house, other.flat)
        for way in ways(home)
        if same_address(way, other)
    ]
    assert taken == []


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 300), st.integers(1, 300))
def test_numbers_are_compared_whole(house: int, flat: int, said_house: int, said_flat: int) -> None:
    registered = Address("Калуга", "ул. Ленина", str(house), str(flat))
    same = (house, flat) == (said_house, said_flat)
    assert same_address(f"Ленина {said_house}-{said_flat}", registered) is same
    assert same_address(f"Ленина, д. {said_house}, кв. {said_flat}", registered) is same


@given(st.text(max_size=300))
def test_any_text_is_judged_and_random_text_proves_nothing(text: str) -> None:
    assert not same_address(text, FLAT)
