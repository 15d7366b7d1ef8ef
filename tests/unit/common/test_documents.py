"""Legal texts: a version once shown never changes, and a retailer's own folder is checked before it is used."""

import hashlib
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from services.common.documents import (
    KINDS,
    PACKAGED,
    BadDocuments,
    DocumentsSetting,
    UnknownDocument,
    read_documents,
)

SHOWN = {
    "offer/2026-11": "85dd7b0ccd4142fe8b6954bd7b353b158280d5eb087bd378280a300720d652bc",
    "payment_security/2026-11": "427ca23da4b8905322c65944766796ad401891cce163b7f783d29ffb65010dce",
    "personal_data/2026-01": "1ec685a33e8648ba5410e6a54e13621364e534eb33fea0578360ac64f466ae0c",
    "personal_data/2026-11": "526f1df85453fee21438f21669ceab7de9f395151c4c1651d7aca2b8c96058b6",
    "privacy_policy/2026-11": "946df0ba0dc306f9892f8e5b9ff21a77da828e8db5936750c75215b3ddec6763",
    "requisites/2026-11": "77911ceba57e1ec0ad765b7056b8b1799adffa0ee629f442550dcbb8bc7cef12",
    "return_and_delivery/2026-11": "210df395d2ccae628a3c23ce1934569c14e495c0ae331436b223836c6adaf54a",
    "user_agreement/2026-11": "343f29c9f82b6567b2817a63c39e4c31e95a41176ffbb40e7a1cf2e81bb5e0c6",
}
"""SHA-256 of every file. A new text is a new file and a new line here; a line that is here stays as it is."""
FIRST_CONSENT = "0f86f75639fbf5651de780c7174d9f47f09d3936799f6fb0a33ff917aba27edc"
"""Kept beside consents that people gave to the text of 2026-01."""


class Some(BaseModel):
    documents: DocumentsSetting


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A retailer's own texts, one of each kind."""
    for kind in KINDS:
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "2026-01.md").write_text(f"# Наш {kind}\n\nНаш текст.\n", "utf-8")
    return tmp_path


def test_no_text_that_was_shown_has_changed() -> None:
    files = {f"{path.parent.name}/{path.stem}": path.read_bytes() for path in PACKAGED.glob("*/*.md")}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in files.items()} == SHOWN


def test_what_people_agreed_to_first_is_still_the_same_text() -> None:
    consent = read_documents(PACKAGED).find("personal_data", "2026-01")
    assert consent.hash == hashlib.sha256(consent.text.encode()).hexdigest() == FIRST_CONSENT
    assert consent.text.startswith("Я даю согласие")


def test_the_newest_is_given_unless_a_version_is_named(folder: Path) -> None:
    (folder / "offer" / "2026-09-15.md").write_text("# Оферта\n\nНовый текст.\n\nВторой абзац.\n", "utf-8")
    documents = read_documents(folder)
    newest = documents.find("offer")
    assert (newest.version, newest.since) == ("2026-09-15", date(2026, 9, 15))
    assert (newest.title, newest.text) == ("Оферта", "Новый текст.\n\nВторой абзац.")
    assert documents.find("offer", "2026-01").since == date(2026, 1, 1)
    assert [document.kind for document in documents.newest()] == list(KINDS)


@pytest.mark.parametrize(
    ("kind", "version"), [("offer", "1999-01"), ("advertising", None), ("../offer", "2026-01")]
)
def test_an_unknown_document_is_refused(kind: str, version: str | None) -> None:
    with pytest.raises(UnknownDocument):
        read_documents(PACKAGED).find(kind, version)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("2026-02.md", "Без заголовка.\n"),
        ("2026-02.md", "# Заголовок\nи сразу текст\n"),
        ("2026-02.md", "# Один заголовок\n\n"),
        ("second.md", "# Заголовок\n\nТекст.\n"),
        ("2026-13.md", "# Заголовок\n\nТекст.\n"),
    ],
)
def test_a_file_that_is_no_document_is_named(folder: Path, name: str, content: str) -> None:
    (folder / "offer" / name).write_text(content, "utf-8")
    with pytest.raises(BadDocuments, match=f"offer/{name}"):
        read_documents(folder)


def test_a_process_does_not_start_with_a_folder_that_lacks_a_text(folder: Path) -> None:
    (folder / "requisites" / "2026-01.md").unlink()
    with pytest.raises(ValidationError, match="requisites"):
        Some.model_validate({"SVET_DOCUMENTS": str(folder)})


def test_a_retailer_s_own_folder_stands_in_for_the_packaged_one(folder: Path) -> None:
    ours = Some.model_validate({"SVET_DOCUMENTS": str(folder)}).documents
    assert ours.find("offer").title == "Наш offer"
    assert Some.model_validate({}).documents is read_documents(PACKAGED)
