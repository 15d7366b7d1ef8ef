"""What `./svet close-month` says of a closing; the closing itself is tests/chaos/test_closing.py."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest

from deploy.commands import closing
from services.billing import console as billing
from services.common.clock import business_now, moscow_date

TODAY = moscow_date(business_now())
TOTALS = {"accounts": 1200, "estimated": 7, "charged": 1_500_000_50, "recalculated": 0, "penalty": 0}


@pytest.mark.parametrize("dry", [False, True])
@pytest.mark.parametrize(("due_on", "late"), [(TODAY - timedelta(days=1), True), (TODAY, False)])
def test_a_due_day_that_is_past_is_said_and_before_the_closing_by_a_dry_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], dry: bool, due_on: date, late: bool
) -> None:
    @contextmanager
    def no_session(_: str) -> Iterator[None]:
        yield None

    monkeypatch.setattr(closing, "session_of", no_session)
    monkeypatch.setattr(billing, "start", lambda *_: True)
    done = billing.Progress(1200, 3, 3, TOTALS, problems=0, finished=True, due_on=due_on)
    monkeypatch.setattr(billing, "progress", lambda *_: done)
    closing.close_month("2026-10", dry_run=dry, idle=1, listed=5)
    said = capsys.readouterr().out
    assert f"{due_on:%d.%m.%Y}" in said
    assert "1 500 000,50" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert ("whoever gets these bills is late at once" in said) is late
