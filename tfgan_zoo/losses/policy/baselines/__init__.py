"""Baselines: what is subtracted from returns, so that their noise moves the generator less."""

from tfgan_zoo import registry
from tfgan_zoo.losses.policy.baselines.base import Baseline, NoBaseline
from tfgan_zoo.losses.policy.baselines.critic import Critic
from tfgan_zoo.losses.policy.baselines.means import BatchMean, MovingMean
from tfgan_zoo.losses.policy.baselines.self_critical import SelfCritical

__all__ = [
    "Baseline",
    "BatchMean",
    "Critic",
    "MovingMean",
    "NoBaseline",
    "SelfCritical",
    "get",
    "names",
]

_BASELINES = {cls.kind: cls for cls in (BatchMean, Critic, MovingMean, NoBaseline, SelfCritical)}


def names():
    """Return the names that `get` knows."""
    return sorted(_BASELINES)


def get(baseline):
    """Return a baseline by name, by a dict with its name and arguments, or the object itself.

    Raises:
        ValueError: unknown name or argument (with the nearest), or an object that is no baseline.

    >>> get({"name": "moving_mean", "decay": 0.9}).decay
    0.9
    """
    made = registry.make("baseline", _BASELINES, baseline)
    if not isinstance(made, Baseline):
        raise ValueError(
            f"a baseline is one of {', '.join(names())}, or an object of a subclass of "
            f"losses.policy.baselines.Baseline; got {baseline!r}"
        )
    return made
