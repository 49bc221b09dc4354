"""The training images that generated ones come nearest to, mirrored or moved a little."""

import dataclasses
import itertools

import numpy as np

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.images import as_image_set
from tfgan_zoo.metrics.nearest import blocks, nearest_of_groups


@dataclasses.dataclass(frozen=True)
class ImageNeighbours:
    """The k nearest training images of N generated ones, nearest first.

    Attributes:
        indices: int64 [N, k], of the training images; no image comes twice for one sample.
        distances: float64 [N, k], root mean squared difference of the compared pixels, in levels
            of 0..255; exactly 0 for copies.
        flipped: bool [N, k], whether the sample is the neighbour's mirror image.
        shifts: int64 [N, k, 2], by how many pixels (down, right) the neighbour has to be moved to
            lie on the sample, or on the sample mirrored back.
    """

    indices: np.ndarray
    distances: np.ndarray
    flipped: np.ndarray
    shifts: np.ndarray


def nearest_neighbours(images, training_images, *, flips=True, shifts=1, count=1):
    """Return the training images nearest to each image in pixels, under mirroring and small shifts.

    The middle of a training image, without `shifts` pixels at each edge, is compared with every
    window of its size in the sample and in the sample's mirror image; the best one counts. The time
    is that of one matrix product for each; the memory, that of the training images as uint8.

    Pixels see copies, not likenesses: a copy that is zoomed, turned, recoloured or moved further
    escapes. A small distance by itself proves nothing either, as simple or blurry images are near to
    something anyway: `copying_share` compares it with the further neighbours and with held-out images.

    Args:
        images: generated images, array or tensor [N, H, W, C], uint8, or floating in [-1, 1], which is
            rounded to 256 levels.
        training_images: [M, H, W, C], likewise.
        flips: whether mirror images, left to right, are compared too.
        shifts: the largest shift in pixels, in each direction.
        count: k, the number of neighbours.

    Returns:
        `ImageNeighbours`.

    Raises:
        ValueError: for another rank, dtype or range, images of different shapes, fewer than k training
            images, or a shift that leaves nothing to compare.

    >>> training = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 1), dtype=np.uint8)
    >>> found = nearest_neighbours(training[[3, 7], :, ::-1], training)
    >>> found.indices.ravel().tolist(), found.distances.ravel().tolist()
    ([3, 7], [0.0, 0.0])
    >>> found.flipped.ravel().tolist(), found.shifts[:, 0].tolist()
    ([True, True], [[0, 0], [0, 0]])
    """
    check_ints(0, shifts=shifts)
    check_ints(1, count=count)
    images, training = as_image_set(images), as_image_set(training_images)
    if images.shape[1:] != training.shape[1:]:
        raise ValueError(
            f"images are {list(images.shape[1:])} and training_images {list(training.shape[1:])}, "
            "expected the same height, width and channels"
        )
    if len(training) < count:
        raise ValueError(f"{count} neighbours need as many training images, got {len(training)}")
    if min(images.shape[1:3]) <= 2 * shifts:
        raise ValueError(
            f"shifts of {shifts} pixels leave nothing of images of {images.shape[1]}×{images.shape[2]}"
        )
    moves = _moves(flips, shifts)
    middles = _window(training, shifts, False, 0, 0)
    parts = []
    for start, stop in blocks(len(images), middles.shape[1], len(moves)):
        windows = [_window(images[start:stop], shifts, *move) for move in moves]
        parts.append(_matched(np.stack(windows, axis=1), middles, count))
    indices, distances, move = (np.concatenate(values) for values in zip(*parts, strict=True))
    moves = np.array(moves)[move]
    return ImageNeighbours(indices, distances, moves[..., 0].astype(bool), moves[..., 1:])


def _moves(flips, shifts):
    """Return (flipped, down, right) of all comparisons, the plain one first: it wins ties."""
    line = range(-shifts, shifts + 1)
    moves = itertools.product((False, True) if flips else (False,), line, line)
    return sorted(moves, key=lambda move: (move[0], abs(move[1]) + abs(move[2])))


def _window(images, margin, flipped, down, right):
    _, height, width, _ = images.shape
    images = images[:, :, ::-1] if flipped else images
    top, left = margin + down, margin + right
    window = images[:, top : top + height - 2 * margin, left : left + width - 2 * margin]
    return window.reshape(len(images), -1)


def _matched(windows, middles, count):
    """Return indices, distances and numbers of moves [B, k] for windows [B, T, D]."""
    indices = nearest_of_groups(windows, middles, count)
    distances, moves = [], []
    for column in indices.T:
        differences = windows - middles[column][:, None].astype(np.float64)
        squared = np.mean(differences**2, axis=2)
        distances.append(np.sqrt(squared.min(axis=1)))
        moves.append(squared.argmin(axis=1))
    return indices, np.stack(distances, axis=1), np.stack(moves, axis=1)
