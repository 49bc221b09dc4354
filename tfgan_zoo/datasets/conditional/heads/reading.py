"""The pose and the landmarks of a head in an image, found by drawing its person until it looks the same."""

import itertools

import numpy as np

from tfgan_zoo.datasets.conditional.assembled import checked_images
from tfgan_zoo.datasets.conditional.heads import drawing, face

_GRID = {"yaw": 5, "pitch": 5, "roll": 5}  # how many values are tried together, at first
_COARSE = 7  # and of each part of the pose alone
_ROUNDS = 5  # of ever smaller steps


def read_pose(images, person):
    """Return the poses of heads whose persons are known.

    Poses are tried, at first on a grid, then one part after the other in smaller and smaller steps, and the
    nearest by squared difference is kept. Some 400 drawings an image: a second at 64×64 pixels.

    Args:
        images: uint8 [N, H, H, 3].
        person: who they ought to be, see `face.people`.

    Returns:
        Dict of float32 [N] by the names of `face.POSES`.

    Raises:
        ValueError: images of another shape or dtype.

    >>> who, pose = face.people([(0, 0)]), face.poses(np.full((1, 9), 0.25))
    >>> found = read_pose(drawing.render(who, pose, 32), who)
    >>> bool(abs(found["yaw"] - pose["yaw"])[0] < 0.05)
    True
    """
    size = np.asarray(images).shape[1]
    images = checked_images(images, (size, size, 3))
    shares = np.full((len(images), len(face.POSES)), 0.5)
    shares[:, list(face.POSES).index("blink")] = 0.0

    def nearest(candidates):
        """Return, of several shares [N, 9] for each image, those that draw it best."""
        errors = []
        for each in candidates:
            drawn = drawing.render(person, face.poses(each), size)
            errors.append(((drawn.astype(np.float32) - images) ** 2).sum(axis=(1, 2, 3)))
        return np.stack(candidates)[np.argmin(errors, axis=0), np.arange(len(images))]

    def moved(numbers, values):
        each = shares.copy()
        each[:, numbers] = values
        return np.clip(each, 0, 1)

    numbers = [list(face.POSES).index(name) for name in _GRID]
    grid = itertools.product(*(np.linspace(0, 1, count) for count in _GRID.values()))
    shares = nearest([moved(numbers, values) for values in grid])
    for number in 2 * [*range(len(face.POSES))]:
        coarse = np.linspace(0, 1, _COARSE)
        shares = nearest([shares, *(moved(number, value) for value in coarse)])
    step = 1 / (_COARSE - 1)
    for _ in range(_ROUNDS):
        for number in range(len(face.POSES)):
            here = shares[:, number]
            shares = nearest([shares, moved(number, here - step), moved(number, here + step)])
        step /= 2
    return face.poses(shares)


def read_landmarks(images, person):
    """Return the landmarks of heads whose persons are known, float32 [N, 26, 2] in pixels.

    The arguments are those of `read_pose`.

    >>> who, pose = face.people([(0, 1)]), face.poses(np.full((1, 9), 0.5))
    >>> read_landmarks(drawing.render(who, pose, 32), who).shape
    (1, 26, 2)
    """
    found = face.landmarks(person, read_pose(images, person))
    return face.in_pixels(found, np.asarray(images).shape[1])
