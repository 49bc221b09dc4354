"""Feature extractors that name themselves: small classifiers shipped here, and networks that users have.

The zoo's own ones are each a classifier of one data set, trained on that set's training split alone by
`benchmarks/train_extractors.py`, with its weights in `weights/`. Nothing is ever downloaded.

>>> from tfgan_zoo.metrics import extractors
>>> extractors.names()
['digits', 'fashion_mnist', 'mnist', 'shapes']
"""

from pathlib import Path

from tfgan_zoo.errors import unknown
from tfgan_zoo.metrics import inception, user_extractors
from tfgan_zoo.metrics.extractor import Extractor, Features
from tfgan_zoo.metrics.stacked import stacked
from tfgan_zoo.metrics.storage import read

__all__ = ["FORMS", "WEIGHTS", "Extractor", "Features", "get", "load", "names"]

WEIGHTS = Path(__file__).parent / "weights"
_KINDS = {
    "inception": inception.load,
    "keras": user_extractors.keras_application,
    "savedmodel": user_extractors.saved_model,
    "stacked": lambda name: stacked(get(name)),
}
# How extractors of users' own files are written.
FORMS = {
    "keras:NAME:PATH": "a backbone of keras.applications, with a weights file of yours",
    "savedmodel:PATH?range=0,1": "a SavedModel or .keras file of yours, and the range of its images",
    "stacked:mnist": "one of the zoo's own, or of yours, for each of three channels by itself: K³ classes",
    "inception:PATH": "the literature's Inception graph: its Fréchet distance alone is called fid",
}


def names():
    """Return the names of the zoo's own extractors, sorted."""
    return sorted(path.stem for path in WEIGHTS.glob("*.json"))


def get(name):
    """Return an extractor: one of the zoo's own by its data set, or a network that the user has.

    | name | what it is |
    |---|---|
    | `digits`, `mnist`, … | the zoo's own, with the hash of its files verified |
    | `keras:NAME:PATH` | a backbone of `keras.applications`, see `user_extractors.keras_application` |
    | `savedmodel:PATH?range=0,1` | a SavedModel or a .keras file, see `user_extractors.saved_model` |
    | `stacked:mnist` | one of the others for each of three channels, see `stacked.stacked` |
    | `inception:PATH` | the network of the literature's FID, see `inception.load` |

    Args:
        name: one of `names()`: `"digits"` (16×16×1), `"mnist"` and `"fashion_mnist"` (28×28×1), or
            `"shapes"` (32×32×3, the class is the main shape's); or one of the other forms above.

    Returns:
        `Extractor`, named with the first 8 digits of the hash of its weights, e.g. `digits_cnn-1a2b3c4d`.

    Raises:
        ValueError: for an unknown name, with the nearest one; for damaged, altered or unfitting files.
        FileNotFoundError: where there is no file at the path given.

    >>> get("digits").name.startswith("digits_cnn-")
    True
    """
    kind, colon, rest = name.partition(":")
    if colon:
        if kind not in _KINDS:
            raise ValueError(unknown("kind of extractor", kind, _KINDS))
        return _KINDS[kind](rest)
    if name not in names():
        raise ValueError(unknown("extractor", name, [*names(), *FORMS]))
    return load(WEIGHTS / f"{name}.json")


def load(path):
    """Return an extractor from `<name>.json` and the `<name>.npz` beside it.

    Args:
        path: of the JSON file, as `benchmarks/train_extractors.py --out` wrote it.

    Raises:
        FileNotFoundError: where one of the two files is missing.
        ValueError: where they are damaged or do not match their hash.
    """
    path = Path(path)
    network, spec = read(path)
    return Extractor(
        network,
        name=f"{path.stem}_cnn-{spec['hash'][:8]}",
        image_shape=spec["image_shape"],
        num_classes=spec["num_classes"],
    )
