"""`tfgan-zoo sample`: from a SavedModel without the training code, or from a run."""

from pathlib import Path

from absl import flags

DESCRIPTION = "write samples as a PNG grid (and, with --array, as an .npy file)"


def define_flags(values):
    """Define this command's flags."""
    flags.DEFINE_string("savedmodel", None, "an exported SavedModel", flag_values=values)
    flags.DEFINE_string("workdir", None, "or a run's folder", flag_values=values)
    flags.DEFINE_string(
        "checkpoint", "last", "with --workdir: last, best, or a step that is still kept",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_integer("n", 64, "how many samples", lower_bound=1, flag_values=values)
    flags.DEFINE_integer("seed", 0, "seed of the latents", flag_values=values)
    flags.DEFINE_float(
        "truncation", None, "cut the latents off there: lower is better looking and less varied",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_integer(
        "label", None, "the class of all samples, where the model is told one", flag_values=values
    )
    flags.DEFINE_string("output", "samples.png", "the grid's file", flag_values=values)
    flags.DEFINE_string("array", None, "also write uint8 images to this .npy", flag_values=values)


def main(values, overrides):
    """Sample and write."""
    from tfgan_zoo import files, pictures
    from tfgan_zoo.cli.main import UsageError

    check_output(values.output)
    if overrides or bool(values.savedmodel) == bool(values.workdir):
        raise UsageError("sample needs one of --savedmodel=… and --workdir=…")
    given = {name: values[name].value for name in ("truncation", "label")}
    chosen = {name: value for name, value in given.items() if value is not None}
    if values.savedmodel:
        images = from_savedmodel(values.savedmodel, values.n, values.seed, **chosen)
    else:
        from tfgan_zoo.cli import experiment
        from tfgan_zoo.cli.workdir import Workdir

        model = experiment.restore(Workdir(values.workdir), values.checkpoint)
        images = pictures.to_uint8(model.generate(values.n, seed=values.seed, **chosen))
    write_grid(values.output, images)
    if values.array:
        import numpy as np

        Path(values.array).parent.mkdir(parents=True, exist_ok=True)
        with files.whole(values.array) as file:
            np.save(file, images)
    print(f"{len(images)} samples: {values.output}")


def check_output(path):
    """Check, before any work is done, that a picture's file is named as what it will be.

    Raises:
        UsageError: a name that does not end in .png.
    """
    from tfgan_zoo.cli.main import UsageError

    path = Path(path)
    if path.suffix.lower() != ".png":
        raise UsageError(
            f"--output={path}: pictures are PNG files; use --output={path.with_suffix('.png')}"
        )


def from_savedmodel(path, n, seed, **chosen):
    """Return n uint8 images from a SavedModel's `sample_uint8` signature.

    Args:
        path: the SavedModel's folder.
        n: how many.
        seed: int, for the latents.
        **chosen: further inputs, of a signature that has them.

    Raises:
        ValueError: not a SavedModel, one without that signature, or a signature without such an input.
    """
    import tensorflow as tf

    if not (Path(path) / "saved_model.pb").exists():
        raise ValueError(f"{path!r} is not a SavedModel (no saved_model.pb in it)")
    signatures = tf.saved_model.load(path).signatures
    if "sample_uint8" not in signatures:
        raise ValueError(
            f"{path!r} has no signature 'sample_uint8', only {', '.join(signatures)}; "
            "it was not exported by tfgan_zoo"
        )
    sample = signatures["sample_uint8"]
    _, taken = sample.structured_input_signature
    for name in chosen:
        if name not in taken:
            raise ValueError(
                f"--{name}: this SavedModel's 'sample_uint8' takes {' and '.join(sorted(taken))} only; "
                f"sample from the run, with --workdir=… --{name}={chosen[name]}"
            )
    inputs = {"n": n, "seed": seed, **chosen}
    tensors = {name: tf.constant(value, taken[name].dtype) for name, value in inputs.items()}
    return sample(**tensors)["images"].numpy()


def write_grid(path, images, columns=None):
    """Write a PNG grid, enlarged so that small images can be seen; folders are made."""
    from tfgan_zoo import pictures

    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = pictures.enlarge(pictures.grid(images, columns), min(images.shape[1:3]))
    pictures.write_png(path, picture)
