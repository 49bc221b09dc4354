"""Rewards: what a sentence, or each of its tokens, is worth to the generator."""

from tfgan_zoo import registry
from tfgan_zoo.losses.policy.rewards.base import Reward
from tfgan_zoo.losses.policy.rewards.bleu import Bleu, sentence_bleu
from tfgan_zoo.losses.policy.rewards.rank import Rank, rank_scores
from tfgan_zoo.losses.policy.rewards.roll_outs import RollOuts
from tfgan_zoo.losses.policy.rewards.sentence import Constant, DensityRatio, Sequence
from tfgan_zoo.losses.policy.rewards.steps import Steps

__all__ = [
    "Bleu",
    "Constant",
    "DensityRatio",
    "Rank",
    "Reward",
    "RollOuts",
    "Sequence",
    "Steps",
    "get",
    "names",
    "rank_scores",
    "sentence_bleu",
]

_REWARDS = {
    cls.kind: cls for cls in (Bleu, Constant, DensityRatio, Rank, RollOuts, Sequence, Steps)
}


def names():
    """Return the names that `get` knows."""
    return sorted(_REWARDS)


def get(reward):
    """Return a reward by name, by a dict with its name and arguments, or the object itself.

    Raises:
        ValueError: unknown name or argument (with the nearest), or an object that is no reward.

    >>> get({"name": "roll_outs", "count": 4}).count
    4
    """
    made = registry.make("reward", _REWARDS, reward)
    if not isinstance(made, Reward):
        raise ValueError(
            f"a reward is one of {', '.join(names())}, or an object of a subclass of "
            f"losses.policy.rewards.Reward; got {reward!r}"
        )
    return made
