"""Scenes with captions: combinations never trained with, and places."""

import itertools

import numpy as np
import pytest

from tfgan_zoo.datasets import captions, load_arrays, shapes_scene
from tfgan_zoo.datasets.conditional import combinations, placed_captions


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
        assert arrays.info.tokenizer.lower
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


def test_what_is_asked_for_in_the_test_split_was_never_said(splits):
    said = {
        base: {placed_captions.decode(tokens) for tokens in arrays.extras["caption"]}
        for base, arrays in splits.items()
    }
    both = {"left of": "right of", "right of": "left of", "above": "below", "below": "above"}

    def other_way_round(text):
        for relation, turned in both.items():
            first, found, second = text.partition(f" {relation} ")
            if found:
                return f"{second} {turned} {first}"
        return text

    train = said["train"] | {other_way_round(text) for text in said["train"]}
    assert not train & said["test"]
    counts = {base: sum(" at the " in text for text in said[base]) for base in ("train", "test")}
    assert min(counts.values()) > 20  # of both kinds


def test_no_scene_is_in_two_splits(splits):
    images = [image.tobytes() for arrays in splits.values() for image in arrays.images]
    assert len(set(images)) == len(images)
    shapes = {shapes_scene.render(shapes_scene.make_scene(1, n)).tobytes() for n in range(50)}
    assert not shapes & set(images)


TEXT = "a small red circle left of a large blue square"


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


def test_meanings_are_those_of_what_is_said(splits):
    phrases = [
        captions.Phrase(*each)
        for each in itertools.product(captions.SIZES, captions.COLOURS, captions.SHAPES)
    ]
    every = [
        *itertools.starmap(
            captions.Caption, itertools.product(phrases, captions.RELATIONS, phrases)
        )
    ]
    placed = [placed_captions.PlacedCaption(each) for each in every] + [
        placed_captions.PlacedCaption(captions.Caption(each), place)
        for each in phrases
        for place in placed_captions.PLACES
    ]
    told = {str(placed_captions.straight(each)) for each in placed}
    assert len(told) == len(phrases) ** 2 * 2 + len(phrases) * 4  # either way round
    assert len({placed_captions.meaning(each) for each in placed}) == len(told)
    for arrays in splits.values():
        assert arrays.extras["meaning"].dtype == np.int32
        texts = [placed_captions.decode(tokens) for tokens in arrays.extras["caption"]]
        meanings = [placed_captions.meaning(placed_captions.parse(text)) for text in texts]
        assert arrays.extras["meaning"].tolist() == meanings
