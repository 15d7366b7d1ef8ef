"""What commands print on: one console; a table that goes into a file or a pipe is not cut to a terminal's width."""

import sys

from rich.console import Console

_WIDE = 240

console = Console(highlight=False, markup=False, soft_wrap=True, width=None if sys.stdout.isatty() else _WIDE)
"""Plain: texts of others stand in what is printed, and no word of theirs is markup."""


def plain(text: str) -> str:
    """What others wrote, for the terminal: nothing in it moves the cursor or colours the line."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
