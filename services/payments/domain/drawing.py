"""The drawing of the state machine, made from its table: `python -m services.payments.domain.drawing` renews it."""

from pathlib import Path
from typing import Final

from services.payments.domain.machine import MOVES, OPEN, State

PAGE: Final = Path(__file__).parents[3] / "docs" / "payment-states.md"

_OPENING = """# The states of a payment

Made from `services/payments/domain/machine.py` by `python -m services.payments.domain.drawing`; do not edit.
An arrow is what the acquirer was seen to say of the order. What is not drawn moves nothing: a repeat of the same,
or a contradiction, which is logged and counted. Silence (timeout, error) is never an observation.
"""


def drawing() -> str:
    """The page: a mermaid diagram of every move from one state to another."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.REGISTERING}"]
    for state, moves in MOVES.items():
        for target in State:
            labels = [seen.value for seen, to in moves.items() if to is target and to is not state]
            if labels:
                lines.append(f"    {state} --> {target}: {', '.join(sorted(labels))}")
    lines += [f"    {state} --> [*]" for state in State if state not in OPEN]
    return f"{_OPENING}\n```mermaid\n" + "\n".join(lines) + "\n```\n"


if __name__ == "__main__":
    PAGE.write_text(drawing(), encoding="utf-8")
