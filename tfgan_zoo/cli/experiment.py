"""From a config to a model, its data and its scorer."""

import contextlib
import inspect

import keras
import numpy as np

from tfgan_zoo import callbacks, datasets, errors, metrics, models
from tfgan_zoo.callbacks import checkpoint
from tfgan_zoo.cli import configs
from tfgan_zoo.cli.arguments import MONITOR, of_constructor, of_data
from tfgan_zoo.datasets import shapes_looks
from tfgan_zoo.training import TextModel, Translation, batches, schedules

# What makes a set's scenes look as they do in the domains to translate to.
LOOKS = {"scenes_unpaired": (shapes_looks.NIGHT,), "scenes_domains": shapes_looks.FIVE}


def is_text(config):
    """Return whether a config's model is one of text."""
    return issubclass(models.get(config.model.name), TextModel)


def is_translation(config):
    """Return whether a config's model makes images of images, or adapts a classifier."""
    return issubclass(models.get(config.model.name), Translation)


def make_data(config, data_dir=None):
    """Return the training stream that a config describes."""
    data = config.data
    if is_text(config):
        return _texts(config, data.split, data_dir)
    return datasets.load(
        data.name,
        split=data.split,
        batch_size=data.batch_size,
        image_size=data.image_size,
        channels=data.get("channels"),
        seed=config.train.seed,
        labelled=data.get("labelled"),
        jitter=data.get("jitter", 0),
        flip=data.get("flip", False),
        data_dir=data_dir,
    )


def make_shown(config, data_dir=None):
    """Return the images that a translation model's pictures show: those of `evaluate.split`, in order.

    Raises:
        ValueError: no such split.
    """
    data = config.data
    try:
        return datasets.load(
            data.name,
            split=config.evaluate.split,
            image_size=data.image_size,
            channels=data.get("channels"),
            shuffle=False,
            data_dir=data_dir,
        )
    except ValueError as error:
        raise ValueError(
            f"no pictures can be shown of evaluate.split={config.evaluate.split!r}: {error}. Set "
            "--config.evaluate.split=… to a split of this data set."
        ) from error


def _texts(config, split, data_dir, **options):
    data = config.data
    return datasets.load_texts(
        data.name,
        split=split,
        batch_size=data.batch_size,
        length=data.get("length"),
        level=data.get("level"),
        max_words=data.get("max_words"),
        seed=config.train.seed,
        data_dir=data_dir,
        **options,
    )


def make_model(config, info):
    """Return the compiled model that a config describes, for data that `info` describes.

    Raises:
        ValueError: unknown model, constructor argument, optimizer or compile argument.
    """
    arguments = config.model.to_dict()
    cls = models.get(arguments.pop("name"))
    valid = of_constructor(cls)
    for name in arguments:
        if name not in valid:
            raise ValueError(errors.unknown(f"argument of {cls.__name__}", name, valid))
    _check_classes(arguments, valid, info)
    keras.utils.set_random_seed(config.train.seed)
    model = cls(**of_data(cls, info), seed=config.train.seed, **arguments)
    given = config.get("optimizers", {})  # players without any train with their paper's
    optimizers = {player: make_optimizer(**options.to_dict()) for player, options in given.items()}
    model.compile(optimizers=optimizers, **config.compile.to_dict())
    return model


def _check_classes(arguments, valid, info):
    """Check that a model is made for as many classes or domains as the data have, where both say."""
    known = getattr(info, "num_classes", None)
    for name in {"num_classes", "num_labels"} & valid.keys():
        if known is not None and arguments.get(name) not in (None, known):
            raise ValueError(
                f"model.{name} is {arguments[name]}, but {info.name} has {known}: set "
                f"--config.model.{name}={known}"
            )


def check_fits(config, model, data):
    """Check that a training stream has what a model learns from.

    Raises:
        ValueError: naming both, and what is missing or has another shape.
    """
    if not isinstance(data.element_spec, dict):
        return
    try:
        batches.check_batch(data.element_spec, model.batch_fields)
    except ValueError as error:
        raise ValueError(
            f"{type(model).__name__} cannot learn from data.name={config.data.name!r}: {error}"
        ) from error


def make_optimizer(name, **arguments):
    """Return a Keras optimizer by its class name.

    Args:
        name: class in `keras.optimizers`.
        **arguments: for the class; a `learning_rate` may be a dict with the `name` and the arguments
            of a class in `keras.optimizers.schedules` or `training.schedules`.

    Raises:
        ValueError: unknown class or argument.
    """
    if isinstance(arguments.get("learning_rate"), dict):
        both = vars(keras.optimizers.schedules) | vars(schedules)
        arguments["learning_rate"] = _by_name("schedule", both, **arguments["learning_rate"])
    return _by_name("optimizer", vars(keras.optimizers), name, **arguments)


def _by_name(kind, among, name, **arguments):
    bases = ("Optimizer", "LossScaleOptimizer", "LearningRateSchedule")
    valid = {n: c for n, c in among.items() if inspect.isclass(c) and n not in bases}
    if name not in valid:
        raise ValueError(errors.unknown(kind, name, valid))
    return valid[name](**arguments)


