"""What captions say is found in true renderings, and what is not there is not."""

import dataclasses

import numpy as np
import pytest

from tfgan_zoo import metrics
from tfgan_zoo.datasets import pictures, shapes_scene
from tfgan_zoo.datasets.captions import COLOURS, RELATIONS, SHAPES, SIZES, Caption
from tfgan_zoo.metrics.scene_reading import read_things

SCENES = [shapes_scene.make_scene(1, index) for index in range(24)]
IMAGES = np.stack([shapes_scene.render(scene) for scene in SCENES])
THINGS = sum(len(scene.things) for scene in SCENES)
PAIRS = sum(len(scene.things) == 2 for scene in SCENES)
RIGHT = dict.fromkeys(("shape", "colour", "size", "things", "relation", "count", "caption"), 1.0)


def texts(change=lambda caption: caption, rows=6):
    """Return the captions, the first so many of them changed."""
    captions = [scene.caption for scene in SCENES]
    return [str(change(c) if row < rows else c) for row, c in enumerate(captions)]


def test_true_scenes_are_read_to_the_pixel():
    for scene, image in zip(SCENES, IMAGES, strict=True):
        assert set(read_things(image)) == set(scene.things)
    assert metrics.caption_accuracy(IMAGES, texts()) == RIGHT


def test_noise_and_size_are_no_mistakes():
    noise = np.random.default_rng(0).normal(scale=15, size=IMAGES.shape)
    noisy = np.clip(IMAGES + noise, 0, 255).astype(np.uint8)
    assert metrics.caption_accuracy(noisy, texts()) == RIGHT
    large = np.stack([pictures.fit(image, (64, 64)) for image in IMAGES[:4]])
    assert metrics.caption_accuracy(large / 127.5 - 1, texts()[:4])["caption"] == 1.0


@pytest.mark.parametrize(
    ("attribute", "names"), [("shape", SHAPES), ("colour", COLOURS), ("size", SIZES)]
)
def test_an_attribute_that_is_not_as_told(attribute, names):
    def other(caption):
        name = names[names.index(getattr(caption.first, attribute)) - 1]
        first = dataclasses.replace(caption.first, **{attribute: name})
        return dataclasses.replace(caption, first=first)

    wrong = {name: 1 - 6 / THINGS for name in (attribute, "things")}
    found = metrics.caption_accuracy(IMAGES, texts(other))
    assert found == pytest.approx(RIGHT | wrong | {"caption": 18 / 24})


def test_a_relation_that_is_not_as_told():
    opposite = dict(zip(RELATIONS, ("right of", "left of", "below", "above"), strict=True))

    def turned(caption):
        return dataclasses.replace(caption, relation=opposite.get(caption.relation))

    pairs = sum(len(scene.things) == 2 for scene in SCENES[:6])
    found = metrics.caption_accuracy(IMAGES, texts(turned))
    expected = RIGHT | {"relation": 1 - pairs / PAIRS, "caption": 1 - pairs / 24}
    assert found == pytest.approx(expected)


def test_things_that_are_missing_or_too_many():
    row = next(row for row, scene in enumerate(SCENES) if len(scene.things) == 2)
    one = str(Caption(SCENES[row].caption.first))
    found = metrics.caption_accuracy(IMAGES[row : row + 1], [one])
    assert (found["things"], found["count"], found["caption"]) == (1.0, 0.0, 0.0)
    assert np.isnan(found["relation"])
    alone = dataclasses.replace(SCENES[row], things=SCENES[row].things[:1])
    found = metrics.caption_accuracy(shapes_scene.render(alone)[None], [texts()[row]])
    assert (found["things"], found["relation"], found["count"]) == (0.5, 0.0, 0.0)
    empty = dataclasses.replace(SCENES[row], things=())
    found = metrics.caption_accuracy(shapes_scene.render(empty)[None], [one])
    assert (found["shape"], found["colour"], found["count"]) == (0.0, 0.0, 0.0)


def test_what_is_refused():
    with pytest.raises(ValueError, match="24 images, but 23 captions"):
        metrics.caption_accuracy(IMAGES, texts()[1:])
    with pytest.raises(ValueError, match="not a caption of the shapes"):
        metrics.caption_accuracy(IMAGES[:1], ["a tiny red circle"])
    with pytest.raises(ValueError, match="expected the same multiple of 32"):
        metrics.caption_accuracy(IMAGES[:, 1:], texts())
