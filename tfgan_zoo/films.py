"""Films as files. GIF needs Pillow alone; MP4 the extra `video`."""

import importlib.util
from pathlib import Path

import numpy as np
from PIL import Image

from tfgan_zoo import errors, files, pictures

KINDS = (".gif", ".mp4")


def write(path, frames, fps=25):
    """Write a film, whole or not at all; folders are made.

    A GIF plays on and on. It has 256 colours a frame, of grey films all that there are, and its pauses are
    whole hundredths of a second; frames that are equal are one frame with a longer pause. An MP4 has H.264
    video, which needs even sides: the last row or column is doubled where they are odd.

    Args:
        path: ends in .gif or .mp4.
        frames: `[T, H, W, C]` with 1 or 3 channels, floats in [-1, 1] or uint8.
        fps: frames a second.

    Raises:
        ValueError: another ending, or frames of another shape.
        ImportError: MP4 without imageio and imageio-ffmpeg; names the extra that has them.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/film.gif", np.linspace(-1, 1, 5)[:, None, None, None] * np.ones([1, 8, 8, 1]))
    ...     Image.open(f"{folder}/film.gif").n_frames
    5
    """
    kind = Path(path).suffix.lower()
    check_kind(kind)
    errors.check_numbers(0.01, 1000, fps=fps)
    frames = np.asarray(frames)
    if frames.ndim != 4 or frames.shape[3] not in (1, 3) or not len(frames):
        raise ValueError(f"frames have shape {frames.shape}, expected (T, H, W, 1 or 3)")
    frames = pictures.to_uint8(frames)
    written = _gif if kind == ".gif" else _mp4
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with files.whole(path) as file:
        written(file, frames, fps)


def check_kind(kind):
    """Refuse films that cannot be written here.

    Args:
        kind: a file name's ending, such as `".gif"`.

    Raises:
        ValueError: another kind than `KINDS`.
        ImportError: `".mp4"` without imageio and imageio-ffmpeg; names the extra that has them.

    >>> check_kind(".gif")
    """
    if kind not in KINDS:
        raise ValueError(errors.unknown("kind of film", kind, KINDS))
    needed = () if kind == ".gif" else ("imageio", "imageio_ffmpeg")
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        raise ImportError(
            f"MP4 needs {' and '.join(missing).replace('_', '-')}: pip install 'tfgan_zoo[video]', or "
            "write a .gif"
        )


def _gif(file, frames, fps):
    if frames.shape[3] == 1:
        images = [Image.fromarray(frame[:, :, 0], "L") for frame in frames]
    else:
        # Each with a palette of its own, and without dots of two colours that would crawl.
        images = [
            Image.fromarray(frame, "RGB").quantize(256, dither=Image.Dither.NONE)
            for frame in frames
        ]
    pause = max(10, 10 * round(100 / fps))
    first, *others = images
    first.save(
        file,
        format="GIF",
        save_all=True,
        append_images=others,
        duration=pause,
        loop=0,
        optimize=False,
    )


def _mp4(file, frames, fps):
    import imageio.v3 as imageio

    odd = [(0, side % 2) for side in frames.shape[1:3]]
    frames = np.pad(frames, [(0, 0), *odd, (0, 0)], mode="edge")
    frames = np.repeat(frames, 3 // frames.shape[3], axis=3)
    file.write(
        imageio.imwrite(
            "<bytes>", frames, extension=".mp4", plugin="FFMPEG", fps=fps, macro_block_size=2
        )
    )
