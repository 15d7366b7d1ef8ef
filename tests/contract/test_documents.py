"""Legal texts over HTTP: for everybody, by version, cacheable."""

import pytest

from services.common.documents import KINDS, PACKAGED, read_documents
from tests.support.gateway import client
from tests.support.problems import code_of

OURS = read_documents(PACKAGED)


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


@pytest.mark.parametrize("path", ["/api/v1/documents", "/api/v1/documents/offer"])
def test_what_a_client_has_already_is_not_sent_again(path: str) -> None:
    with client() as http:
        first = http.get(path)
        again = http.get(path, headers={"If-None-Match": first.headers["etag"]})
        other = http.get(path, headers={"If-None-Match": '"another"'})
    assert first.headers["cache-control"] == "public, max-age=300"
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (other.status_code, other.content) == (200, first.content)
