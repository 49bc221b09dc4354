"""Scenes with captions: combinations never trained with, places, and what is read from an image."""

import dataclasses

import numpy as np
import pytest

from tfgan_zoo.datasets import captions, load_arrays, shapes_reading, shapes_scene
from tfgan_zoo.datasets.conditional import combinations, placed_captions
from tfgan_zoo.datasets.shapes_scene import Scene, Thing


@pytest.fixture(scope="module")
def splits():
    return {
        base: load_arrays("shapes_combinations", split=f"{base}[:400]")
        for base in combinations.SIZES
    }


def things(arrays):
    """Return [(colour, shape), …] of each scene."""
    colours, shapes = arrays.extras["factor_colour"], arrays.extras["factor_shape"]
    return [
        {(captions.COLOURS[c], captions.SHAPES[s]) for c, s in zip(*row, strict=True) if c >= 0}
        for row in zip(colours, shapes, strict=True)
    ]


def test_what_is_unseen_is_in_its_split_alone(splits):
    unseen = combinations.UNSEEN
    assert len(unseen) == 7
    assert {colour for colour, _ in unseen} == set(captions.COLOURS)
    assert {shape for _, shape in unseen} == set(captions.SHAPES)
    for base, arrays in splits.items():
        shown = [bool(each & unseen) for each in things(arrays)]
        assert set(shown) == {base == "test_unseen"}
    seen = set().union(*things(splits["train"]))
    assert len(seen) == 28  # all the others
    assert set().union(*things(splits["test_unseen"])) > unseen


def test_captions_tell_the_scene(splits):
    for arrays in splits.values():
        assert arrays.info.tokenizer.words == placed_captions.WORDS
        assert arrays.info.tokenizer.words[:20] == captions.WORDS
        texts = [placed_captions.decode(tokens) for tokens in arrays.extras["caption"][:256]]
        assert list(arrays.info.example_captions) == texts
        for row in range(100):
            own = {key: values[row] for key, values in arrays.extras.items()}
            placed = placed_captions.parse(placed_captions.decode(own["caption"]))
            phrases = [placed.caption.first, placed.caption.second]
            for number, phrase in enumerate(phrases[: own["factor_count"]]):
                assert phrase.colour == captions.COLOURS[own["factor_colour"][number]]
                assert phrase.shape == captions.SHAPES[own["factor_shape"][number]]
                assert phrase.size == captions.SIZES[own["factor_size"][number]]
            if own["factor_count"] == 2:
                assert placed.caption.relation == captions.RELATIONS[own["factor_relation"]]
                assert placed.place is None
            else:
                up, side = placed.place.split()
                assert (own["factor_y"][0] <= 14) == (up == "top")
                assert (own["factor_x"][0] <= 14) == (side == "left")


def test_no_scene_is_in_two_splits(splits):
    images = [image.tobytes() for arrays in splits.values() for image in arrays.images]
    assert len(set(images)) == len(images)
    shapes = {shapes_scene.render(shapes_scene.make_scene(1, n)).tobytes() for n in range(50)}
    assert not shapes & set(images)


def test_true_images_are_read_without_a_mistake(splits):
    for arrays in splits.values():
        texts = [placed_captions.decode(tokens) for tokens in arrays.extras["caption"][:12]]
        right = shapes_reading.attributes_right(arrays.images[:12], texts)
        two = arrays.extras["factor_count"][:12] == 2
        for key in ("shape", "colour", "size", "all"):
            assert right[key].tolist() == [1.0] * 12
        np.testing.assert_array_equal(right["relation"], np.where(two, 1, np.nan))
        np.testing.assert_array_equal(right["position"], np.where(two, np.nan, 1))


def test_noise_and_blur_do_not_hide_a_scene(splits):
    images = splits["test"].images[:12].astype(float)
    texts = [placed_captions.decode(tokens) for tokens in splits["test"].extras["caption"][:12]]
    blurred = (images + np.roll(images, 1, 1) + np.roll(images, 1, 2)) / 3
    noisy = blurred + np.random.default_rng(0).normal(0, 15, images.shape)
    right = shapes_reading.attributes_right(np.clip(noisy, 0, 255).astype(np.uint8), texts)
    assert right["all"].mean() > 0.9


LARGE = Thing("large", "blue", "square", 21, 20)
SMALL = Thing("small", "red", "circle", 6, 17)
TEXT = "a small red circle left of a large blue square"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ((SMALL, LARGE), set()),
        ((dataclasses.replace(SMALL, shape="cross"), LARGE), {"shape"}),
        ((SMALL, dataclasses.replace(LARGE, colour="green")), {"colour"}),
        ((SMALL, dataclasses.replace(LARGE, size="small")), {"size"}),
        ((dataclasses.replace(SMALL, x=22, y=6), LARGE), {"relation"}),
        ((dataclasses.replace(SMALL, shape="cross", colour="cyan"), LARGE), {"shape", "colour"}),
        ((LARGE,), {"shape", "colour", "size", "relation"}),
        ((), {"shape", "colour", "size", "relation"}),
    ],
)
def test_each_mistake_is_told_apart(changed, wrong):
    image = shapes_scene.render(Scene(changed, None, "sand", "from above"))
    right = shapes_reading.attributes_right(image[None], [TEXT])
    assert {key for key in shapes_reading.ATTRIBUTES if right[key][0] == 0} == wrong
    assert right["all"][0] == float(not wrong)


def test_places():
    image = shapes_scene.render(Scene((SMALL,), None, "paper", "plain"))[None]
    told = "a small red circle at the {}"
    for place, expected in (("bottom left", 1), ("top left", 0), ("bottom right", 0)):
        right = shapes_reading.attributes_right(image, [told.format(place)])
        assert right["position"][0] == right["all"][0] == expected
        assert np.isnan(right["relation"][0])
    # one object too many is no mistake of the first
    both = shapes_scene.render(Scene((SMALL, LARGE), None, "paper", "plain"))[None]
    right = shapes_reading.attributes_right(both, [told.format("bottom left")])
    assert (right["shape"][0], right["position"][0], right["all"][0]) == (1, 1, 0)
    with pytest.raises(ValueError, match="1 images, but 2 captions"):
        shapes_reading.attributes_right(image, [TEXT, TEXT])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a small red circle", "expected one of top left, top right"),
        ("a small red circle at the middle", "expected one of top left, top right"),
        (f"{TEXT} at the top left", "two objects have a relation only"),
        ("a small circle at the top left", "a colour"),
    ],
)
def test_what_is_no_caption(text, message):
    with pytest.raises(ValueError, match=message):
        placed_captions.encode(text)
