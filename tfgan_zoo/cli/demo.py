"""`tfgan-zoo demo`: what `make demo` runs."""

from absl import flags

DESCRIPTION = "train, evaluate, export and sample one config, then say what came out"


def define_flags(values):
    """Define this command's flags."""
    flags.DEFINE_string("config", "dcgan_digits", "a config's name or path", flag_values=values)
    flags.DEFINE_string("workdir", "runs/demo", "the run's folder", flag_values=values)
    flags.DEFINE_string(
        "data_dir", None, "where prepared TensorFlow Datasets are", flag_values=values
    )


def main(values, overrides):
    """Run the whole chain; training that is done already is not done again."""
    import time
    from pathlib import Path

    from tfgan_zoo import files
    from tfgan_zoo.cli import configs, evaluate, experiment, export, sample, train

    config, title = configs.load(values.config)
    configs.override(config, overrides)
    workdir = Path(values.workdir)
    print(configs.first_line(title), flush=True)
    start = time.monotonic()
    train.train(workdir, config, values.data_dir)
    minutes = (time.monotonic() - start) / 60
    scores = ""
    if config.evaluate.extractor is not None:
        scores = "\n" + evaluate.table(evaluate.evaluate(workdir, data_dir=values.data_dir))
    savedmodel = export.export(workdir)
    served, samples = sample.load(savedmodel), workdir / "samples" / "savedmodel.png"
    if experiment.is_text(config):
        samples = samples.with_suffix(".txt")
        texts = sample.texts_from_savedmodel(served, 64, seed=0)
        files.write_text(samples, "".join(f"{text}\n" for text in texts))
    else:
        sample.write_grid(samples, sample.from_savedmodel(served, 64, seed=0))
    print(f"\nTrained in {minutes:.1f} minutes.{scores}")
    print(f"  samples from the SavedModel  {samples}")
    print(f"  samples while training       {workdir / 'samples'}/")
    print(f"  SavedModel                   {savedmodel}")
    print(f"  checkpoints                  {workdir / 'checkpoints'}/")
    print(f"  TensorBoard                  tensorboard --logdir={workdir / 'tensorboard'}")
