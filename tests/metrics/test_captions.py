"""What captions say is found in true renderings, and what is not there is not."""

import dataclasses

import numpy as np
import pytest

from tfgan_zoo import metrics
from tfgan_zoo.datasets import load_arrays, pictures, shapes_scene
from tfgan_zoo.datasets.captions import COLOURS, RELATIONS, SHAPES, SIZES, Caption
from tfgan_zoo.datasets.conditional import placed_captions
from tfgan_zoo.datasets.shapes_scene import Scene, Thing
from tfgan_zoo.metrics.scene_reading import read_things

SCENES = [shapes_scene.make_scene(1, index) for index in range(24)]
IMAGES = np.stack([shapes_scene.render(scene) for scene in SCENES])
THINGS = sum(len(scene.things) for scene in SCENES)
PAIRS = sum(len(scene.things) == 2 for scene in SCENES)
RIGHT = dict.fromkeys(("shape", "colour", "size", "things", "relation", "count", "caption"), 1.0)
RIGHT["position"] = np.nan  # of captions that tell none
LARGE = Thing("large", "blue", "square", 21, 20)
SMALL = Thing("small", "red", "circle", 6, 17)
PLACED = "a small red circle at the {}"


def texts(change=lambda caption: caption, rows=6):
    """Return the captions, the first so many of them changed."""
    captions = [scene.caption for scene in SCENES]
    return [str(change(c) if row < rows else c) for row, c in enumerate(captions)]


def accuracy(images, captions):
    """Return the accuracy, to compare with one that has NaN."""
    return pytest.approx(metrics.caption_accuracy(images, captions), nan_ok=True)


def scene(*things):
    return shapes_scene.render(Scene(things, None, "paper", "from above"))


def test_true_scenes_are_read_to_the_pixel():
    for true, image in zip(SCENES, IMAGES, strict=True):
        assert set(read_things(image)) == set(true.things)
    assert accuracy(IMAGES, texts()) == RIGHT


def test_noise_and_size_are_no_mistakes():
    noise = np.random.default_rng(0).normal(scale=45, size=IMAGES.shape)
    noisy = np.clip(IMAGES + noise, 0, 255).astype(np.uint8)
    assert accuracy(noisy, texts()) == RIGHT
    large = np.stack([pictures.fit(image, (64, 64)) for image in IMAGES[:4]])
    assert metrics.caption_accuracy(large / 127.5 - 1, texts()[:4])["caption"] == 1.0


@pytest.mark.parametrize(("x", "y"), [(14, 20), (21, 13)])
def test_what_lies_on_a_thing_of_its_colour_is_its_edge(x, y):
    (found,) = read_things(scene(LARGE, Thing("small", "blue", "circle", x, y)))
    assert (found.size, found.colour) == ("large", "blue")
    assert len(read_things(scene(LARGE, Thing("small", "red", "circle", x, y)))) == 2


@pytest.mark.parametrize(
    ("attribute", "names"), [("shape", SHAPES), ("colour", COLOURS), ("size", SIZES)]
)
def test_an_attribute_that_is_not_as_told(attribute, names):
    def other(caption):
        name = names[names.index(getattr(caption.first, attribute)) - 1]
        first = dataclasses.replace(caption.first, **{attribute: name})
        return dataclasses.replace(caption, first=first)

    wrong = {name: 1 - 6 / THINGS for name in (attribute, "things")}
    assert accuracy(IMAGES, texts(other)) == RIGHT | wrong | {"caption": 18 / 24}


def test_a_relation_that_is_not_as_told():
    opposite = dict(zip(RELATIONS, ("right of", "left of", "below", "above"), strict=True))

    def turned(caption):
        return dataclasses.replace(caption, relation=opposite.get(caption.relation))

    pairs = sum(len(scene.things) == 2 for scene in SCENES[:6])
    wrong = {"relation": 1 - pairs / PAIRS, "caption": 1 - pairs / 24}
    assert accuracy(IMAGES, texts(turned)) == RIGHT | wrong


@pytest.mark.parametrize("split", ["test", "test_unseen"])
def test_captions_that_tell_places(split):
    arrays = load_arrays("shapes_combinations", split=f"{split}[:12]")
    told = [placed_captions.decode(tokens) for tokens in arrays.extras["caption"]]
    assert {" at the " in text for text in told} == {True, False}
    assert accuracy(arrays.images, told) == RIGHT | {"position": 1.0}
    # As generators paint: a little blurred, and noisy.
    images = arrays.images.astype(float)
    blurred = (images + np.roll(images, 1, 1) + np.roll(images, 1, 2)) / 3
    noisy = blurred + np.random.default_rng(0).normal(scale=15, size=images.shape)
    noisy = np.clip(noisy, 0, 255).astype(np.uint8)
    assert metrics.caption_accuracy(noisy, told)["caption"] > 0.9


def test_a_place_that_is_not_as_told():
    places = ("bottom left", "top left", "bottom right")
    told = [PLACED.format(place) for place in places]
    wrong = {"position": 1 / 3, "caption": 1 / 3, "relation": np.nan}
    assert accuracy(np.stack([scene(SMALL)] * 3), told) == RIGHT | wrong
    # One thing too many is no mistake of the first; where there are two such, the nearer one is meant.
    both = np.stack([scene(SMALL, LARGE), scene(SMALL, dataclasses.replace(SMALL, x=24, y=6))])
    wrong = {"position": 1.0, "relation": np.nan, "count": 0.0, "caption": 0.0}
    assert accuracy(both, [told[0], PLACED.format("top right")]) == RIGHT | wrong


def test_two_mistakes_in_one_thing_are_one_thing_wrong():
    other = dataclasses.replace(SMALL, shape="cross", colour="cyan")
    found = accuracy([scene(other, LARGE)], ["a small red circle left of a large blue square"])
    wrong = dict.fromkeys(("shape", "colour", "things"), 0.5)
    assert found == RIGHT | wrong | {"caption": 0.0}


def test_things_that_are_missing_or_too_many():
    row = next(row for row, scene in enumerate(SCENES) if len(scene.things) == 2)
    one = str(Caption(SCENES[row].caption.first))
    found = metrics.caption_accuracy(IMAGES[row : row + 1], [one])
    assert (found["things"], found["count"], found["caption"]) == (1.0, 0.0, 0.0)
    assert np.isnan(found["relation"])
    alone = dataclasses.replace(SCENES[row], things=SCENES[row].things[:1])
    found = metrics.caption_accuracy(shapes_scene.render(alone)[None], [texts()[row]])
    assert (found["things"], found["relation"], found["count"]) == (0.5, 0.0, 0.0)
    nothing = dict.fromkeys(RIGHT, 0.0) | {"relation": np.nan}
    assert accuracy([scene()], [PLACED.format("top left")]) == nothing


def test_what_is_refused():
    with pytest.raises(ValueError, match="24 images, but 23 captions"):
        metrics.caption_accuracy(IMAGES, texts()[1:])
    with pytest.raises(ValueError, match="not a caption of the shapes"):
        metrics.caption_accuracy(IMAGES[:1], ["a tiny red circle"])
    with pytest.raises(ValueError, match="expected one of top left, top right"):
        metrics.caption_accuracy(IMAGES[:1], [PLACED.format("middle")])
    with pytest.raises(ValueError, match="expected the same multiple of 32"):
        metrics.caption_accuracy(IMAGES[:, 1:], texts())
