"""What a cartoon head says: a voice whose loudness is known at every moment."""

import numpy as np

from tfgan_zoo.datasets.draws import uniforms

SAMPLE_RATE = 8_000
LENGTH = 1_024  # samples that a frame comes with
SECONDS = 4.0  # how long somebody speaks before the same comes again
_SYLLABLES = 14  # in that time
_NOISE = 0.004
_OVERTONES = 6


def loudness(key, times):
    """Return how loud a voice is, and so how far its mouth is open.

    Args:
        key: ints that tell who speaks, see `uniforms`.
        times: seconds, floats of any shape.

    Returns:
        float64 in [0, 1], smooth, of the same shape.

    >>> bool(loudness([1], np.linspace(0, 4, 999)).max() > 0.5)
    True
    """
    drawn = uniforms([*key, 4], 3 * _SYLLABLES).reshape(3, _SYLLABLES)
    middles = (np.arange(_SYLLABLES) + 0.2 + 0.6 * drawn[0]) * SECONDS / _SYLLABLES
    widths, heights = 0.05 + 0.05 * drawn[1], 0.15 + 0.85 * drawn[2]
    apart = np.mod(np.asarray(times)[..., None] - middles + SECONDS / 2, SECONDS) - SECONDS / 2
    return np.minimum((heights * np.exp(-((apart / widths) ** 2))).sum(axis=-1), 1)


def voice(key, samples):
    """Return what is heard: a buzz of the voice's own pitch, as loud as `loudness`, and a faint noise.

    Args:
        key: ints that tell who speaks.
        samples: the samples' numbers, ints of any shape.

    Returns:
        float32 in [-1, 1], of the same shape; 8,000 samples a second.

    >>> voice([1], np.arange(100)).shape
    (100,)
    """
    times = np.asarray(samples) / SAMPLE_RATE
    pitch, phase = uniforms([*key, 5], 2)
    pitch = 90 + 140 * pitch
    buzz = sum(
        np.sin(2 * np.pi * (number * pitch * times + number**2 * phase)) / number
        for number in range(1, _OVERTONES + 1)
    )
    hiss = 2 * uniforms([*key, 6], SAMPLE_RATE)[np.mod(samples, SAMPLE_RATE)] - 1
    return (0.4 * loudness(key, times) * buzz + _NOISE * hiss).astype(np.float32)
