"""No unit of work spans RPC, HTTP or SMTP (design rule 7): the clients ask here before they speak."""

import contextvars

unit_open: contextvars.ContextVar[bool] = contextvars.ContextVar("unit_open", default=False)


class InsideUnitOfWork(RuntimeError):
    """A client was used while a database transaction was open."""


def refuse_inside_unit(what: str) -> None:
    """Raise InsideUnitOfWork when this greenlet has a transaction open: a programmer's error, never retried."""
    if unit_open.get():
        raise InsideUnitOfWork(f"{what} inside an open unit of work")
