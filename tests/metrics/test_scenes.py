"""What is read off images of scenes is what was drawn."""

import dataclasses

import numpy as np
import pytest

from tfgan_zoo import metrics
from tfgan_zoo.datasets import pictures, shapes_looks, shapes_scene
from tfgan_zoo.datasets.captions import COLOURS, SHAPES
from tfgan_zoo.datasets.translation.scenes import factors_of

SCENES = [shapes_scene.make_scene(1, index) for index in range(30)]
FACTORS = factors_of(SCENES)
THINGS = sum(len(scene.things) for scene in SCENES)
PERFECT = {"shape": 1, "colour": 1, "texture": 1, "things": 1, "background": 1}


def rendered(look, scenes=SCENES):
    return np.stack([shapes_looks.render(scene, look) for scene in scenes])


@pytest.mark.parametrize(
    "look", [shapes_looks.DAY, shapes_looks.NIGHT, *shapes_looks.FIVE], ids=lambda look: look.name
)
def test_true_renderings(look):
    assert metrics.scene_accuracy(rendered(look), FACTORS, look) == PERFECT


def test_noise_blur_and_size_are_no_mistakes():
    look = shapes_looks.FIVE[2]
    images = rendered(look)
    noise = np.random.default_rng(0).normal(scale=20, size=images.shape)
    noisy = np.clip(images + noise, 0, 255).astype(np.uint8)
    assert metrics.scene_accuracy(noisy, FACTORS, look) == PERFECT
    large = np.stack([pictures.fit(image, (64, 64)) for image in images])
    assert metrics.scene_accuracy(large / 127.5 - 1, FACTORS, look) == PERFECT


def test_each_mistake_is_counted():
    look = shapes_looks.DAY

    def altered(**changes):
        scenes = list(SCENES)
        for row in range(6):
            first, *rest = scenes[row].things
            values = {key: value(first) for key, value in changes.items()}
            scenes[row] = dataclasses.replace(
                scenes[row], things=(dataclasses.replace(first, **values), *rest)
            )
        return metrics.scene_accuracy(rendered(look, scenes), FACTORS, look)

    wrong = 1 - 6 / THINGS
    other_shape = altered(shape=lambda thing: SHAPES[SHAPES.index(thing.shape) - 1])
    assert other_shape == pytest.approx(PERFECT | {"shape": wrong, "things": wrong})
    other_colour = altered(colour=lambda thing: COLOURS[COLOURS.index(thing.colour) - 1])
    assert other_colour == pytest.approx(PERFECT | {"colour": wrong, "things": wrong})

    striped = dataclasses.replace(look, texture="striped")
    images = rendered(look)
    images[:6] = rendered(striped)[:6]
    of_six = sum(len(scene.things) for scene in SCENES[:6])
    wrong = 1 - of_six / THINGS
    found = metrics.scene_accuracy(images, FACTORS, look)
    assert found == pytest.approx(PERFECT | {"texture": wrong, "things": wrong})

    images = rendered(look)
    images[:6] = rendered(dataclasses.replace(look, tone="slate"))[:6]
    assert metrics.scene_accuracy(images, FACTORS, look)["background"] == 24 / 30


def test_what_is_refused():
    images = rendered(shapes_looks.DAY)
    with pytest.raises(ValueError, match="29 images, but the factors of 30 scenes"):
        metrics.scene_accuracy(images[1:], FACTORS, shapes_looks.DAY)
    with pytest.raises(ValueError, match="images are 31×32, expected the same multiple of 32"):
        metrics.scene_accuracy(images[:, 1:], FACTORS, shapes_looks.DAY)
