"""Policy gradients: what a generator of tokens learns from, since no gradient flows through a choice.

A turn's sentences earn returns (`rewards`), a baseline makes them advantages (`baselines`), and `loss` is
REINFORCE's. Sentences are written first; their log-probabilities come from one teacher-forced pass.
"""

from tfgan_zoo.losses.policy import baselines, goals, rewards
from tfgan_zoo.losses.policy.reinforce import loss
from tfgan_zoo.losses.policy.turn import Turn

__all__ = ["Turn", "baselines", "goals", "loss", "rewards"]
