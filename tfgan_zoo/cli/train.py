"""`tfgan-zoo train`."""

import contextlib
import json

from absl import flags

from tfgan_zoo.cli import strategies

DESCRIPTION = "train a model by a config; the same command resumes a run that was interrupted"


def define_flags(values):
    """Define this command's flags."""
    flags.DEFINE_string(
        "config",
        None,
        "a config's name (see `tfgan-zoo list`) or path; --config.field=value changes a field. "
        "Left away, the run in --workdir goes on with its stored config.",
        flag_values=values,
    )
    flags.DEFINE_string("workdir", None, "the run's folder", flag_values=values)
    flags.DEFINE_string(
        "data_dir", None, "where prepared TensorFlow Datasets are", flag_values=values
    )
    flags.DEFINE_string("strategy", "one_device", strategies.HELP, flag_values=values)


def main(values, overrides):
    """Train or resume."""
    from tfgan_zoo.cli import configs
    from tfgan_zoo.cli.main import UsageError

    if not values.workdir:
        raise UsageError("train needs --workdir=…, a folder for the run")
    config = None
    if values.config:
        config, _ = configs.load(values.config)
        configs.override(config, overrides)
    elif overrides:
        raise UsageError("--config.field=value needs --config=…")
    train(values.workdir, config, values.data_dir, values.strategy)


def train(path, config=None, data_dir=None, strategy="one_device"):
    """Train the config's model in a workdir, or go on with what is there.

    Args:
        path: the workdir; several workers share it, and the chief alone writes there.
        config: a config, or None for the one that is stored in the workdir.
        data_dir: where prepared TensorFlow Datasets are.
        strategy: one of `strategies.NAMES`. It is not part of the config: a run may go on with another.

    Returns:
        The trained model.
    """
    strategy = strategies.make(strategy)
    import tensorflow as tf

    from tfgan_zoo import callbacks
    from tfgan_zoo.cli import configs, experiment
    from tfgan_zoo.cli.workdir import Workdir, best_by
    from tfgan_zoo.training import workers

    workdir, chief = Workdir(path), workers.is_chief(strategy)
    with contextlib.ExitStack() as stack:
        # The data too: a set that is not prepared yet is prepared once.
        with workers.chief_first(strategy):
            if config is None:
                config = workdir.config()
            configs.check(config)
            data_dir = data_dir or workdir.data_dir()
            if chief:
                stack.enter_context(workdir.lock())
                config = workdir.store(config, data_dir, strategy)
            else:
                config = workdir.compare(config)
            train = config.train
            if train.deterministic:
                tf.config.experimental.enable_op_determinism()
            data = experiment.make_data(config, data_dir)
        with strategy.scope():
            model = experiment.make_model(config, data.info)
        experiment.check_fits(config, model, data)
        scorer = experiment.make_scorer(config, data_dir)
        scores = []
        if scorer is not None:
            held_out = experiment.held_out(config, data_dir)
            scores = [
                callbacks.ScoreLogger(
                    scorer, train.score_every, train.score_samples, held_out=held_out
                )
            ]
        elif train.best_by:
            print(
                f"evaluate.extractor is none: no scores; train.best_by={train.best_by} is ignored."
            )
        score, lower_is_better = best_by(config)
        checkpoint = callbacks.Checkpoint(
            workdir.checkpoints, train.checkpoint_every, train.keep, score, lower_is_better
        )
        monitor = experiment.make_monitor(config, checkpoint, data_dir)
        stack.callback(checkpoint.release)
        checkpoint.resume(model)
        if int(model.iterations.numpy()) >= train.steps:
            print(f"This run has done its {train.steps} steps.")
            return model
        shown = json.dumps(configs.flatten(config), indent=2)
        model.fit(
            data,
            epochs=1,
            steps_per_epoch=train.steps,
            verbose=0,
            callbacks=[
                *([] if monitor is None else [monitor]),
                callbacks.ProgressBar(train.steps),
                *_samplers(workdir.path, config, model, data, data_dir),
                *scores,
                callbacks.RunLogger(
                    workdir.path, every=train.log_every, text={"config": f"```\n{shown}\n```"}
                ),
                checkpoint,
            ],
        )
        if chief:
            print(f"Trained {int(model.iterations.numpy())} steps: {workdir.path}")
        return model


def _samplers(folder, config, model, data, data_dir):
    """Return the callbacks that show what the model makes, and what it learns from."""
    from tfgan_zoo import callbacks, training
    from tfgan_zoo.cli import experiment

    every = config.train.sample_every
    for ability, grid in (
        ("translate", callbacks.TranslationGrid),
        ("animate", callbacks.AnimationGrid),
    ):
        if hasattr(model, ability):
            return [grid(folder, experiment.make_shown(config, data_dir), every=every)]
    if not isinstance(model, training.TextModel):
        # A classifier makes no images.
        draws = hasattr(model, "generate")
        return [callbacks.SampleGrid(folder, every=every, real=data)] if draws else []
    real = model.texts(next(iter(data))["tokens"])
    found = [callbacks.SampleTexts(folder, every=every, real=real)]
    if isinstance(model, training.TextGAN):
        found.append(callbacks.PolicyLogger(folder, data, every=every))
    return found
