"""Letters as people read them: a subject, HTML for mail clients, and its text twin."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.contracts.letters import (
    LETTER_PARAMS,
    OPTIONAL_PARAMS,
    LinkAndCode,
    LinkOnly,
    ReceiptParams,
    Template,
)

SUBJECTS: Final[dict[Template, str]] = {
    "activation": "Активация личного кабинета",
    "receipt": "Квитанция об оплате электроэнергии",
    "recovery": "Восстановление пароля",
    "password_changed": "Пароль изменён",
    "email_change": "Подтвердите новую электронную почту",
    "email_changed": "Электронная почта изменена",
    "account_linked": "К лицевому счёту подключён ещё один кабинет",
    "link_frozen": "Доступ к лицевому счёту приостановлен",
    "account_released": "Лицевой счёт отключён от кабинета",
    "pin_blocked": "Вход по PIN отключён",
    "profile_deleted": "Личный кабинет удалён",
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


def receipt(retailer: Retailer, params: ReceiptParams) -> Text:
    facts = params.model_dump() | {"readings": params.readings.splitlines()}
    return _render("receipt", retailer, **facts)


def plain_letter(
    template: Template,
    retailer: Retailer,
    params: Mapping[str, str],
    seal: LinkAndCode | LinkOnly | None = None,
    valid_until: str = "",
) -> Text:
    """Any other letter, of the params that its template has; `valid_until` in the person's words, Moscow time.

    Raises ValueError when a param is missing: a letter with a gap is worse than none.
    """
    missing = [name for name in LETTER_PARAMS[template] if name not in params]
    if missing:
        raise ValueError(f"{template} lacks {missing}")
    facts = {name: params[name] for name in LETTER_PARAMS[template]}
    facts |= {name: params.get(name, "") for name in OPTIONAL_PARAMS.get(template, ())}
    if seal is not None:
        facts |= seal.model_dump() | {"valid_until": valid_until}
    return _render(template, retailer, **facts)


def _render(template: Template, retailer: Retailer, **facts: object) -> Text:
    names = facts | {"subject": SUBJECTS[template], "retailer": asdict(retailer) | {"tel": retailer.tel}}
    return Text(
        subject=SUBJECTS[template],
        html=_templates.get_template(f"{template}.html.j2").render(names),
        plain=_templates.get_template(f"{template}.txt.j2").render(names),
    )
