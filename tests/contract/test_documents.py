"""Legal texts over HTTP: for everybody, by version, cacheable, and as pages without scripts."""

from pathlib import Path

import pytest

from services.common.documents import KINDS, PACKAGED, read_documents
from tests.support.gateway import client
from tests.support.problems import code_of

OURS = read_documents(PACKAGED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A retailer's own texts, one of them with what an attacker would like to see on a page."""
    for kind in KINDS:
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "2026-01.md").write_text("# Наш текст\n\nСлова.\n", "utf-8")
    text = "# Оферта <b>\n\n<script>alert(1)</script>\n\n**Важно** [сюда](javascript:alert(1))\n"
    (tmp_path / "offer" / "2026-01.md").write_text(text, "utf-8")
    return tmp_path


def test_the_newest_texts_are_listed_with_their_versions_and_hashes() -> None:
    with client() as http:
        listed = http.get("/api/v1/documents").json()["documents"]
    assert [line["kind"] for line in listed] == list(KINDS)
    newest = OURS.find("personal_data")
    assert listed[0] == {
        "kind": "personal_data",
        "title": newest.title,
        "version": newest.version,
        "hash": newest.hash,
        "since": newest.since.isoformat(),
    }


def test_a_text_is_given_word_for_word_and_an_older_one_when_it_is_named() -> None:
    with client() as http:
        newest = http.get("/api/v1/documents/personal_data").json()
        first = http.get("/api/v1/documents/personal_data", params={"version": "2026-01"}).json()
    assert newest["text"] == OURS.find("personal_data").text
    assert (first["version"], first["hash"]) == ("2026-01", OURS.find("personal_data", "2026-01").hash)


@pytest.mark.parametrize(
    "path", ["advertising", "offer?version=1999-01", "%2E%2E", "offer?version=../offer/2026-11"]
)
def test_an_unknown_text_is_not_found(path: str) -> None:
    with client() as http:
        assert code_of(http.get(f"/api/v1/documents/{path}")) == "not_found"
        page = http.get(f"/documents/{path}")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "path", ["/api/v1/documents", "/api/v1/documents/offer", "/documents", "/documents/offer"]
)
def test_what_a_client_has_already_is_not_sent_again(path: str) -> None:
    with client() as http:
        first = http.get(path)
        again = http.get(path, headers={"If-None-Match": first.headers["etag"]})
        other = http.get(path, headers={"If-None-Match": '"another"'})
    assert first.headers["cache-control"] == "public, max-age=300"
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (other.status_code, other.content) == (200, first.content)


def test_the_pages_are_found_from_the_first_one_and_show_every_text() -> None:
    with client() as http:
        assert 'href="/documents"' in http.get("/").text
        listed = http.get("/documents").text
        for kind in KINDS:
            assert f'href="/documents/{kind}"' in listed
            page = http.get(f"/documents/{kind}").text
            assert f"<h1>{OURS.find(kind).title}</h1>" in page
            assert f"Версия {OURS.find(kind).version}, действует с 1 ноября 2026" in page
        requisites = http.get("/documents/requisites").text
    assert "<strong>ИНН:</strong> 4029030252" in requisites


def test_no_html_of_a_text_reaches_the_page(folder: Path) -> None:
    with client(SVET_DOCUMENTS=str(folder)) as http:
        page = http.get("/documents/offer").text
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "javascript:" not in page.replace("[сюда](javascript:alert(1))", "")
    assert "<h1>Оферта &lt;b&gt;</h1>" in page
    assert "<strong>Важно</strong>" in page
