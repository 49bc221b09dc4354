"""`tfgan-zoo sample`: from a SavedModel without the training code, or from a run."""

import contextlib
from pathlib import Path

from absl import flags

from tfgan_zoo import errors
from tfgan_zoo.cli import conditions

DESCRIPTION = "write samples: a PNG grid (and, with --array, an .npy file), or lines of text"


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
    flags.DEFINE_multi_string(
        "condition", [], "NAME=VALUE, what the model is told of all samples: label=7, caption=\"a small red "
        "circle\", audio=file.wav, codes=\"3, 0.5, -1\" (categories, then numbers), past=file.npy (an array, "
        "as the model takes it)", flag_values=values,
    )  # fmt: skip
    flags.DEFINE_integer("label", None, "the same as --condition label=…", flag_values=values)
    flags.DEFINE_float(
        "temperature", None, "of a model of text, above 0: lower is surer and less varied",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_string(
        "prompt", None, "of a model of text: how all samples begin", flag_values=values
    )
    flags.DEFINE_string(
        "output", None, "the grid's file, or the text's; samples.png or samples.txt if left away",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_string("array", None, "also write uint8 images to this .npy", flag_values=values)


def main(values, overrides):
    """Sample and write."""
    from tfgan_zoo.cli.main import UsageError

    if overrides or bool(values.savedmodel) == bool(values.workdir):
        raise UsageError("sample needs one of --savedmodel=… and --workdir=…")
    given = {name: values[name].value for name in ("truncation", "temperature", "prompt")}
    chosen = {name: value for name, value in given.items() if value is not None}
    of_label = [] if values.label is None else [f"label={values.label}"]
    told = conditions.read([*values.condition, *of_label])
    if values.savedmodel:
        served = load(values.savedmodel)
        is_text, what = "texts" in _outputs(served, "sample"), "SavedModel"
    else:
        from tfgan_zoo.cli import experiment
        from tfgan_zoo.cli.workdir import Workdir

        served = experiment.restore(Workdir(values.workdir), values.checkpoint)
        is_text, what = hasattr(served, "generate_texts"), "model"
        if not is_text and not hasattr(served, "generate"):
            command = "animate" if hasattr(served, "animate") else "translate"
            raise ValueError(
                f"{type(served).__name__} makes nothing of latents; see `tfgan-zoo {command}`"
            )
    foreign = ("truncation", *told) if is_text else ("temperature", "prompt")
    for name in foreign:
        if name in chosen or name in told:
            raise ValueError(f"--{name}: this {what} makes {'text' if is_text else 'images'}")
    if is_text:
        return _sample_texts(values, served, chosen)
    return _sample_images(values, served, chosen | told)


def load(path):
    """Load a SavedModel.

    Raises:
        ValueError: it is none.
    """
    import tensorflow as tf

    if not (Path(path) / "saved_model.pb").exists():
        raise ValueError(f"{str(path)!r} is not a SavedModel (no saved_model.pb in it)")
    return tf.saved_model.load(str(path))


def _outputs(served, signature):
    with contextlib.suppress(KeyError):
        return served.signatures[signature].structured_outputs
    return {}


def _sample_images(values, served, chosen):
    from tfgan_zoo import files, pictures

    output = values.output or "samples.png"
    check_output(output)
    if values.savedmodel:
        facts = conditions.facts_of(values.savedmodel)
        images = from_savedmodel(served, values.n, values.seed, facts, **chosen)
    else:
        told = conditions.of_model(served, chosen)
        images = pictures.to_uint8(served.generate(values.n, seed=values.seed, **told))
    write_grid(output, images)
    if values.array:
        import numpy as np

        Path(values.array).parent.mkdir(parents=True, exist_ok=True)
        with files.whole(values.array) as file:
            np.save(file, images)
    print(f"{len(images)} samples: {output}")


def _sample_texts(values, served, chosen):
    from tfgan_zoo import files

    output = Path(values.output or "samples.txt")
    if values.array or output.suffix == ".png":
        raise ValueError("this model makes text: give --output=FILE.txt, and no --array")
    temperature, prompt = chosen.get("temperature", 1.0), chosen.get("prompt", "")
    if not temperature > 0:
        raise ValueError(f"--temperature={temperature:g}, expected a number above 0")
    if values.savedmodel:
        texts = texts_from_savedmodel(served, values.n, values.seed, temperature, prompt)
    else:
        options = {"temperature": temperature, "prompts": prompt or None}
        texts = served.generate_texts(values.n, seed=values.seed, **options)
    output.parent.mkdir(parents=True, exist_ok=True)
    files.write_text(output, "".join(f"{text}\n" for text in texts))
    print("\n".join(texts[:8]) + ("\n…" if len(texts) > 8 else ""))
    print(f"{len(texts)} samples: {output}")


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


def from_savedmodel(served, n, seed, facts=None, **chosen):
    """Return n uint8 images from a SavedModel's signature `sample_uint8`, or `sample_given_uint8`.

    Args:
        served: what `load` returned.
        n: how many.
        seed: int, for the latents.
        facts: dict of what the SavedModel says of itself, see `conditions.of_signature`.
        **chosen: further inputs, of a signature that has them: one for all images.

    Raises:
        ValueError: a SavedModel without that signature, or a signature without such an input.
    """
    import tensorflow as tf

    signatures = served.signatures
    if "sample_uint8" not in signatures:
        raise ValueError(
            f"this SavedModel has no signature 'sample_uint8', only {', '.join(signatures)}: it "
            "translates or animates images, or was not exported by tfgan_zoo"
        )
    sample = signatures["sample_uint8"]
    _, taken = sample.structured_input_signature
    if "sample_given_uint8" in signatures and not chosen.keys() <= taken.keys():
        sample = signatures["sample_given_uint8"]
        _, taken = sample.structured_input_signature
    if "truncation" in chosen and "truncation" not in taken:
        raise ValueError(
            "--truncation: this SavedModel takes latents as they are; sample from the run, with --workdir=…"
        )
    for name, value in chosen.items():
        if name not in taken:
            known = conditions.named_in(taken)
            raise ValueError(
                f"--condition {name}={value}: " + errors.unknown("condition", name, known)
            )
        if not conditions.is_told(name, value, taken[name]):
            raise ValueError(
                f"--condition {name}={value}: a SavedModel is told one number, one text, a sound's wav file "
                "or an array's .npy file from here; or sample from the run, with --workdir=…"
            )
    missing = sorted(taken.keys() - {"n", "seed", *chosen})
    if missing:
        raise ValueError(f"this SavedModel needs {missing[0]}, too: --condition {missing[0]}=…")
    inputs = {"n": n, "seed": seed, **chosen}

    def tensor(name, spec):
        one = tf.constant(
            conditions.of_signature(name, inputs[name], spec, facts or {}), spec.dtype
        )
        return tf.repeat(one[None], n, axis=0) if spec.shape.rank else one

    try:
        answer = sample(**{name: tensor(name, spec) for name, spec in taken.items()})
    except tf.errors.InvalidArgumentError as error:
        told = ", ".join(f"{name}={value}" for name, value in chosen.items())
        raise ValueError(f"--condition {told}: {_said(error)}") from None
    return answer["images"].numpy()


def _said(error):
    """Return what an assertion in a graph says."""
    return (error.message.partition("assertion failed: ")[2].splitlines() or [error.message])[0]


def texts_from_savedmodel(served, n, seed, temperature=1.0, prompt=""):
    """Return n texts from a SavedModel, a list of strings.

    Args:
        served: what `load` returned.
        n: how many.
        seed: int.
        temperature: above 0.
        prompt: how all of them begin.

    Raises:
        ValueError: words that the model does not know.
    """
    import tensorflow as tf

    try:
        answer = served.signatures["serving_default"](
            prompts=tf.fill([n], prompt),
            seed=tf.constant(seed, tf.int64),
            temperature=tf.constant(temperature, tf.float32),
        )
    except tf.errors.InvalidArgumentError as error:
        raise ValueError(f"--prompt={prompt!r}: {_said(error)}") from None
    return [text.decode("utf-8") for text in answer["texts"].numpy()]


def write_grid(path, images, columns=None):
    """Write a PNG grid, enlarged so that small images can be seen; folders are made."""
    from tfgan_zoo import pictures

    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = pictures.enlarge(pictures.grid(images, columns), min(images.shape[1:3]))
    pictures.write_png(path, picture)
