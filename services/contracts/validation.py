"""Pydantic's complaints turned into our field errors, in Russian."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from services.contracts.errors import FieldError, ServiceError

_TEXTS = {
    "missing": "Заполните это поле.",
    "extra_forbidden": "Лишнее поле.",
    "string_too_short": "Слишком коротко.",
    "string_too_long": "Слишком длинно.",
    "string_type": "Нужен текст.",
    "int_type": "Нужно целое число.",
    "int_parsing": "Нужно целое число.",
    "greater_than": "Число слишком маленькое.",
    "greater_than_equal": "Число слишком маленькое.",
    "less_than": "Число слишком большое.",
    "less_than_equal": "Число слишком большое.",
    "json_invalid": "Это не JSON.",
    "literal_error": "Недопустимое значение.",
    "too_long": "Слишком много значений.",
    "too_short": "Слишком мало значений.",
}


def field_errors(error: ValidationError) -> list[FieldError]:
    """Every bad field at once; the refused values themselves are never repeated (they may be passwords)."""
    return from_details(error.errors(include_input=False, include_url=False))


def from_details(details: Iterable[Mapping[str, Any]], skip: int = 0) -> list[FieldError]:
    """The same from pydantic's plain list; `skip` drops leading parts of a name (`body`)."""
    found = []
    for item in details:
        name = ".".join(str(part) for part in item["loc"][skip:]) or "body"
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
