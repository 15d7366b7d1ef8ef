"""Pydantic's complaints turned into our field errors, in Russian."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from pydantic import ValidationError

from services.contracts.errors import FieldError, ServiceError

_MOST = 50
_LONGEST_NAME = 100
_TEXTS = {
    "missing": "Заполните это поле.",
    "extra_forbidden": "Лишнее поле.",
    "string_too_short": "Слишком коротко.",
    "string_too_long": "Слишком длинно.",
    "string_type": "Нужен текст.",
    "string_pattern_mismatch": "Неверный формат.",
    "string_unicode": "Недопустимые символы.",
    "list_type": "Нужен список.",
    "model_attributes_type": "Нужен объект JSON.",
    "date_from_datetime_parsing": "Нужна дата, например 2026-11-22.",
    "int_type": "Нужно целое число.",
    "int_parsing": "Нужно целое число.",
    "greater_than": "Значение слишком маленькое.",
    "greater_than_equal": "Значение слишком маленькое.",
    "less_than": "Значение слишком большое.",
    "less_than_equal": "Значение слишком большое.",
    "json_invalid": "Это не JSON.",
    "literal_error": "Недопустимое значение.",
    "too_long": "Слишком длинно.",
    "too_short": "Слишком коротко.",
}


def field_errors(error: ValidationError) -> list[FieldError]:
    """Every bad field at once; the refused values themselves are never repeated (they may be passwords)."""
    return from_details(error.errors(include_input=False, include_url=False))


def from_details(details: Iterable[Mapping[str, Any]], skip: int = 0) -> list[FieldError]:
    """The same from pydantic's plain list; `skip` drops leading parts of a name (`body`).

    Names of unknown fields are the client's own text: they are cut, as the list is, and made printable.
    """
    found = []
    for item in islice(details, _MOST):
        name = ".".join(str(part) for part in item["loc"][skip:]) or "body"
        name = name[:_LONGEST_NAME].encode("utf-8", "replace").decode()
        kind = item["type"]
        if kind == "value_error":
            text = str(item.get("ctx", {}).get("error", "")) or "Недопустимое значение."
            text = text if any("а" <= ch.lower() <= "я" for ch in text) else "Недопустимое значение."
        else:
            text = _TEXTS.get(kind, "Недопустимое значение.")
        found.append(FieldError(field=name, code=kind, message=text))
    return found


def invalid(field: str, code: str, message: str) -> ServiceError:
    """One bad field as an `invalid_request` error."""
    return ServiceError("invalid_request", [FieldError(field=field, code=code, message=message)])
