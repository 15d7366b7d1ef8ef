"""Letters as people read them: a subject, HTML for mail clients, and its text twin."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.contracts.letters import LinkAndCode, ReceiptParams, Template

SUBJECTS: Final[dict[Template, str]] = {
    "activation": "Активация личного кабинета",
    "receipt": "Квитанция об оплате электроэнергии",
}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(enabled_extensions=("html.j2",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Retailer:
    """Who writes, as the letter's foot names it."""

    name: str
    phone: str
    email: str
    address: str

    @property
    def tel(self) -> str:
        """The phone as a `tel:` link wants it: a Russian number without its prefix gets +7."""
        digits = "".join(ch for ch in self.phone if ch.isdigit())
        return f"+7{digits[-10:]}" if len(digits) in (10, 11) else digits


@dataclass(frozen=True)
class Text:
    """A letter rendered."""

    subject: str
    html: str
    plain: str


def activation(retailer: Retailer, seal: LinkAndCode, valid_until: str) -> Text:
    """`valid_until` in the person's words, Moscow time."""
    return _render("activation", retailer, link=seal.link, code=seal.code, valid_until=valid_until)


def receipt(retailer: Retailer, params: ReceiptParams) -> Text:
    facts = params.model_dump() | {"readings": params.readings.splitlines()}
    return _render("receipt", retailer, **facts)


def _render(template: Template, retailer: Retailer, **facts: object) -> Text:
    names = facts | {"subject": SUBJECTS[template], "retailer": asdict(retailer) | {"tel": retailer.tel}}
    return Text(
        subject=SUBJECTS[template],
        html=_templates.get_template(f"{template}.html.j2").render(names),
        plain=_templates.get_template(f"{template}.txt.j2").render(names),
    )
