"""What can be set of a model in a config, read off the signatures of its class."""

import inspect

from tfgan_zoo import models
from tfgan_zoo.callbacks import CollapseMonitor
from tfgan_zoo.training import TextModel, Translation

# What a config may say of the `CollapseMonitor`, after `train.monitor_`.
MONITOR = {
    name: inspect.signature(CollapseMonitor).parameters[name].default
    for name in ("action", "samples", "rate_factor", "max_roll_backs")
}
# Constructor argument -> what a data set's info calls it.
_OF_DATA = {
    "image_shape": "image_shape",
    "tokens": "tokenizer",
    "example_captions": "example_captions",
    "audio_length": "audio_length",
    "sample_rate": "sample_rate",
    "example_audio": "example_audio",
    "past_frames": "past_frames",
    "example_past": "example_past",
}


def of_data(cls, info):
    """Return dict of the constructor's arguments that the data decide.

    Raises:
        ValueError: the data lack what the model is made for.

    >>> from tfgan_zoo import datasets
    >>> of_data(models.get("DCGAN"), datasets.load("digits").info)
    {'image_shape': (8, 8, 1)}
    """
    parameters = inspect.signature(cls).parameters
    wanted = sorted(parameters.keys() & _OF_DATA.keys())
    given = {argument: getattr(info, _OF_DATA[argument], None) for argument in wanted}
    needed = [name for name in wanted if parameters[name].default is inspect.Parameter.empty]
    missing = [_OF_DATA[name] for name in needed if given[name] is None]
    if missing:
        raise ValueError(
            f"{cls.__name__} is made for data that have {' and '.join(missing)}; {info.name} has none"
        )
    return {name: value for name, value in given.items() if value is not None}


def of_constructor(cls):
    """Return dict of constructor argument -> default, for the arguments that a config may set.

    The data decide what `of_data` says, `train.seed` decides the seed.

    >>> of_constructor(models.get("DCGAN"))["latent_dim"]
    100
    """
    parameters = inspect.signature(cls).parameters
    elsewhere = (*_OF_DATA, "seed", "kwargs")
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
        optional |= {"train.monitor_every": None} | {
            f"train.monitor_{name}": default for name, default in MONITOR.items()
        }
    sections = {"model": of_constructor(cls), "compile": cls.compile_arguments()}
    return optional | {
        f"{section}.{name}": default
        for section, given in sections.items()
        for name, default in given.items()
        if section in config and name != "optimizers"  # these have a section of their own
    }
