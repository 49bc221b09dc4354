import errno
import fcntl
import os
import stat

import pytest

from tfgan_zoo import files


def test_json_round_trip(tmp_path):
    files.write_json(tmp_path / "a.json", {"é": [1, None]})
    assert files.read_json(tmp_path / "a.json") == {"é": [1, None]}
    assert (tmp_path / "a.json").read_text().endswith("}\n")
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.txt"
    files.write_text(path, "old")

    def write_half():
        with files.whole(path, "w") as file:
            file.write("half of the ne")
            file.flush()
            assert path.read_text() == "old"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]
    files.write_text(path, "new")
    assert path.read_text() == "new"


def test_a_rename_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def fail(*args):
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="read-only"):
        files.write_text(tmp_path / "a.txt", "new")
    assert os.listdir(tmp_path) == []


def test_files_have_the_permissions_that_the_user_wants(tmp_path):
    before = os.umask(0o027)
    try:
        files.write_text(tmp_path / "a.txt", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640


def test_a_broken_json_file_is_named(tmp_path):
    (tmp_path / "a.json").write_text('{"a": ')
    with pytest.raises(ValueError, match=r"a\.json' does not hold JSON: Expecting value"):
        files.read_json(tmp_path / "a.json")


def test_a_lock_keeps_others_out_until_it_is_released(tmp_path):
    with files.FolderLock(tmp_path):
        with pytest.raises(
            files.LockedError, match=f"{tmp_path}.*in use by process {os.getpid()};"
        ):
            files.FolderLock(tmp_path)
        # and the one who was refused has not taken the holder's number away
        with pytest.raises(files.LockedError, match=f"process {os.getpid()};"):
            files.FolderLock(tmp_path)
    files.FolderLock(tmp_path).release()


def test_a_file_system_without_locks_is_not_a_folder_in_use(tmp_path, monkeypatch):
    def fail(*args):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", fail)
    with pytest.raises(OSError, match="No locks available"):
        files.FolderLock(tmp_path)
