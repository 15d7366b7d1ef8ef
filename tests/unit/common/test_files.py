"""Files by key in a folder: whole or not there, and an absence that is told."""

from pathlib import Path

import pytest

from services.common.files import Files, FilesAway, NoSuchFile

KEY = "bills/ab/abcd.pdf"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files((tmp_path / "store").as_uri())


def test_what_was_put_is_read_piece_by_piece(files: Files) -> None:
    content = bytes(range(256)) * 1000
    files.put(KEY, content)
    stored = files.read(KEY)
    pieces = list(stored.pieces)
    assert (stored.size, b"".join(pieces)) == (len(content), content)
    assert len(pieces) > 1
    assert files.size(KEY) == len(content)


def test_a_file_that_is_not_there(files: Files) -> None:
    assert files.size(KEY) is None
    with pytest.raises(NoSuchFile):
        files.read(KEY)


def test_a_second_writer_changes_nothing_and_leaves_no_draft(files: Files, tmp_path: Path) -> None:
    files.put(KEY, b"once")
    reading = files.read(KEY)
    files.put(KEY, b"once")
    assert b"".join(reading.pieces) == b"once"
    assert [file.name for file in (tmp_path / "store").rglob("*") if file.is_file()] == ["abcd.pdf"]


def test_a_storage_that_is_away_is_told(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("no folder")
    files = Files((tmp_path / "store").as_uri())
    with pytest.raises(FilesAway):
        files.put(KEY, b"x")
    with pytest.raises(FilesAway):
        files.read(KEY)


def test_an_empty_file_is_a_file(files: Files) -> None:
    files.put(KEY, b"")
    assert (files.size(KEY), list(files.read(KEY).pieces)) == (0, [])
