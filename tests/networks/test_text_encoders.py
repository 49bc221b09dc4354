"""A text's vector is made of its words, in their order, and of nothing else."""

import numpy as np
import pytest

from tfgan_zoo.networks import text_encoders

TEXT = [[4, 5, 6, 2, 0, 0], [7, 3, 2, 0, 0, 0]]


def build(**options):
    return text_encoders.transformer(9, length=6, width=8, heads=2, **options)


@pytest.mark.parametrize("pooling", ["mean", "attention"])
def test_padding_changes_nothing(pooling):
    encoder = build(pooling=pooling)
    if pooling == "attention":
        query = encoder.get_layer("pooling").query
        query.assign(np.linspace(-2, 2, 8))
    before = encoder(np.int32(TEXT)).numpy()
    # without the end, and with beginnings instead of padding
    other = np.int32([[4, 5, 6, 0, 0, 0], [7, 3, 0, 1, 2, 1]])
    np.testing.assert_allclose(encoder(other), before, atol=1e-6)
    table = encoder.get_layer("embedding").embeddings
    changed = table.numpy()
    changed[:3] += 5.0
    table.assign(changed)
    np.testing.assert_allclose(encoder(np.int32(TEXT)), before, atol=1e-6)
    changed[4] += 5.0
    table.assign(changed)
    after = encoder(np.int32(TEXT)).numpy()
    assert np.abs(after - before)[0].max() > 1e-3
    np.testing.assert_allclose(after[1], before[1], atol=1e-6)


def test_the_order_of_words_matters():
    one, other = build()(np.int32([[4, 5, 6, 2, 0, 0], [6, 5, 4, 2, 0, 0]])).numpy()
    assert np.abs(one - other).max() > 1e-2


def test_which_word_stands_beside_which_is_in_the_average():
    """Two things that swap a word make another vector, about as far as two things of other words."""
    swapped = [[4, 5, 8, 6, 7, 2], [6, 5, 8, 4, 7, 2], [3, 5, 8, 6, 7, 2]]
    vectors = text_encoders.transformer(9, length=6, width=64)(np.int32(swapped)).numpy()
    one, other, third = vectors
    assert np.linalg.norm(one - other) > 0.5 * np.linalg.norm(one - third)


def test_the_seed_decides():
    one, same, other = (build(seed=seed)(np.int32(TEXT)).numpy() for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 0.1
    with pytest.raises(ValueError, match="heads is 0"):
        text_encoders.transformer(9, 6, heads=0)
