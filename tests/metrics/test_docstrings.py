import doctest
import importlib
import pkgutil

import pytest

from tfgan_zoo import metrics

MODULES = [module.name for module in pkgutil.iter_modules(metrics.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    found = doctest.testmod(importlib.import_module(f"tfgan_zoo.metrics.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
