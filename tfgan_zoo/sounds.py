"""Sounds: read from files, brought to a rate and to a length."""

import struct
import warnings
from pathlib import Path

import numpy as np

SILENT = 0.004  # of full scale: below it, all along, there is nothing to hear
_EDGE = 0.03  # of the loudest: what is softer at the ends is cut off


def read(file):
    """Read a wav file.

    Args:
        file: the path; 8 to 32 bit PCM, or floats. Several channels become their mean.

    Returns:
        float32 [T] in [-1, 1], and the rate in samples a second.

    Raises:
        ValueError: it is no wav file, is cut off, or holds nothing; says why.
    """
    from scipy.io import wavfile  # takes a moment: only who has recordings pays

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", wavfile.WavFileWarning)  # notes of other programs
            warnings.filterwarnings("error", "Reached EOF", wavfile.WavFileWarning)
            rate, data = wavfile.read(file)
    except wavfile.WavFileWarning:
        raise ValueError("it is cut off") from None
    except (ValueError, OSError) as error:
        empty = isinstance(error, ValueError) and not Path(file).stat().st_size
        raise ValueError("it is empty" if empty else str(error)) from error
    except (
        struct.error,
        UnboundLocalError,
        ZeroDivisionError,
    ) as error:  # SciPy's, of such headers
        raise ValueError("it is cut off, or its header makes no sense") from error
    if not data.size:
        raise ValueError("it holds no sample")
    if not rate:
        raise ValueError("its rate is 0")
    if data.dtype.kind == "f":
        samples = data.astype(np.float64)
        if not np.isfinite(samples).all():
            raise ValueError("it holds what is no number")
    else:
        middle = 128 if data.dtype == np.uint8 else 0  # 8 bits alone are unsigned
        samples = (data.astype(np.float64) - middle) / 2.0 ** (8 * data.dtype.itemsize - 1)
    mono = samples.reshape(len(data), -1).mean(axis=1)
    return np.clip(mono, -1, 1).astype(np.float32), rate


def read_at(file, rate):
    """Read a wav file at a rate: where it has another it is resampled, and a warning says so.

    Args:
        file: the path, see `read`.
        rate: samples a second; None for the file's own, with a warning that says which that is.

    Returns:
        float32 [T] in [-1, 1].

    Raises:
        ValueError: what cannot be read; says which file, and why.
    """
    try:
        samples, own = read(file)
    except ValueError as error:
        raise ValueError(f"{file} is no wav file that can be read: {error}") from error
    if rate is None:
        warnings.warn(f"{file} is taken at its own {own} Hz: the model says no rate", stacklevel=2)
        return samples
    if own != rate:
        warnings.warn(f"{file} is at {own} Hz: resampled to {rate} Hz", stacklevel=2)
    return resampled(samples, own, rate)


def resampled(samples, rate, wanted):
    """Return a sound at another rate, by a polyphase filter.

    Args:
        samples: float32 [T].
        rate: samples a second.
        wanted: those that there shall be.

    >>> resampled(np.zeros(16_000, np.float32), 16_000, 8_000).shape
    (8000,)
    """
    if rate == wanted:
        return samples
    from scipy import signal  # takes a second: only who has such recordings pays

    common = int(np.gcd(rate, wanted))
    made = signal.resample_poly(samples, wanted // common, rate // common)
    return np.clip(made, -1, 1).astype(np.float32)


def windows(samples, rate, length, frame_rate):
    """Return what is heard around each frame of a film, as long as the sound.

    Args:
        samples: float32 [T].
        rate: samples a second.
        length: samples of a window; it is silent where it reaches over the ends.
        frame_rate: frames a second. The first window has its middle half a frame after the beginning.

    Returns:
        float32 [frames, length], at least one frame.

    >>> windows(np.arange(1, 7, dtype=np.float32), 4, 4, 2).astype(int).tolist()
    [[0, 1, 2, 3], [2, 3, 4, 5], [4, 5, 6, 0]]
    """
    count = max(1, round(len(samples) / rate * frame_rate))
    middles = np.rint((np.arange(count) + 0.5) / frame_rate * rate).astype(int)
    padded = np.pad(samples, (length // 2, length + rate // frame_rate))
    return padded[middles[:, None] + np.arange(length)]


def fitted(samples, length, trim=True):
    """Return a sound of a length: without the silence at its ends, and padded with zeros or cut.

    Args:
        samples: float32 [T].
        length: samples that there shall be.
        trim: whether the silence at its ends is left out.

    Raises:
        ValueError: it is silent, or what is left of it is.

    >>> fitted(np.array([0, 0, 0.5, 0.0, -0.5, 0, 0], np.float32), 4).tolist()
    [0.5, 0.0, -0.5, 0.0]
    """
    loudest = abs(samples).max(initial=0.0)
    if loudest < SILENT:
        raise ValueError("it is silent")
    if trim:
        (heard,) = np.nonzero(abs(samples) >= _EDGE * loudest)
        samples = samples[heard[0] : heard[-1] + 1]
    kept = samples[:length]
    if abs(kept).max(initial=0.0) < SILENT:
        raise ValueError(f"its first {length} samples are silent, and the others are cut off")
    return np.pad(kept, (0, length - len(kept)))
