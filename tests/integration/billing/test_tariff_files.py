"""A folder of tariffs beside the tables: other words are taken over, another number is refused."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deploy.tariffs import KALUGA
from services.billing import tariff_files
from services.billing.dated_files import BadFiles
from services.billing.handlers import bills
from services.billing.handlers.paper import Paperwork
from services.billing.models import Price
from services.billing.settings import KALUGA as COMPANY
from services.common.period import Period
from services.contracts import bills as contract
from tests.integration.billing.conftest import ACCOUNT
from tests.support.billed import at, close, metered

SEPTEMBER, OCTOBER = Period(2026, 9), Period(2026, 10)
WORDS = "условная цена: январская цена плюс 11,2 %"
OTHER_WORDS = "приказ от 20.09.2026 № 77"


def load(books: Session, folder: Path, old: str, new: str) -> tariff_files.Loaded:
    """The set with other words in its prices."""
    copy = Path(shutil.copytree(KALUGA, folder / "tariffs"))
    told = (copy / "prices.csv").read_text("utf-8")
    assert old in told
    (copy / "prices.csv").write_text(told.replace(old, new), "utf-8")
    return tariff_files.load(books, tariff_files.read(copy))


def act_of_the_bill(books: Session) -> str:
    request = contract.BillRequest(account=ACCOUNT, period=str(OCTOBER))
    return bills.bill(books, request, Paperwork(COMPANY, 25), at("2026-11-20")).lines[0].act


def prices(books: Session) -> list[tuple[str, Decimal, bool]]:
    """Words, roubles and demo of the one-rate price of October."""
    found = select(Price).where(
        Price.valid_from == OCTOBER.first_day,
        Price.form == 1,
        Price.range == 1,
        Price.tariff_group == "urban_gas",
    )
    books.flush()
    return [
        (row.act, row.rub, row.demo) for row in books.scalars(found.execution_options(populate_existing=True))
    ]


def test_other_words_are_taken_over_and_charges_keep_theirs(books: Session, tmp_path: Path) -> None:
    close(books, OCTOBER, metered(ACCOUNT, [100], SEPTEMBER, OCTOBER), day="2026-11-03")
    assert act_of_the_bill(books) == WORDS
    loaded = load(books, tmp_path, f'"{WORDS}"', OTHER_WORDS)
    assert set(loaded.new.values()) == {0}
    assert prices(books) == [(OTHER_WORDS, Decimal("8.32"), True)]
    assert act_of_the_bill(books) == WORDS


def test_another_number_is_refused_with_all_the_words(books: Session, tmp_path: Path) -> None:
    line = f'urban_gas,1,single,1,2026-10-01,8.32,"{WORDS}"'
    with pytest.raises(BadFiles, match=r"prices: .*8\.32.*the file says otherwise"):
        load(books, tmp_path, line, f"urban_gas,1,single,1,2026-10-01,8.33,{OTHER_WORDS}")
    assert prices(books) == [(WORDS, Decimal("8.32"), True)]
