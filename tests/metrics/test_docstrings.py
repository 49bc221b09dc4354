"""Every module of metrics has an example; tests/test_docstrings.py runs them."""

import doctest
import importlib
import pkgutil

import pytest

from tfgan_zoo import metrics

MODULES = [module.name for module in pkgutil.iter_modules(metrics.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_there_is_an_example(name):
    module = importlib.import_module(f"tfgan_zoo.metrics.{name}")
    assert any(test.examples for test in doctest.DocTestFinder().find(module))
