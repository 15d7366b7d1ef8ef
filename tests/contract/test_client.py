"""The client's files over HTTP: the page at its own addresses only, what may be kept for how long, packed twins."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest

from tests.support.gateway import Http, client
from tests.support.problems import code_of

SCRIPT = "console.log(1)" * 100


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A client as the build leaves it, and something beside it that is nobody's business."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><div id=app></div>")
    (folder / "sw.js").write_text("worker")
    (folder / "built-from").write_text("digest")
    (folder / "assets" / "index-abc.js").write_text(SCRIPT)
    (folder / "assets" / "index-abc.js.br").write_bytes(brotli.compress(b"as brotli"))
    (folder / "assets" / "index-abc.js.gz").write_bytes(gzip.compress(b"as gzip"))
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def http(build: Path) -> Iterator[Http]:
    with client(client_files=build) as opened:
        yield opened


@pytest.mark.parametrize(
    "path", ["/", "/login", "/activate?token=x.y", "/documents/offer", "/payments/1/receipt"]
)
def test_the_page_is_at_every_address_of_its_own(http: Http, path: str) -> None:
    page = http.get(path)
    assert (page.status_code, page.text) == (200, "<!doctype html><div id=app></div>")
    assert page.headers["cache-control"] == "no-cache"
    policy = page.headers["content-security-policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing",
        "/staff/nothing",
        "/health/nothing",
        "/nothing.js",
        "/assets/index-old.js",
        "/built-from.txt",
        "/assets/index-abc.js.br",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
    ],
)
def test_nothing_else_is_served(http: Http, path: str) -> None:
    assert code_of(http.get(path)) == "not_found"


def test_hashed_files_are_kept_for_ever_and_the_worker_is_asked_for_each_time(http: Http) -> None:
    script, worker = http.get("/assets/index-abc.js"), http.get("/sw.js")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert worker.headers["cache-control"] == "no-cache"
    assert worker.headers["content-security-policy"] == "default-src 'none'; connect-src 'self'"
    again = http.get("/sw.js", headers={"If-None-Match": worker.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_unchanged_page_keeps_its_policy(http: Http) -> None:
    page = http.get("/settings/profile")
    again = http.get("/settings/profile", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["content-security-policy"] == page.headers["content-security-policy"]


def test_who_takes_packed_files_gets_the_smallest(http: Http) -> None:
    told = {"br, gzip": ("br", "as brotli"), "gzip": ("gzip", "as gzip"), "identity": (None, SCRIPT)}
    for taken, expected in told.items():
        answer = http.get("/assets/index-abc.js", headers={"Accept-Encoding": taken})
        assert (answer.headers.get("content-encoding"), answer.text) == expected
        assert answer.headers["vary"] == "Accept-Encoding"


def test_a_new_build_is_served_without_a_restart(http: Http, build: Path) -> None:
    assert code_of(http.get("/assets/new-1.js")) == "not_found"
    (build / "assets" / "new-1.js").write_text("new")
    (build / "index.html").write_text("<!doctype html>new")
    assert (http.get("/assets/new-1.js").text, http.get("/").text) == ("new", "<!doctype html>new")


def test_a_missing_build_is_a_plain_russian_page(tmp_path: Path) -> None:
    with client(client_files=tmp_path / "nowhere") as http:
        page = http.get("/login")
        api = http.get("/api/v1/documents")
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "Личный кабинет обновляется" in page.text
    assert "(4842) 701-838" in page.text
    assert api.status_code == 200
