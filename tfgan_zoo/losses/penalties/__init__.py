"""Penalties: terms added to a player's loss, any number at once."""

from tfgan_zoo import registry
from tfgan_zoo.losses.penalties.base import Penalty, Turn
from tfgan_zoo.losses.penalties.clipping import WeightClipping
from tfgan_zoo.losses.penalties.consistency import (
    BalancedConsistency,
    ConsistencyRegularization,
    LatentConsistency,
)
from tfgan_zoo.losses.penalties.drift import Drift
from tfgan_zoo.losses.penalties.features import FeatureMatching, PullAway
from tfgan_zoo.losses.penalties.gradients import (
    DRAGAN,
    R1,
    R2,
    GradientPenalty,
    ZeroCentredGradientPenalty,
)
from tfgan_zoo.losses.penalties.lecam import LeCam
from tfgan_zoo.losses.penalties.mode_seeking import ModeSeeking
from tfgan_zoo.losses.penalties.path_length import PathLength
from tfgan_zoo.losses.penalties.weights import HistoricalAveraging, Orthogonal

__all__ = [
    "DRAGAN",
    "R1",
    "R2",
    "BalancedConsistency",
    "ConsistencyRegularization",
    "Drift",
    "FeatureMatching",
    "GradientPenalty",
    "HistoricalAveraging",
    "LatentConsistency",
    "LeCam",
    "ModeSeeking",
    "Orthogonal",
    "PathLength",
    "Penalty",
    "PullAway",
    "Turn",
    "WeightClipping",
    "ZeroCentredGradientPenalty",
    "describe",
    "get",
    "names",
]

_PENALTIES = {
    cls.kind: cls
    for cls in (
        BalancedConsistency,
        ConsistencyRegularization,
        DRAGAN,
        Drift,
        FeatureMatching,
        GradientPenalty,
        HistoricalAveraging,
        LatentConsistency,
        LeCam,
        ModeSeeking,
        Orthogonal,
        PathLength,
        PullAway,
        R1,
        R2,
        WeightClipping,
        ZeroCentredGradientPenalty,
    )
}


def names():
    """Return the names that `get` knows."""
    return sorted(_PENALTIES)


def describe(name):
    """Return a line that says what the penalty of that name is.

    >>> describe("r1")
    '½ ‖∇D(x)‖² at real images (Mescheder, Geiger & Nowozin 2018, arXiv 1801.04406).'
    """
    return registry.summary(type(get(name)))


def get(penalty):
    """Return a penalty by name, by a dict with its name and arguments, or the object itself.

    Raises:
        ValueError: unknown name or argument (with the nearest), or an object that is no penalty.

    >>> get({"name": "r1", "weight": 1.0}).weight
    1.0
    """
    made = registry.make("penalty", _PENALTIES, penalty)
    if not isinstance(made, Penalty):
        raise ValueError(
            f"a penalty is one of {', '.join(names())}, or an object of a subclass of "
            f"losses.penalties.Penalty; got {penalty!r}"
        )
    return made
