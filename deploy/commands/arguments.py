"""Arguments as people write them: account numbers and months."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.local.errors import LocalError

if TYPE_CHECKING:
    from services.common.period import Period

Account = Annotated[str, typer.Argument(help="An account number, however it is written.")]
Month = Annotated[str, typer.Argument(metavar="YYYY-MM", help="A month, such as 2026-10.")]


def account_number(text: str) -> str:
    """Nine digits. Raises LocalError."""
    from services.common.accounts import BadAccountNumber, parse_account

    try:
        return parse_account(text)
    except BadAccountNumber as error:
        raise LocalError(f"{text!r} is no account number: it has nine digits.") from error


def month(text: str) -> "Period":
    """A billing period. Raises LocalError."""
    from services.common.period import Period

    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text):
        raise LocalError(f"{text!r} is no month; write it as 2026-10.")
    return Period.parse(text)
