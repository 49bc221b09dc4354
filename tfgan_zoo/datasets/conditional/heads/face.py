"""Cartoon heads in numbers: who they are, what they do, and where their landmarks are.

Coordinates span [-1, 1] over the image, x to the right and y downwards. A point of the face is (u, v) in
[-1, 1], as it lies on an egg that is seen from the front; the egg turns.
"""

import numpy as np

from tfgan_zoo.datasets.draws import uniforms

LANDMARKS = (
    *(f"contour {where}" for where in ("left", "jaw left", "chin", "jaw right", "right")),
    *(f"brow {side} {where}" for side in ("left", "right") for where in ("from", "middle", "to")),
    "nose",
    *(
        f"eye {side} {where}"
        for side in ("left", "right")
        for where in ("from", "to", "top", "bottom")
    ),
    *(f"pupil {side}" for side in ("left", "right")),
    *(f"mouth {where}" for where in ("left", "right", "top", "bottom")),
)
# What a head does: (smallest, largest). Angles in radians; the others are shares of what is possible.
POSES = {
    "yaw": (-0.5, 0.5),  # to the right of the picture
    "pitch": (-0.25, 0.25),  # downwards
    "roll": (-0.18, 0.18),  # clockwise
    "open": (0.0, 1.0),  # the mouth
    "wide": (-1.0, 1.0),  # the mouth: from pursed to smiling
    "brows": (-1.0, 1.0),  # from low to raised
    "blink": (0.0, 1.0),  # the eyes: from open to closed
    "gaze_x": (-1.0, 1.0),
    "gaze_y": (-1.0, 1.0),
}
PIVOT = 0.6  # y of the neck, about which heads roll
_KEY = 72  # of these random numbers
_RANGES = {
    "width": (0.48, 0.58),
    "height": (0.60, 0.70),
    "jaw": (0.0, 0.28),
    "ears": (0.09, 0.14),
    "fringe": (0.38, 0.66),
    "parting": (-0.22, 0.22),
    "volume": (0.06, 0.16),
    "sides": (0.10, 0.55),
    "length": (-0.35, 0.75),
    "eye_u": (0.38, 0.46),
    "eye_v": (-0.14, 0.0),
    "eye_width": (0.115, 0.15),
    "eye_height": (0.11, 0.16),
    "brow_gap": (0.08, 0.13),
    "brow_size": (0.020, 0.036),
    "brow_slope": (-0.025, 0.035),
    "nose_v": (0.17, 0.26),
    "nose_size": (0.045, 0.075),
    "mouth_v": (0.50, 0.58),
    "mouth_width": (0.16, 0.22),
    "blush": (0.0, 0.45),
}
_COLOURS = {
    "skin": [
        (255, 224, 196),
        (244, 202, 164),
        (226, 172, 128),
        (190, 132, 92),
        (142, 92, 62),
        (98, 64, 46),
    ],
    "hair": [
        (40, 32, 34),
        (84, 54, 36),
        (140, 86, 44),
        (214, 160, 80),
        (176, 68, 36),
        (150, 150, 158),
    ],
    "eyes": [(84, 54, 36), (60, 110, 170), (70, 130, 84), (112, 120, 132)],
    "shirt": [
        (206, 76, 70),
        (66, 112, 186),
        (84, 156, 108),
        (236, 180, 70),
        (120, 88, 160),
        (70, 74, 88),
    ],
    "ground": [(190, 220, 236), (246, 222, 190), (206, 232, 202), (232, 206, 226), (222, 224, 230)],
}


