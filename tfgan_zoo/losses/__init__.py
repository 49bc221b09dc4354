"""Losses: pure functions on tensors, reduced in float32."""

from tfgan_zoo.losses import penalties
from tfgan_zoo.losses.adversarial import (
    AdversarialLoss,
    LeastSquares,
    Minimax,
    NonSaturating,
    get,
    names,
)

__all__ = [
    "AdversarialLoss",
    "LeastSquares",
    "Minimax",
    "NonSaturating",
    "get",
    "names",
    "penalties",
]
