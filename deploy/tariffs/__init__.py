"""Sets of tariffs, norms and rates, a folder a set, with the source of every number."""

from pathlib import Path
from typing import Final

KALUGA: Final = Path(__file__).parent / "kaluga"
"""The region of the manuals' company. What no source is known for is marked as demo."""
