"""Folders of houses and acts: loaded whole or not at all; the same again changes nothing."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing import models
from services.billing.dated_files import BadFiles
from services.billing.house_files import load_acts, load_houses
from tests.integration.billing.conftest import ACCOUNT
from tests.support.billed import at

HOUSES = {
    "houses": "house,valid_from,direct,tariff_group,area_m2,common_m2,norm_kwh_m2,act\n"
    "h1,2026-10-01,yes,urban_gas,2400,310,,act 7\n",
    "house_accounts": f"account,house\n{ACCOUNT},h1\n",
    "house_months": "house,period,kwh,others_kwh,source\nh1,2096-10,12000,1000,house meter\n",
}
ACT_COLUMNS = "account,kind,since,until,charged_in,act\n"


def folder(path: Path, **files: str) -> Path:
    for name, content in files.items():
        (path / f"{name}.csv").write_text(content, "utf-8")
    return path


def test_a_house_loads_once_and_a_month_may_be_told_anew_until_it_is_closed(
    books: Session, tmp_path: Path
) -> None:
    files = folder(tmp_path, **HOUSES)
    assert load_houses(books, files) == {"houses": 1, "house_accounts": 1, "house_months": 1}
    told = HOUSES["house_months"].replace("12000", "")
    again = load_houses(books, folder(tmp_path, house_months=told))
    assert (again["houses"], again["house_accounts"]) == (0, 0)
    kept = books.scalars(select(models.HouseMonth).where(models.HouseMonth.house == "h1")).one()
    books.refresh(kept)
    assert (kept.kwh, kept.period) == (None, date(2096, 10, 1))


def test_a_closed_month_is_not_told_anew(books: Session, tmp_path: Path) -> None:
    load_houses(books, folder(tmp_path, **HOUSES))
    books.add(
        models.Bill(
            id=uuid4(),
            account=ACCOUNT,
            period=date(2096, 10, 1),
            amount=0,
            published_at=at("2096-11-03"),
            due_on=date(2096, 11, 15),
        )
    )
    books.flush()
    told = HOUSES["house_months"].replace("12000", "13000")
    with pytest.raises(BadFiles, match=r"house_months: .*12000.*the file says otherwise"):
        load_houses(books, folder(tmp_path, house_months=told))


def test_what_is_unknown_is_told_at_once(books: Session, tmp_path: Path) -> None:
    wrong = {
        "house_accounts": "account,house\n999999999,h1\n",
        "house_months": "house,period,kwh,others_kwh,source\nh2,2096-10,1,0,x\n",
    }
    with pytest.raises(BadFiles) as refused:
        load_houses(books, folder(tmp_path, **(HOUSES | wrong)))
    assert str(refused.value).splitlines() == [
        "house_accounts: there is no account 999999999",
        "house_months: house h2 is not in houses.csv",
    ]


def test_acts_load_once(books: Session, tmp_path: Path) -> None:
    lines = f"{ACCOUNT},no_access,2096-10-05,,,act 3\n{ACCOUNT},interference,2096-09-01,2096-10-10,2096-10,act 4\n"
    files = folder(tmp_path, acts=ACT_COLUMNS + lines)
    assert [load_acts(books, files), load_acts(books, files)] == [{"acts": 2}, {"acts": 0}]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("999999999,no_access,2096-10-05,,,act", "there is no such account"),
        (f"{ACCOUNT},no_access,2096-10-05,2096-10-01,,act", "it ended before it began"),
        (f"{ACCOUNT},no_access,2096-10-05,,2096-10,act", "only an interference has charged_in"),
        (f"{ACCOUNT},interference,2096-10-05,,2096-10,act", "an interference has until"),
        (f"{ACCOUNT},interference,2096-10-05,2096-11-05,2096-10,act", "it is charged before it was found"),
    ],
)
def test_an_act_that_cannot_be_is_told(books: Session, tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(BadFiles, match=fault):
        load_acts(books, folder(tmp_path, acts=f"{ACT_COLUMNS}{line}\n"))
