"""What `--condition NAME=VALUE` tells a model: numbers, a text, or a file of a sound or an array."""

import contextlib
from pathlib import Path

# As `training.export` writes it, which is not imported where a SavedModel serves by itself.
_FACTS_FILE = "assets.extra/model.json"
# What samples are drawn from has flags of its own.
_NO_CONDITIONS = ("latents", "n", "seed", "batch_size", "truncation")


def read(flags_given):
    """Return dict of name -> text of what `--condition` flags, NAME=VALUE each, ask for.

    Raises:
        UsageError: one that is not NAME=VALUE, a name that is given twice, or one that is no condition.

    >>> read(["label=7", "caption=a small red circle"])
    {'label': '7', 'caption': 'a small red circle'}
    """
    from tfgan_zoo.cli.main import UsageError

    found = {}
    for given in flags_given:
        name, equals, value = given.partition("=")
        if not name or not equals:
            raise UsageError(f"--condition={given!r}: expected NAME=VALUE, such as label=7")
        if name in _NO_CONDITIONS:
            raise UsageError(
                f"--condition={given!r}: {name} is no condition; --n, --seed and --truncation say how many "
                "samples are drawn, which, and from where"
            )
        if name in found:
            raise UsageError(f"--condition: {name} is given twice")
        found[name] = value
    return found


def named_in(inputs):
    """Return the names of what a signature is told, among all that it takes, sorted.

    >>> named_in(["label", "n", "seed"])
    ['label']
    """
    return sorted(set(inputs) - set(_NO_CONDITIONS))


def of_model(model, chosen):
    """Return what `generate` of a model takes, of dict of name -> text or number.

    Raises:
        ValueError: a text that is no such number, or a file that is no sound or array; names the flag.
    """
    specs = model.serving_inputs

    def told(name, value):
        if name not in specs:
            return value
        if specs[name].shape.rank > 1 and hasattr(model, "read_condition"):
            with _about(name, value):
                if specs[name].shape.rank > 2 and not _is_array(value):  # no sound, no codes
                    raise ValueError("expected the .npy file of an array")
                return model.read_condition(_array_or(value), 1)[0]
        return _number_or_text(name, value, specs[name].dtype)

    return {name: told(name, value) for name, value in chosen.items()}


def facts_of(savedmodel):
    """Return dict of what a SavedModel of this package says of itself; empty of others."""
    from tfgan_zoo import files

    path = Path(savedmodel) / _FACTS_FILE
    return files.read_json(path) if path.exists() else {}


def is_told(name, value, spec):
    """Return whether a flag says what a signature's input is: one number or text, a sound, or an array.

    Args:
        name: the input's.
        value: text, or a number.
        spec: its `tf.TensorSpec`.
    """
    return spec.shape.rank < 2 or _is_sound(name, spec) or _is_array(value)


def of_signature(name, value, spec, facts):
    """Return what a SavedModel's signature takes for each sample: a number, a text, a sound, or an array.

    A sound is read from a wav file and brought to the rate that the SavedModel says; one that says none gets
    it at the file's own, and a warning says so. It is padded with zeros, or cut, to the input's length.

    Args:
        name: the input's.
        value: text, or a number.
        spec: its `tf.TensorSpec`.
        facts: dict of what the SavedModel says of itself, see `facts_of`.

    Raises:
        ValueError: a text that is no such number, or a file that is no sound, or no array of the input's
            shape; names the flag.
    """
    if spec.shape.rank < 2 or not (_is_sound(name, spec) or _is_array(value)):
        if spec.dtype.name == "string" and "tokenizer" in facts:
            _warn_of_unknown_words(value, facts["tokenizer"])
        return _number_or_text(name, value, spec.dtype)
    from tfgan_zoo import sounds

    with _about(name, value):
        if _is_array(value):
            given = _floats_of(value, spec.shape[1:], any_length=_is_sound(name, spec))
        else:
            given = sounds.read_at(value, facts.get("sample_rate"))
        if not _is_sound(name, spec):
            return given
        return sounds.fitted(given, spec.shape[1] or len(given), facts.get("trim", False))


@contextlib.contextmanager
def _about(name, value):
    try:
        yield
    except ValueError as error:
        raise ValueError(f"--condition {name}={value}: {error}") from error


def _warn_of_unknown_words(text, tokenizer):
    from tfgan_zoo.layers import Tokenizer
    from tfgan_zoo.training.captions import warn_of_unknown_words

    warn_of_unknown_words(Tokenizer(**tokenizer), [text])


def _is_array(value):
    return isinstance(value, str) and value.endswith(".npy")


def _array_or(value):
    """Return the array of a .npy file; anything else as it is."""
    from tfgan_zoo import files

    return files.read_array(value) if _is_array(value) else value


def _floats_of(file, shape, any_length):
    """Return the array of a .npy file, of a shape, or of any length; one of one sample is that sample."""
    array = _array_or(file)
    one = array[0] if array.ndim == len(shape) + 1 and len(array) == 1 else array
    fits = one.ndim == 1 if any_length else shape.is_compatible_with(one.shape)
    if not fits or array.dtype.kind != "f":
        raise ValueError(f"it is {array.dtype} {array.shape}, expected floats {shape}")
    return one


def _is_sound(name, spec):
    return name == "audio" and spec.dtype.is_floating and spec.shape.rank == 2


def _number_or_text(name, value, dtype):
    kind = str if dtype.name == "string" else int if dtype.is_integer else float
    try:
        return kind(value)
    except ValueError:
        what = "a whole number" if kind is int else "a number"
        raise ValueError(f"--condition {name}={value}: expected {what}") from None
