"""The proof by address forgives how people write, and never another house or flat."""

import pytest

from services.billing.domain.address import Address, same_address

FLAT = Address("Калуга", "ул. Ленина", "10", "5")
CORPUS = Address("Обнинск", "пр. Маркса", "79 корп. 2", "112")
HOUSE = Address("деревня Песочня", "ул. Полевая", "4а", "")
VILLAGE = Address("д. Ивановка", "", "5", "")
DISTRICT = Address("Обнинск", "мкр. 5", "1", "2")

SAME = [
    (FLAT, "Калуга, ул. Ленина, д. 10, кв. 5"),
    (FLAT, "г. Калуга, улица Ленина, дом 10, квартира 5"),
    (FLAT, "КАЛУГА УЛ ЛЕНИНА Д 10 КВ 5"),
    (FLAT, "ленина 10-5"),
    (FLAT, "Ленина 10 5"),
    (FLAT, "ул.Ленина,д.10,кв.5"),
    (FLAT, "248000, Калужская обл., г. Калуга, ул. Ленина, 10, 5"),
    (FLAT, "кв. 5, дом 10, ул. Ленина, Калуга"),
    (FLAT, "Калуга, ул. Ленена, д. 10, кв. 5"),
    (CORPUS, "Обнинск, пр-т Маркса, 79к2, 112"),
    (CORPUS, "г Обнинск проспект Маркса дом 79 корпус 2 квартира 112"),
    (HOUSE, "д. Песочня, ул. Полевая, 4а"),
    (HOUSE, "Песочня, Полевая, д. 4 А"),
    (HOUSE, "дер. Песочня ул. Полевая дом 4-а"),
    (VILLAGE, "деревня Ивановка, дом 5"),
    (VILLAGE, "Ивановка 5"),
    (DISTRICT, "Обнинск, микрорайон 5, дом 1, кв. 2"),
    (DISTRICT, "мкр 5, 1-2"),
]
OTHER = [
    (FLAT, "Калуга, ул. Ленина, д. 10, кв. 6"),
    (FLAT, "Калуга, ул. Ленина, д. 11, кв. 5"),
    (FLAT, "Калуга, ул. Ленина, д. 10а, кв. 5"),
    (FLAT, "Калуга, ул. Ленина, д. 10"),
    (FLAT, "Калуга, пер. Ленина, д. 10, кв. 5"),
    (FLAT, "Калуга, ул. Кирова, д. 10, кв. 5"),
    (FLAT, "Калуга, д. 10, кв. 5"),
    (FLAT, "10 5"),
    (FLAT, ""),
    (FLAT, "5"),
    (CORPUS, "Обнинск, пр-т Маркса, 79к1, 112"),
    (CORPUS, "Обнинск, пр-т Маркса, 79, 112"),
    (HOUSE, "д. Песочня, ул. Полевая, 4б"),
    (HOUSE, "д. Песочня, ул. Полевая, 4а, кв. 1"),
    (VILLAGE, "дом 5"),
    (VILLAGE, "Калужская область, деревня, д. 5"),
    (VILLAGE, "Петровка, д. 5"),
    (DISTRICT, "дом 1, кв. 2"),
    (DISTRICT, "Обнинск, мкр. 6, д. 1, кв. 2"),
]


@pytest.mark.parametrize(("registered", "written"), SAME)
def test_the_same_address_is_recognised_however_it_is_written(registered: Address, written: str) -> None:
    assert same_address(written, registered)


@pytest.mark.parametrize(("registered", "written"), OTHER)
def test_another_address_is_refused(registered: Address, written: str) -> None:
    assert not same_address(written, registered)
