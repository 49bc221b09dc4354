"""Sets of TensorFlow Datasets that the project does not ship: prepared copies, where there are any."""

import os
import pathlib

import pytest

REPOSITORY = pathlib.Path(__file__).parents[2]
PREPARED = pathlib.Path(
    os.environ.get("TFDS_DATA_DIR") or REPOSITORY.parent / "shared" / "data" / "tfds"
)


@pytest.fixture
def mnist():
    """Arguments of `load` for MNIST."""
    if not (PREPARED / "mnist").is_dir():
        pytest.skip("no prepared copy of mnist")
    return {"name": "mnist", "data_dir": PREPARED}
