"""Files that are whole or not there, and folders that one process owns."""

import contextlib
import fcntl
import json
import os
import tokenize
from pathlib import Path


class LockedError(RuntimeError):
    """Another process is using the folder."""


@contextlib.contextmanager
def whole(path, mode="wb", **kwargs):
    """Open a file beside its place and rename it at the end, so that no half file is ever seen.

    Args:
        path: the file to write or to replace; it stays as it is if anything goes wrong.
        mode: `"wb"` or `"w"`.
        **kwargs: for `open`.
    """
    path = Path(path)
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(scratch, mode, **kwargs) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, path)
    except BaseException:
        with contextlib.suppress(OSError):
            scratch.unlink()
        raise


def write_text(path, text):
    """Write a text file, whole or not at all."""
    with whole(path, "w", encoding="utf-8") as file:
        file.write(text)


def write_json(path, value):
    """Write a value as an indented JSON file, whole or not at all."""
    write_text(path, json.dumps(value, indent=2) + "\n")


def read_json(path):
    """Read a JSON file.

    Raises:
        ValueError: it does not hold JSON.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{str(path)!r} does not hold JSON: {error}") from error


def read_array(path):
    """Read the array of a .npy file, which is never one of Python's objects.

    Raises:
        ValueError: there is none, or it holds something else.
    """
    import numpy as np

    try:  # mapped: a header that asks for more than there is allocates nothing
        return np.array(np.lib.format.open_memmap(path, mode="r"))
    except (OSError, ValueError, EOFError, SyntaxError, tokenize.TokenError) as error:
        raise ValueError(f"expected a .npy file of one array of numbers: {error}") from error


class FolderLock:
    """Keeps a second process out of a folder for as long as this one lives.

    The lock is the operating system's: it goes with the process, however that ends. Release it by name
    or use it in a `with` statement.

    Args:
        folder: the folder; it must exist.

    Raises:
        LockedError: somebody holds it.
    """

    def __init__(self, folder):
        path = Path(folder) / ".lock"
        self._file = open(path, "a+", encoding="utf-8")  # noqa: SIM115 - held until release
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            raise LockedError(
                f"{str(folder)!r} is in use by process {holder}; wait for it, stop it, or choose "
                "another folder"
            ) from error
        except OSError:
            self._file.close()
            raise
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self):
        """Let others in."""
        self._file.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.release()
