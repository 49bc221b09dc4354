"""What the tests of `export/` share: its scripts as modules, and small exported models."""

import importlib.util
import sys
from pathlib import Path

import tfgan_zoo as zoo

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "export"


def script(name):
    """Import a script of `export/`, which is no package."""
    spec = importlib.util.spec_from_file_location(f"_export_{name}", SCRIPTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(SCRIPTS))  # as when it is run: it finds the modules beside it
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(SCRIPTS))
    return module


def tiny_model(seed=0):
    """Return a model that is made and exported in a second."""
    model = zoo.VanillaGAN((6, 5, 3), 4, generator_width=8, discriminator_width=4, seed=seed)
    model.compile()
    return model