def people(keys):
    """Return who the heads belong to.

    Args:
        keys: (split, index) of each, ints; the same key, the same person.

    Returns:
        Dict of float32 arrays [N] by feature, `glasses` as 0 or 1 among them, and of colours [N, 3] in
        [0, 255]: `skin`, `hair`, `eyes`, `shirt` and `ground` (what is behind the head).

    >>> people([(0, 0), (0, 1)])["skin"].shape
    (2, 3)
    """
    count = len(_RANGES) + 1 + 2 * len(_COLOURS)
    drawn = np.stack([uniforms([_KEY, *key], count) for key in keys])
    made = {
        name: low + (high - low) * drawn[:, number]
        for number, (name, (low, high)) in enumerate(_RANGES.items())
    }
    made["glasses"] = (drawn[:, len(_RANGES)] < 0.25).astype(float)
    for number, (name, palette) in enumerate(_COLOURS.items()):
        first = len(_RANGES) + 1 + 2 * number
        palette = np.array(palette, float)
        colours = palette[(drawn[:, first] * len(palette)).astype(int)]
        made[name] = colours * (0.94 + 0.1 * drawn[:, first + 1, None])  # none is quite as another
    return {name: np.minimum(values, 255).astype(np.float32) for name, values in made.items()}


def poses(shares):
    """Return poses from shares of what is possible.

    Args:
        shares: [N, 9] in [0, 1], in the order of `POSES`.

    Returns:
        Dict of float32 arrays [N] by the names of `POSES`.

    >>> float(poses(np.full((1, 9), 0.5))["yaw"][0])
    0.0
    """
    return {
        name: (low + (high - low) * shares[:, number]).astype(np.float32)
        for number, (name, (low, high)) in enumerate(POSES.items())
    }


def taken(values, rows):
    """Return some rows of `people` or `poses`.

    >>> taken(people([(0, 0), (0, 1)]), [1, 1])["jaw"].shape
    (2,)
    """
    return {name: each[rows] for name, each in values.items()}


def geometry(person, pose):
    """Return where the parts of heads are, before they roll.

    Args:
        person: see `people`, of N heads.
        pose: see `poses`, of as many.

    Returns:
        Dict of float32 arrays [N]: `x`, `y` and sizes of parts, see the code.

    >>> parts = geometry(people([(0, 0)]), poses(np.full((1, 9), 0.5)))
    >>> bool(parts["left_eye_x"] == -parts["right_eye_x"])
    True
    """
    a, b, yaw, pitch = person["width"], person["height"], pose["yaw"], pose["pitch"]

    def at(u, v):
        """Return x, y and by how much things there are foreshortened."""
        latitude = np.arcsin(v)
        parallel = np.cos(latitude)  # the radius on which the point goes round
        longitude = np.arcsin(u / parallel)
        x, y = a * parallel * np.sin(longitude + yaw), b * np.sin(latitude + pitch)
        return (
            x,
            y,
            np.cos(longitude + yaw) / np.cos(longitude),
            np.cos(latitude + pitch) / np.cos(latitude),
        )

    parts = {}
    for side, sign in (("left", -1), ("right", 1)):
        x, y, flat_x, flat_y = at(sign * person["eye_u"], person["eye_v"])
        width, height = person["eye_width"] * flat_x, person["eye_height"] * flat_y
        parts |= {
            f"{side}_eye_x": x,
            f"{side}_eye_y": y,
            f"{side}_eye_width": width,
            f"{side}_eye_height": height * (1 - 0.94 * pose["blink"]),
            f"{side}_iris": 0.68 * person["eye_height"] * flat_y,
            f"{side}_iris_width": 0.68 * person["eye_height"] * flat_x,
            f"{side}_iris_x": x + 0.42 * width * pose["gaze_x"],
            f"{side}_iris_y": y + 0.35 * height * pose["gaze_y"],
            f"{side}_brow_y": y - height - person["brow_gap"] - 0.05 * pose["brows"],
            f"{side}_brow_width": 1.15 * width,
            f"{side}_brow_slope": sign * (person["brow_slope"] - 0.02 * pose["brows"]),
        }
        parts[f"{side}_cheek_x"], parts[f"{side}_cheek_y"], flat_x, _ = at(sign * 0.56, 0.36)
        parts[f"{side}_cheek_width"] = 0.13 * flat_x
    x, y, _, _ = at(0 * a, person["nose_v"])
    parts["nose_x"], parts["nose_y"] = x + 0.14 * np.sin(yaw), y + 0.1 * np.sin(pitch)
    x, y, flat_x, flat_y = at(0 * a, person["mouth_v"])
    parts |= {
        "mouth_x": x,
        "mouth_y": y,
        "mouth_width": person["mouth_width"] * (1 + 0.28 * pose["wide"]) * flat_x,
        "mouth_height": (0.015 + 0.26 * pose["open"]) * flat_y,
        "mouth_smile": 0.045 + 0.045 * pose["wide"],
    }
    return parts


