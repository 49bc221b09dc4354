"""What can be set of a model in a config, read off the signatures of its class."""

import inspect

from tfgan_zoo import models
from tfgan_zoo.training import TextModel, Translation


def of_constructor(cls):
    """Return dict of constructor argument -> default, for the arguments that a config may set.

    The data decide the shape or the tokens, `train.seed` decides the seed.

    >>> of_constructor(models.get("DCGAN"))["latent_dim"]
    100
    """
    parameters = inspect.signature(cls).parameters
    elsewhere = ("image_shape", "tokens", "seed", "kwargs")
    return {n: p.default for n, p in parameters.items() if n not in elsewhere} | {"dtype": None}


def defaults(config):
    """Return dict of dotted field -> default for all that a config may leave out."""
    known = ("evaluate.truncation", "evaluate.scores")
    optional = dict.fromkeys(known) if "evaluate" in config else {}
    if "model" not in config:
        return optional
    cls = models.get(config.model.name)
    if "data" in config and not issubclass(cls, TextModel):
        optional |= {"data.channels": None, "data.jitter": 0, "data.flip": False}
    if "train" in config and not issubclass(cls, (TextModel, Translation)):
        optional |= {"train.monitor_every": None, "train.monitor_action": "report"}
    sections = {"model": of_constructor(cls), "compile": cls.compile_arguments()}
    return optional | {
        f"{section}.{name}": default
        for section, given in sections.items()
        for name, default in given.items()
        if section in config and name != "optimizers"  # these have a section of their own
    }
