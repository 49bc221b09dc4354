"""The examples in the docstrings run and say the truth."""

import doctest
import importlib
import pkgutil

import pytest

import tfgan_zoo

MODULES = [
    name
    for _, name, _ in pkgutil.walk_packages(tfgan_zoo.__path__, "tfgan_zoo.")
    if not name.startswith("tfgan_zoo.configs")
]


@pytest.mark.parametrize("name", ["tfgan_zoo", *MODULES])
def test_examples(name):
    failed, _ = doctest.testmod(
        importlib.import_module(name), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    )
    assert failed == 0
