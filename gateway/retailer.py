"""How people reach the retailer: phones by purpose, their hours, offices. Who it is stands in SVET_RETAILER."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

Hours = Annotated[str, Field(max_length=200, examples=["пн–пт с 8:00 до 17:00"])]


class Phone(BaseModel):
    """A line: `tel` is what a device dials, `number` what people read."""

    model_config = ConfigDict(frozen=True)

    purpose: str
    number: str
    tel: Annotated[str, Field(pattern=r"^\+?[0-9]{6,15}$")]
    hours: Hours | None = None


class Office(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    address: str
    hours: Hours | None = None


class Contacts(BaseModel):
    """`support` is the line of the cabinet itself; further phones come in the order they are shown."""

    model_config = ConfigDict(frozen=True)

    support: Phone
    phones: list[Phone] = []
    offices: list[Office] = []


_WEEKDAYS: Final = "пн–пт с 8:00 до 17:00"
KALUGA_CONTACTS: Final = Contacts(
    support=Phone(
        purpose="Поддержка личного кабинета", number="(4842) 701-838", tel="+74842701838", hours=_WEEKDAYS
    ),
    phones=[
        Phone(purpose="Общие вопросы", number="8-800-600-09-90", tel="88006000990", hours=_WEEKDAYS),
    ],
    offices=[
        Office(name="Центральный офис", address="248001, г. Калуга, переулок Суворова, 8", hours=_WEEKDAYS),
    ],
)
"""The manuals' company. Phones and address are the manuals'; they name no hours: these are placeholders."""
