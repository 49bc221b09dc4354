"""From a config to a model, its data and its scorer."""

import contextlib
import inspect

import keras

from tfgan_zoo import datasets, errors, metrics, models
from tfgan_zoo.callbacks import checkpoint
from tfgan_zoo.cli import configs
from tfgan_zoo.cli.arguments import of_constructor


def make_data(config, data_dir=None):
    """Return the training stream that a config describes."""
    data = config.data
    return datasets.load(
        data.name,
        split=data.split,
        batch_size=data.batch_size,
        image_size=data.image_size,
        seed=config.train.seed,
        labelled=data.get("labelled"),
        data_dir=data_dir,
    )


def make_model(config, image_shape):
    """Return the compiled model that a config describes.

    Raises:
        ValueError: unknown model, constructor argument, optimizer or compile argument.
    """
    arguments = config.model.to_dict()
    cls = models.get(arguments.pop("name"))
    valid = of_constructor(cls)
    for name in arguments:
        if name not in valid:
            raise ValueError(errors.unknown(f"argument of {cls.__name__}", name, valid))
    keras.utils.set_random_seed(config.train.seed)
    model = cls(image_shape=image_shape, seed=config.train.seed, **arguments)
    given = config.get("optimizers", {})  # players without any train with their paper's
    optimizers = {player: make_optimizer(**options.to_dict()) for player, options in given.items()}
    model.compile(optimizers=optimizers, **config.compile.to_dict())
    return model


def make_optimizer(name, **arguments):
    """Return a Keras optimizer by its class name.

    Args:
        name: class in `keras.optimizers`.
        **arguments: for the class; a `learning_rate` may be a dict with the `name` and the arguments
            of a class in `keras.optimizers.schedules`.

    Raises:
        ValueError: unknown class or argument.
    """
    if isinstance(arguments.get("learning_rate"), dict):
        schedule = _by_name("schedule", keras.optimizers.schedules, **arguments["learning_rate"])
        arguments["learning_rate"] = schedule
    return _by_name("optimizer", keras.optimizers, name, **arguments)


def _by_name(kind, module, name, **arguments):
    bases = ("Optimizer", "LossScaleOptimizer", "LearningRateSchedule")
    valid = [n for n, c in vars(module).items() if inspect.isclass(c) and n not in bases]
    if name not in valid:
        raise ValueError(errors.unknown(kind, name, valid))
    return getattr(module, name)(**arguments)


def make_scorer(config, data_dir=None):
    """Return the scorer that a config describes: an extractor and the real images of a split.

    None where `evaluate.extractor` is none.

    Raises:
        ValueError: no such split or extractor, or one that does not fit the data; names the field.
    """
    evaluate = config.evaluate
    if evaluate.extractor is None:
        return None
    with _about(config, "evaluate.split", "a split of this data set"):
        real = datasets.load_arrays(
            config.data.name,
            split=evaluate.split,
            image_size=config.data.image_size,
            data_dir=data_dir,
        )
    with _about(config, "evaluate.extractor", "an extractor of such images and labels"):
        extractor = metrics.extractors.get(evaluate.extractor)
        return metrics.Scorer(extractor, real.images, split=evaluate.split, real_labels=real.labels)


@contextlib.contextmanager
def _about(config, field, remedy):
    try:
        yield
    except ValueError as error:
        raise ValueError(
            f"{config.data.name!r} cannot be scored with {field}={configs.flatten(config)[field]!r}: "
            f"{error}. Set --config.{field}=… to {remedy}, or --config.evaluate.extractor=none to "
            "train without scores."
        ) from error


def restore(workdir, which="last"):
    """Return the model of a run, from a checkpoint."""
    folder = workdir.checkpoint(which)
    # The image shape is the model's own business once it is trained: no data needed to sample.
    return keras.models.load_model(str(folder / checkpoint.MODEL_FILE))
