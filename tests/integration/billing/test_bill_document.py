"""Bills as PDF and PNG, read by programs that are not ours: qpdf, poppler, zbar."""

import re
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.billing.document.facts import BillFacts
from services.billing.document.qr import order_of, payment_text, reading_link
from services.billing.document.render import Sheets
from tests.support.bills import PAYER, SAMPLES, bill, charge_line, meter

A4 = (595.3, 841.9)
"""Points."""
Box = tuple[float, float, float, float]


@pytest.fixture(scope="module")
def sheets() -> Sheets:
    return Sheets()


@pytest.fixture(scope="module", params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> BillFacts:
    return SAMPLES[request.param]


@pytest.fixture(scope="module")
def pdf(sample: BillFacts, sheets: Sheets, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(sheets.pdf(sample), tmp_path_factory.mktemp("bill") / "bill.pdf")


def written(content: bytes, path: Path) -> Path:
    path.write_bytes(content)
    return path


def told(*command: object) -> str:
    """What a program printed; the test fails when it is missing or complains."""
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True)
    return done.stdout.decode(errors="replace")


def codes(*pictures: Path) -> set[str]:
    """The texts of every QR in the pictures, as the very bytes that they hold; zbarimg exits with 4 on none."""
    options = ["-q", "--raw", "-Sdisable", "-Sqrcode.enable"]
    done = subprocess.run(["zbarimg", *options, *pictures], capture_output=True)
    assert done.returncode in (0, 4), done.stderr
    return set(done.stdout.decode().splitlines())


def wanted_codes(facts: BillFacts) -> set[str]:
    found = {payment_text(order_of(facts).fields)} if facts.to_pay else set()
    if facts.read_until:
        found.add(reading_link(facts.retailer.cabinet, facts.payer.account))
    return found


def pages_of_words(pdf: Path) -> list[list[tuple[str, Box]]]:
    root = ET.fromstring(told("pdftotext", "-bbox", pdf, "-"))
    pages = root.iter("{http://www.w3.org/1999/xhtml}page")
    return [[(word.text or "", box(word)) for word in page] for page in pages]


def box(word: ET.Element) -> Box:
    left, top, right, bottom = (float(word.attrib[side]) for side in ("xMin", "yMin", "xMax", "yMax"))
    return left, top, right, bottom


def cut_or_overlapping(words: list[tuple[str, Box]]) -> list[str]:
    """Words beyond the page's margins, and pairs printed on each other."""
    cut = [text for text, (x, y, x2, y2) in words if x < 30 or y < 20 or x2 > A4[0] - 30 or y2 > A4[1] - 15]
    overlapping = [f"{a[0]} on {b[0]}" for a, b in combinations(words, 2) if overlap(a[1], b[1])]
    return cut + overlapping


def overlap(one: Box, other: Box) -> bool:
    """Letters keep the middle of their box: a third of it above and below is air that lines share."""
    (x, y, x2, y2), (u, v, u2, v2) = one, other
    wide = min(x2, u2) - max(x, u)
    tall = min(y2, v2) - max(y, v)
    return wide > 0.5 and tall > 0.35 * min(y2 - y, v2 - v)


def test_qpdf_finds_no_fault(pdf: Path) -> None:
    assert "No syntax or stream encoding errors found" in told("qpdf", "--check", pdf)


def test_it_is_tagged_for_screen_readers_and_says_so(pdf: Path, sample: BillFacts) -> None:
    facts = told("pdfinfo", pdf)
    assert re.search(r"^Tagged:\s+yes$", facts, re.MULTILINE)
    assert f"Счёт за электроэнергию, октябрь 2026, лицевой счёт {sample.payer.account}" in facts
    plain = subprocess.run(["qpdf", "--qdf", pdf, "-"], check=True, capture_output=True).stdout
    assert b"<pdfuaid:part>1</pdfuaid:part>" in plain
    assert b"/Lang (ru-RU)" in plain
    structure = told("pdfinfo", "-struct", pdf)
    assert {"H1", "H2", "Table", "TH", "TD"} <= set(re.findall(r"^\s*(\w+)", structure, re.MULTILINE))


def test_its_only_font_is_inside(pdf: Path) -> None:
    fonts = [line.split() for line in told("pdffonts", pdf).splitlines()[2:]]
    assert fonts
    assert all("+PTSans" in font[0] and "yes yes yes" in " ".join(font) for font in fonts)


def test_its_text_can_be_selected(pdf: Path, sample: BillFacts) -> None:
    text = " ".join(told("pdftotext", "-layout", pdf, "-").replace("\u00a0", " ").split())
    street = sample.payer.address.split(",")[0]
    for expected in (
        "Лицевой счёт",
        sample.payer.account,
        street,
        "Как получилась эта сумма",
        "ИНН 4029030252",
    ):
        assert expected in text


def test_one_page_holds_it_unless_sixty_lines_do_not_fit(pdf: Path, sample: BillFacts) -> None:
    pages = pages_of_words(pdf)
    assert len(pages) == (2 if sample is SAMPLES["two_pages"] else 1)
    assert "(A4)" in told("pdfinfo", pdf)


def test_nothing_is_cut_and_nothing_overlaps(pdf: Path) -> None:
    for words in pages_of_words(pdf):
        assert len(words) > 50
        assert cut_or_overlapping(words) == []


def test_the_codes_of_the_picture_and_of_the_printed_page_are_read(
    pdf: Path, sample: BillFacts, sheets: Sheets, tmp_path: Path
) -> None:
    told("pdftoppm", "-r", 150, "-png", pdf, tmp_path / "printed")
    drawn = written(sheets.png(sample), tmp_path / "drawn.png")
    assert codes(*tmp_path.glob("printed*.png")) == wanted_codes(sample)
    assert codes(drawn) == wanted_codes(sample)


def test_the_code_holds_utf8_without_another_mark_of_its_encoding(sheets: Sheets, tmp_path: Path) -> None:
    wanted = payment_text(order_of(SAMPLES["norm"]).fields).encode()
    picture = written(sheets.png(SAMPLES["norm"]), tmp_path / "bill.png")
    read = subprocess.run(["zbarimg", "-q", "--raw", "-Sbinary", picture], check=True, capture_output=True)
    assert read.stdout == wanted


def test_the_same_facts_give_the_same_document(sheets: Sheets) -> None:
    for facts in (SAMPLES["one_zone"], SAMPLES["debt_with_penalty"]):
        assert sheets.pdf(facts) == sheets.pdf(facts) == Sheets().pdf(facts)
        assert sheets.png(facts) == Sheets().png(facts)


@pytest.mark.parametrize(
    "words",
    [
        [("вышло", (500.0, 100.0, 590.0, 110.0))],
        [("ниже", (50.0, 830.0, 90.0, 841.0))],
        [("один", (50.0, 100.0, 90.0, 112.0)), ("другой", (80.0, 105.0, 120.0, 117.0))],
    ],
)
def test_a_cut_or_overprinted_word_would_be_seen(words: list[tuple[str, Box]]) -> None:
    assert cut_or_overlapping(words)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    name=st.text(max_size=150),
    address=st.text(alphabet="абвгдежзик АБВ., -0123456789漢\u0301\n", min_size=1, max_size=300),
    serial=st.text(min_size=1, max_size=60),
    kwh=st.lists(st.integers(1, 10**6), min_size=1, max_size=18),
    meters=st.integers(0, 3),
)
def test_whatever_the_texts_a_bill_is_one_whole_page(
    sheets: Sheets,
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    address: str,
    serial: str,
    kwh: list[int],
    meters: int,
) -> None:
    payer = replace(PAYER, name=name, address=address)
    many = [meter((10, 20), (30, 40), (50, 60), serial=serial)] * meters
    drawn = sheets.pdf(bill(payer=payer, meters=many, lines=[charge_line(one) for one in kwh]))
    pages = pages_of_words(written(drawn, tmp_path_factory.mktemp("any") / "bill.pdf"))
    assert [cut_or_overlapping(words) for words in pages] == [[]]
