"""Fixtures for the tests of `export/`."""

import pytest

from tests.export.rooms import tiny_model


@pytest.fixture(scope="module")
def savedmodel(tmp_path_factory):
    """Return the folder of an export; tests must not change it."""
    folder = tmp_path_factory.mktemp("export") / "tiny" / "1"
    tiny_model().export(folder)
    return folder
