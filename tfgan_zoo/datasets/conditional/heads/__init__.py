"""Cartoon heads that move: a few images of a person, and landmarks or speech to say what it does next.

`sequence` gives whole films, with the truth about every frame; `reading` finds pose and landmarks in images.
"""

import hashlib

import numpy as np

from tfgan_zoo.datasets import cache
from tfgan_zoo.datasets.conditional.assembled import assembled, chosen
from tfgan_zoo.datasets.conditional.heads import drawing, face, speech
from tfgan_zoo.datasets.draws import uniforms
from tfgan_zoo.datasets.info import Shared

PEOPLE = {"train": 2000, "test": 50}  # nobody is in both
FRAMES = 10  # of each person
SOURCES = 4
SIDE = 64
RATE = 25  # frames a second of a sequence
_MANY = 100  # people whose images are kept in the cache directory: drawing takes seconds
_KEY = 73  # of these random numbers
_FACES = len(face.POSES)


def arrays(name, split, size, channels):
    """Return heads (`image`), what drives each, and other images of the same person (`source`).

    `heads` is driven by `landmarks`, and every frame of a person has a pose of its own. `heads_speaking` is
    driven by `audio`, 128 ms of speech with the frame in their middle; a person holds its head still, and
    its mouth opens as far as the speech is loud.

    Args:
        name: `"heads"` or `"heads_speaking"`.
        split: `"train"` or `"test"`, with slices; frame i is of person i // 10.
        size: (height, width), a square; None for 64×64. Heads are drawn at that size.
        channels: 3, or None.

    The images of whole splits are drawn once and kept in the cache directory (`TFGAN_ZOO_CACHE`).

    Returns:
        `Arrays`: `image` [N, H, W, 3]; `source` [N, 4, H, W, 3]; `landmarks` [N, 26, 2] of the image and
        `source_landmarks` [N, 4, 26, 2] of the sources, float32, in pixels from the top left corner, by
        `face.LANDMARKS`; `audio` [N, 1024]. For the evaluator, `factor_person`, int32, and the pose,
        `factor_yaw` and the others of `face.POSES`, float32.

    Raises:
        ValueError: an unknown split; images that are not square or not in colour.

    >>> made = arrays("heads", "test[:3]", (32, 32), None)
    >>> made.images.shape, made.others["source"].shape, made.extras["landmarks"].shape
    ((3, 32, 32, 3), (3, 4, 32, 32, 3), (3, 26, 2))
    """
    side = _side(name, size, channels)
    wanted = chosen(split, {base: count * FRAMES for base, count in PEOPLE.items()})
    # All frames of every person of whom one is wanted: the sources come from them.
    people = sorted({(base, index // FRAMES) for base, index in wanted})
    person = face.people([each for each in people for _ in range(FRAMES)])
    make = _spoken if name == "heads_speaking" else _moving
    made = [make(*each) for each in people]
    pose = {key: np.concatenate([each[key] for each, _ in made]) for key in face.POSES}
    frames = _frames(name, people, person, pose, side)
    points = face.in_pixels(face.landmarks(person, pose), side)
    row_of = {each: row * FRAMES for row, each in enumerate(people)}
    rows = np.array([row_of[base, i // FRAMES] + i % FRAMES for base, i in wanted])
    sources = np.array([_sources(base, i) for base, i in wanted]) + (rows - rows % FRAMES)[:, None]
    extras = {"landmarks": points[rows], "source_landmarks": Shared(points, sources)}
    if name == "heads_speaking":
        extras["audio"] = np.concatenate([audio for _, audio in made])[rows]
    extras["factor_person"] = np.array([i // FRAMES for _, i in wanted], np.int32)
    extras |= {f"factor_{key}": values[rows] for key, values in pose.items()}
    return assembled(
        name,
        split,
        frames if len(rows) == len(frames) else frames[rows],
        None,
        extras,
        sample_rate=speech.SAMPLE_RATE if name == "heads_speaking" else None,
        source=Shared(frames, sources),
    )


def sequence(person, frames=32, *, split="test", size=SIDE, speaking=False):
    """Return a film of a person, with the truth about it.

    Args:
        person: its number in the split, an int.
        frames: how many, at 25 a second.
        split: `"train"` or `"test"`; only `PEOPLE[split]` are in the set, but there are others.
        size: height and width in pixels, an int.
        speaking: whether it speaks and holds its head still, instead of moving.

    Returns:
        Dict: `image` uint8 [F, H, W, 3]; `landmarks` float32 [F, 26, 2] in pixels; `pose`, a dict of
        float32 [F] by the names of `face.POSES`. Of one who speaks also `audio` float32 [F, 1024], what the
        set has with each frame, and `speech` float32 [320 F], all of it, 8,000 samples a second.

    >>> film = sequence(0, 3, size=32, speaking=True)
    >>> film["image"].shape, film["audio"].shape, film["speech"].shape
    ((3, 32, 32, 3), (3, 1024), (960,))
    """
    key = (list(PEOPLE).index(split), person)
    times = (np.arange(frames) + 0.5) / RATE
    made = {}
    if speaking:
        pose, made["audio"] = _spoken(*key, times)
        made["speech"] = speech.voice([_KEY, *key], np.arange(frames * speech.SAMPLE_RATE // RATE))
    else:
        shares = uniforms([_KEY, *key, 2], 2 * _FACES)
        pace, phase = 0.25 + 0.35 * shares[:_FACES], shares[_FACES:]
        swing = 0.5 + 0.5 * np.sin(2 * np.pi * (pace * times[:, None] + phase))
        blink = list(face.POSES).index("blink")
        swing[:, blink] = swing[:, blink] ** 24  # eyes are shut for moments only
        pose = face.poses(swing)
    who = face.people([key] * frames)
    return {
        "image": drawing.render(who, pose, size),
        "landmarks": face.in_pixels(face.landmarks(who, pose), size),
        "pose": pose,
        **made,
    }


def people(split, numbers):
    """Return who the heads of a split are, for `face`, `drawing` and `reading`.

    Args:
        split: `"train"` or `"test"`.
        numbers: their numbers in it, such as `factor_person`, ints [N].

    >>> people("test", [0, 0, 7])["skin"].shape
    (3, 3)
    """
    return face.people([(list(PEOPLE).index(split), int(number)) for number in numbers])


def _frames(name, people, person, pose, side):
    """Return the images, from the cache where there are many."""
    if len(people) < _MANY:
        return drawing.render(person, pose, side)
    told = hashlib.sha256(f"{drawing.VERSION} {people}".encode()).hexdigest()[:12]
    entry = cache.directory() / f"{name}-{side}-{told}"
    if entry.is_dir():
        return cache.read(entry)[0]
    drawn = ({"image": image} for image in drawing.render(person, pose, side))
    return cache.write(entry, drawn, (side, side, 3))[0]


def _moving(base, person):
    """Return poses of the frames of a person, all different, and no audio."""
    shares = uniforms([_KEY, base, person], FRAMES * _FACES).reshape(FRAMES, _FACES)
    blink = list(face.POSES).index("blink")
    shares[:, blink] = np.maximum(shares[:, blink] * 2 - 1, 0)  # half of the time, eyes are open
    return face.poses(shares), None


def _spoken(base, person, times=None):
    """Return poses of frames of a person who speaks, and audio [F, 1024]; they differ in `open` only."""
    key = [_KEY, base, person]
    drawn = uniforms([*key, 1], _FACES + FRAMES)
    if times is None:
        times = speech.SECONDS * drawn[_FACES:]
    pose = face.poses(np.tile(drawn[:_FACES], (len(times), 1)))
    pose["blink"] *= 0
    pose["open"] = speech.loudness(key, times).astype(np.float32)
    middle = np.rint(times * speech.SAMPLE_RATE).astype(int)
    around = middle[:, None] + np.arange(-(speech.LENGTH // 2), speech.LENGTH // 2)
    return pose, speech.voice(key, around)


def _sources(base, index):
    """Return the numbers, among the frames of its person, of the sources of a frame: never itself."""
    others = np.argsort(uniforms([_KEY, base, index, 3], FRAMES - 1))[:SOURCES]
    return (index + 1 + others) % FRAMES


def _side(name, size, channels):
    if channels not in (None, 3):
        raise ValueError(f"{name} is in colour, got channels={channels}; leave it out")
    height, width = size or (SIDE, SIDE)
    if height != width:
        raise ValueError(
            f"{name}: images are {height}×{width}, expected squares, e.g. image_size=64"
        )
    return height