def make_scorer(config, data_dir=None, scores=None):
    """Return the scorer that a config describes: an extractor and the real images of a split.

    None where `evaluate.extractor` is none.

    Args:
        config: a config.
        data_dir: where prepared TensorFlow Datasets are.
        scores: of images, names of scores or `"all"`; None for the config's `evaluate.scores`, which
            few configs have: then the quick ones.

    Raises:
        ValueError: no such split or extractor, or one that does not fit the data; names the field.
    """
    evaluate = config.evaluate
    if evaluate.extractor is None:
        return None
    if is_text(config):
        return _make_text_scorer(config, data_dir)
    if is_translation(config):
        return _make_translation_scorer(config, data_dir)
    scores = evaluate.get("scores") if scores is None else scores
    _check_best_by(config, metrics.Scorer.check_names(scores) or metrics.scores.QUICK)
    with _about(config, "evaluate.split", "a split of this data set"):
        real = load_images(config, evaluate.split, data_dir)
    training = {}
    if metrics.Scorer.need_training_images(scores):
        known = load_images(config, config.data.split, data_dir)
        training = {"training_images": known.images, "training_labels": known.labels}
    with _about(config, "evaluate.extractor", "an extractor of such images and labels"):
        extractor = metrics.extractors.get(evaluate.extractor)
        return metrics.Scorer(
            extractor,
            real.images,
            features=cached_features(extractor, config.data.name),
            split=evaluate.split,
            real_labels=real.labels,
            scores=scores,
            training_split=config.data.split,
            **training,
        )


def cached_features(extractor, data):
    """Return a function of (images, split) for the features of a data set's images, kept on disk."""
    cache = metrics.FeatureCache()
    return lambda images, split: cache.features(extractor, images, data=data, split=split)


def _check_best_by(config, scores):
    """Check that the score that a run keeps its best checkpoint by is computed."""
    best_by = config.train.best_by
    if best_by is None or "all" in scores or metrics.short_name(best_by) in scores:
        return
    metrics.lower_is_better(best_by)  # a name that is no score's
    raise ValueError(
        f"train.best_by is {best_by!r}, which is not among the scores {', '.join(scores)}: set "
        "--config.evaluate.scores=… to names with it"
    )


def load_images(config, split, data_dir=None):
    """Return a split of a config's data set as arrays."""
    data = config.data
    return datasets.load_arrays(
        data.name,
        split=split,
        image_size=data.image_size,
        channels=data.get("channels"),
        data_dir=data_dir,
    )


def make_monitor(config, run_checkpoint, data_dir=None):
    """Return the `CollapseMonitor` that a config asks for with `train.monitor_every`, None if it does not.

    It compares with `evaluate.split` by `evaluate.extractor`, in pixels where that is none, and looks for
    copies of `data.split`.

    Args:
        config: the run's config.
        run_checkpoint: the run's `callbacks.Checkpoint`.
        data_dir: where prepared TensorFlow Datasets are.

    Raises:
        ValueError: a model that makes no images of latents, or real images that will not do.
    """
    every, extractor = config.train.get("monitor_every"), config.evaluate.extractor
    if every is None:
        return None
    if is_text(config) or is_translation(config):
        raise ValueError(
            f"train.monitor_every is {every}, but {config.model.name} makes no images of latents to "
            "watch: leave it out"
        )

    try:
        return callbacks.CollapseMonitor(
            load_images(config, config.evaluate.split, data_dir).images,
            None if extractor is None else metrics.extractors.get(extractor),
            every,
            training_images=load_images(config, config.data.split, data_dir).images,
            checkpoint=run_checkpoint,
            **{name: config.train.get(f"monitor_{name}", MONITOR[name]) for name in MONITOR},
        )
    except ValueError as error:
        raise ValueError(
            f"train.monitor_every={every} cannot watch with evaluate.split={config.evaluate.split!r} and "
            f"evaluate.extractor={extractor!r}: {error}"
        ) from error


def _make_text_scorer(config, data_dir):
    name, evaluate = config.data.name, config.evaluate
    if evaluate.extractor != "lsa":
        raise ValueError(errors.unknown("extractor of texts", evaluate.extractor, ["lsa"]))
    with _about(config, "evaluate.split", "a split of this data set"):
        real, _ = datasets.load_text_lines(name, evaluate.split, data_dir=data_dir)
    training, _ = datasets.load_text_lines(name, config.data.split, data_dir=data_dir)
    grammar = datasets.captions.is_valid if name == "captions" else None
    return metrics.text.TextScorer(real, training, evaluate.split, grammar=grammar)


def _make_translation_scorer(config, data_dir):
    name, evaluate = config.data.name, config.evaluate
    if evaluate.extractor != "counterparts":
        valid = ["counterparts"]
        raise ValueError(errors.unknown("extractor of translations", evaluate.extractor, valid))
    with _about(
        config, "evaluate.split", "a split that knows what its images are in the other domain"
    ):
        known = load_images(config, evaluate.split, data_dir)
        return metrics.TranslationScorer(known, evaluate.split, looks=LOOKS.get(name))


def held_out(config, data_dir=None):
    """Return the tokens [N, T] of the split that a config's samples are compared with; None of images."""
    if not is_text(config) or config.evaluate.extractor is None:
        return None
    batches = _texts(config, config.evaluate.split, data_dir, shuffle=False)
    return np.concatenate([batch["tokens"] for batch in batches])


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
