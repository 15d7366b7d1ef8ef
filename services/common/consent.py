"""The texts of the consent to the processing of personal data, by version; a text once used never changes."""

import hashlib
from typing import Final

CURRENT_CONSENT: Final = "2026-01"

CONSENT_TEXTS: Final[dict[str, str]] = {
    "2026-01": (
        "Я даю согласие на обработку моих персональных данных: номера лицевого счёта, адреса объекта "
        "электроснабжения, электронной почты и телефона. Цель: исполнение договора энергоснабжения через "
        "личный кабинет. Действия: сбор, хранение, уточнение, использование, передача банку для приёма "
        "платежей, удаление. Согласие действует, пока есть личный кабинет; отозвать его можно в кабинете "
        "или письмом в поддержку."
    ),
}


def consent_hash(version: str) -> str:
    """SHA-256 of a version's text, hexadecimal: what was agreed to. Raises KeyError for an unknown version."""
    return hashlib.sha256(CONSENT_TEXTS[version].encode()).hexdigest()