def landmarks(person, pose):
    """Return where the landmarks of heads are.

    Args:
        person: see `people`, of N heads.
        pose: see `poses`, of as many.

    Returns:
        float32 [N, 26, 2]: x and y of each of `LANDMARKS`, in [-1, 1] where they are in the image.

    >>> landmarks(people([(0, 0)]), poses(np.full((1, 9), 0.5))).shape == (1, len(LANDMARKS), 2)
    True
    """
    parts, a, b = geometry(person, pose), person["width"], person["height"]
    slant = np.float32(np.sqrt(0.5))
    jaw = a * slant * narrowed(person["jaw"], slant)
    points = [(-a, 0 * b), (-jaw, b * slant), (0 * a, b), (jaw, b * slant), (a, 0 * b)]
    for side in ("left", "right"):
        x, y, width = (parts[f"{side}_{what}"] for what in ("eye_x", "brow_y", "brow_width"))
        points += [(x + u * width, brow(parts, side, np.float32(u))) for u in (-1, 0, 1)]
    points.append((parts["nose_x"], parts["nose_y"]))
    for side in ("left", "right"):
        x, y, w, h = (parts[f"{side}_eye_{what}"] for what in ("x", "y", "width", "height"))
        points += [(x - w, y), (x + w, y), (x, y - h), (x, y + h)]
    points += [(parts[f"{side}_iris_x"], parts[f"{side}_iris_y"]) for side in ("left", "right")]
    x, w = parts["mouth_x"], parts["mouth_width"]
    corner = parts["mouth_y"] - parts["mouth_smile"]
    top, bottom = mouth(parts, np.float32(0))
    points += [(x - w, corner), (x + w, corner), (x, top), (x, bottom)]
    x, y = (np.stack(values, axis=1) for values in zip(*points, strict=True))
    sine, cosine = np.sin(pose["roll"])[:, None], np.cos(pose["roll"])[:, None]
    rolled = (x * cosine - (y - PIVOT) * sine, x * sine + (y - PIVOT) * cosine + PIVOT)
    return np.stack(rolled, axis=2).astype(np.float32)


def in_pixels(points, size):
    """Return landmarks in pixels from the top left corner of images of so many pixels.

    >>> in_pixels(np.array([[-1.0, 0.0]]), 64).tolist()
    [[0.0, 32.0]]
    """
    return ((points + 1) * (size / 2)).astype(np.float32)


def narrowed(jaw, v):
    """Return how wide a head is at a height v in [-1, 1], as a share.

    >>> [float(narrowed(0.2, v)) for v in (-0.5, 1.0)]
    [1.0, 0.8]
    """
    return 1 - jaw * np.maximum(v, 0) ** 2


def brow(parts, side, u):
    """Return the y of a brow's middle line; u is in [-1, 1] along it."""
    y, slope = parts[f"{side}_brow_y"], parts[f"{side}_brow_slope"]
    return y - 0.035 * (1 - u * u) + slope * u


def mouth(parts, u):
    """Return the y of the upper and of the lower lip's inner line; u is in [-1, 1] along them."""
    middle = parts["mouth_y"] - parts["mouth_smile"] * u * u
    arch = parts["mouth_height"] * (1 - u * u)
    return middle - 0.45 * arch, middle + 0.55 * arch
