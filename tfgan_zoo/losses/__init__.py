"""Losses: pure functions on tensors, reduced in float32."""

import functools

from tfgan_zoo import registry
from tfgan_zoo.losses import penalties, policy
from tfgan_zoo.losses.base import AdversarialLoss, FunctionPair
from tfgan_zoo.losses.classifiers import LabelledLoss, LeastSquares, Minimax, NonSaturating
from tfgan_zoo.losses.critics import Hinge, Wasserstein
from tfgan_zoo.losses.energy import BEGAN, EnergyBased
from tfgan_zoo.losses.f_divergences import DIVERGENCES, FDivergence
from tfgan_zoo.losses.f_gan import FGAN
from tfgan_zoo.losses.relativistic import RelativisticAverage, RelativisticPaired

__all__ = [
    "BEGAN",
    "DIVERGENCES",
    "FGAN",
    "AdversarialLoss",
    "EnergyBased",
    "FDivergence",
    "FunctionPair",
    "Hinge",
    "LabelledLoss",
    "LeastSquares",
    "Minimax",
    "NonSaturating",
    "RelativisticAverage",
    "RelativisticPaired",
    "Wasserstein",
    "describe",
    "get",
    "names",
    "penalties",
    "policy",
]

_LOSSES = {
    cls.name: cls
    for cls in (
        BEGAN,
        EnergyBased,
        Hinge,
        LeastSquares,
        Minimax,
        NonSaturating,
        RelativisticAverage,
        RelativisticPaired,
        Wasserstein,
    )
} | {f"f_{name}": functools.partial(FGAN, name) for name in DIVERGENCES}


def names():
    """Return the names that `get` knows."""
    return sorted(_LOSSES)


def describe(name):
    """Return a line that says what the loss of that name is.

    >>> describe("f_pearson")
    'f-GAN (Nowozin et al. 2016, 1606.00709): Pearson χ² divergence E_Q (p/q - 1)².'
    """
    return get(name).description()


def get(loss):
    """Return an adversarial loss by name, by a dict with its name and arguments, or the object itself.

    Args:
        loss: one of these; a pair of functions of (real_logits, fake_logits), the discriminator's and the
            generator's; or any object with methods `discriminator(real_logits, fake_logits)` and
            `generator(real_logits, fake_logits)`.

    Raises:
        ValueError: unknown name or argument (with the nearest), or an object without the two methods.

    >>> get("least_squares").name
    'least_squares'
    >>> get({"name": "non_saturating", "label_smoothing": 0.1}).label_smoothing
    0.1
    """
    if isinstance(loss, tuple) and len(loss) == 2:
        return FunctionPair(*loss)
    try:
        made = registry.make("loss", _LOSSES, loss)
    except ValueError as error:
        hint = _losses_that_take(loss)
        if not hint:
            raise
        raise ValueError(f"{error}; {hint}") from None
    sides = ("discriminator", "generator")
    if isinstance(made, type) or not all(callable(getattr(made, side, None)) for side in sides):
        raise ValueError(
            f"a loss is one of {', '.join(names())}, a pair of functions, or an object with methods "
            f"discriminator(real_logits, fake_logits) and generator(real_logits, fake_logits); "
            f"got {loss!r}"
        )
    return made


def _losses_that_take(given):
    """Return which other losses take the arguments that this one does not."""
    given = {"name": given} if isinstance(given, str) else dict(given.items())
    if given.get("name") not in list(_LOSSES):  # a list compares what has no hash
        return ""
    taken = {name: registry.parameters(cls) for name, cls in _LOSSES.items()}
    hints = []
    for argument in given.keys() - {"name"} - taken[given["name"]].keys():
        others = sorted(name for name in taken if argument in taken[name])
        if others:
            hints.append(f"{argument} is an argument of {', '.join(others)}")
    return "; ".join(sorted(hints))
