"""Cartoon heads as images. What is covered in part at an edge is mixed by the distance to the edge."""

import numpy as np

from tfgan_zoo.datasets.conditional.heads import face

VERSION = 1  # changes when images do: then cached ones are drawn again
_CHUNK = 16  # heads drawn at a time: their pixels stay in the processor's cache
_LINE = (48, 36, 40)
_MOUTH, _TONGUE, _TEETH = (110, 30, 42), (226, 110, 116), (250, 248, 244)


def render(person, pose, size):
    """Draw heads.

    Args:
        person: see `face.people`, of N heads.
        pose: see `face.poses`, of as many.
        size: height and width in pixels, an int.

    Returns:
        uint8 [N, size, size, 3].

    >>> render(face.people([(0, 0)]), face.poses(np.full((1, 9), 0.5)), 32).shape
    (1, 32, 32, 3)
    """
    count = len(pose["yaw"])
    made = np.empty((count, size, size, 3), np.uint8)
    for first in range(0, count, _CHUNK):
        rows = slice(first, first + _CHUNK)
        made[rows] = _Canvas(face.taken(person, rows), face.taken(pose, rows), size).drawn()
    return made


class _Canvas:
    """A few heads on their way to be images."""

    def __init__(self, person, pose, size):
        columns = {key: values[:, None, None] for key, values in person.items() if values.ndim == 1}
        self._colours = {
            key: values[:, :, None, None] for key, values in person.items() if values.ndim == 2
        }
        parts = face.geometry(person, pose)
        self._person = columns
        self._pose = {key: values[:, None, None] for key, values in pose.items()}
        self._parts = {key: values[:, None, None] for key, values in parts.items()}
        self._pixel = np.float32(2 / size)
        steps = ((np.arange(size) + 0.5) * 2 / size - 1).astype(np.float32)
        self._x, self._y = steps[None, None, :], steps[None, :, None]
        self._planes = np.empty((len(pose["yaw"]), 3, size, size), np.float32)

    def drawn(self):
        """Return the images, uint8 [N, H, W, 3]."""
        self._planes[:] = self._colours["ground"]
        still = self._x, self._y
        sine, cosine = np.sin(self._pose["roll"]), np.cos(self._pose["roll"])
        x, y = self._x, self._y - face.PIVOT
        rolled = x * cosine + y * sine, y * cosine - x * sine + np.float32(face.PIVOT)
        self._x, self._y = rolled
        self._back_hair()
        self._x, self._y = still
        self._body()
        self._x, self._y = rolled
        self._ears()
        head = self._head()
        self._hair()
        for side in ("left", "right"):
            self._cheek(side, head)
            self._eye(side, head)
            self._brow(side, head)
        self._nose()
        self._mouth()
        self._glasses()
        return np.rint(np.clip(self._planes, 0, 255)).astype(np.uint8).transpose(0, 2, 3, 1)

    def _lay(self, colour, covered):
        if isinstance(colour, tuple):
            colour = np.array(colour, np.float32)[:, None, None]
        self._planes += (colour - self._planes) * covered[:, None]

    def _covered(self, distance):
        """Return which part of each pixel is covered, of its distance to the edge: inside, below 0."""
        return np.clip(0.5 - distance / self._pixel, 0, 1)

    def _ellipse(self, x, y, width, height):
        """Return the distance of each pixel to an ellipse's edge, to first order."""
        across, down = (self._x - x) / width, (self._y - y) / height
        radius = np.sqrt(across * across + down * down) + np.float32(1e-6)
        slope = np.sqrt((across / width) ** 2 + (down / height) ** 2) + np.float32(1e-6)
        return (radius - 1) * radius / slope

    def _egg(self, grown):
        """Return the distance to the head's edge, and to that of a larger one."""
        person = self._person
        narrow = face.narrowed(person["jaw"], self._y / person["height"])
        width, height = person["width"] * (1 + grown), person["height"] * (1 + grown)
        return self._ellipse(0, 0, width * np.maximum(narrow, 0.3), height)

    def _back_hair(self):
        person = self._person
        bottom = person["length"]
        top = -person["height"] * (1 + person["volume"])
        middle, half = (bottom + top) / 2, (bottom - top) / 2
        width = person["width"] * (1 + 0.7 * person["volume"])
        self._lay(
            0.82 * self._colours["hair"], self._covered(self._ellipse(0, middle, width, half))
        )

    def _body(self):
        person = self._person
        neck = np.maximum(abs(self._x) - 0.36 * person["width"], 0.2 - self._y)
        self._lay(0.86 * self._colours["skin"], self._covered(neck))
        self._lay(self._colours["shirt"], self._covered(self._ellipse(0, 1.22, 0.86, 0.42)))
        collar = self._ellipse(0, 0.80, 0.42 * person["width"], 0.09)
        self._lay(0.86 * self._colours["skin"], self._covered(collar))

    def _ears(self):
        person, yaw = self._person, self._pose["yaw"]
        for sign in (-1, 1):
            # Seen from the side that it is on, an ear comes forward; the other hides behind the head.
            x = sign * person["width"] * 0.99 - 0.14 * np.sin(yaw)
            y = person["height"] * 0.05
            ear = self._ellipse(x, y, person["ears"] * 0.8, person["ears"] * 1.15)
            self._lay(0.72 * self._colours["skin"], self._covered(ear - 0.018))
            self._lay(0.94 * self._colours["skin"], self._covered(ear))

    def _head(self):
        edge = self._egg(0.0)
        self._lay(0.72 * self._colours["skin"], self._covered(edge - 0.018))
        head = self._covered(edge)
        self._lay(self._colours["skin"], head)
        return head

    def _hair(self):
        person, pose = self._person, self._pose
        grown = person["volume"]
        sine = self._x / (person["width"] * (1 + grown))
        longitude = np.arcsin(np.clip(sine, -1, 1)) - pose["yaw"]
        line = -person["fringe"] + person["parting"] * longitude + 0.9 * (longitude / 1.45) ** 4
        line = np.minimum(line + 0.8 * pose["pitch"], person["sides"]) * person["height"]
        slope = np.gradient(line, axis=2) / self._pixel
        below = (self._y - line) / np.sqrt(1 + slope * slope)
        hair = self._covered(self._egg(grown)) * self._covered(below)
        self._lay(self._colours["hair"], hair)

    def _cheek(self, side, head):
        x, y, width = (self._parts[f"{side}_cheek_{what}"] for what in ("x", "y", "width"))
        across, down = (self._x - x) / width, (self._y - y) / 0.1
        soft = np.exp(-(across * across + down * down)) * self._person["blush"]
        self._lay((235, 96, 90), soft * head)

    def _eye(self, side, head):
        part = {key.removeprefix(f"{side}_"): values for key, values in self._parts.items()}
        edge = self._ellipse(part["eye_x"], part["eye_y"], part["eye_width"], part["eye_height"])
        self._lay(_LINE, self._covered(edge - 0.022) * head)
        white = self._covered(edge) * head
        self._lay((252, 252, 250), white)
        for colour, share in ((self._colours["eyes"], 1.0), ((24, 20, 24), 0.55)):
            size = part["iris_width"] * share, part["iris"] * share
            iris = self._ellipse(part["iris_x"], part["iris_y"], *size)
            self._lay(colour, self._covered(iris) * white)
        shine = self._ellipse(
            part["iris_x"] - 0.3 * part["iris_width"],
            part["iris_y"] - 0.35 * part["iris"],
            0.26 * part["iris_width"],
            0.26 * part["iris"],
        )
        self._lay((255, 255, 255), self._covered(shine) * white)

    def _brow(self, side, head):
        u = (self._x - self._parts[f"{side}_eye_x"]) / self._parts[f"{side}_brow_width"]
        thick = self._person["brow_size"] * (1 - 0.5 * u * u)
        edge = abs(self._y - face.brow(self._parts, side, u)) - thick
        self._lay(0.7 * self._colours["hair"], self._covered(edge) * (abs(u) < 1.5) * head)

    def _nose(self):
        x, y, size = self._parts["nose_x"], self._parts["nose_y"], self._person["nose_size"]
        self._lay(0.8 * self._colours["skin"], self._covered(self._ellipse(x, y, size, 0.8 * size)))
        shine = self._ellipse(x, y - 0.25 * size, 0.8 * size, 0.6 * size)
        self._lay(0.92 * self._colours["skin"], self._covered(shine))

    def _mouth(self):
        parts = self._parts
        u = (self._x - parts["mouth_x"]) / (parts["mouth_width"] + 0.03)
        top, bottom = face.mouth(parts, u)
        lip = 0.032 * (1 - u * u)
        lips = np.maximum(top - lip - self._y, self._y - bottom - lip)
        colour = 0.72 * self._colours["skin"] + np.array([40, 0, 6], np.float32)[:, None, None]
        self._lay(colour, self._covered(lips))
        u = (self._x - parts["mouth_x"]) / parts["mouth_width"]
        top, bottom = face.mouth(parts, u)
        inside = self._covered(np.maximum(top - self._y, self._y - bottom))
        self._lay(_MOUTH, inside)
        height, width = parts["mouth_height"], parts["mouth_width"]
        low = parts["mouth_y"] + 0.5 * height
        tongue = self._ellipse(parts["mouth_x"], low, 0.6 * width, 0.35 * height)
        self._lay(_TONGUE, self._covered(tongue) * inside)
        self._lay(_TEETH, self._covered(self._y - top - 0.22 * height) * inside)

    def _glasses(self):
        worn = self._person["glasses"]
        if not worn.any():
            return
        parts, size = self._parts, 1.45
        for side in ("left", "right"):
            x, y, width = (parts[f"{side}_eye_{what}"] for what in ("x", "y", "width"))
            height = size * self._person["eye_height"]
            ring = abs(self._ellipse(x, y, size * width, height)) - 0.018
            self._lay(_LINE, self._covered(ring) * worn)
        left = parts["left_eye_x"] + size * parts["left_eye_width"]
        right = parts["right_eye_x"] - size * parts["right_eye_width"]
        y = (parts["left_eye_y"] + parts["right_eye_y"]) / 2
        bridge = np.maximum(abs(self._y - y) - 0.016, np.maximum(left - self._x, self._x - right))
        self._lay(_LINE, self._covered(bridge) * worn)
