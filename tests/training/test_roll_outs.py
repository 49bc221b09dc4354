"""Roll-outs against the exact distribution of what may follow a beginning."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tabular
from tfgan_zoo.training import decoding, roll_outs


@pytest.mark.parametrize(("sizes", "end"), tabular.KINDS)
def test_roll_outs_keep_beginnings_and_go_on_as_the_generator_does(sizes, end):
    generator, count = tabular.Table(**sizes), 20_000
    given = {None: [[0, 1, 2, 1], [2, 2, 0, 0]], 2: [[3, 4, 4, 3], [4, 3, 2, 0], [2, 0, 0, 0]]}[end]
    tokens = tf.constant(given)
    completed = tabular.compiled(
        decoding.roll_out, generator, tokens, tabular.uniforms(len(given), count, 3, 4), end
    )
    assert completed.dtype == tf.int32
    assert completed.shape == (3, count, len(given), 4)
    for length in (1, 2, 3):
        for row, sentence in enumerate(given):
            found = completed[length - 1, :, row].numpy()
            assert (found[:, :length] == sentence[:length]).all()
            sentences, exact = tabular.sentences(generator, end, sentence[:length])
            np.testing.assert_allclose(exact.sum(), 1.0)
            tabular.assert_within(tabular.frequencies(found, sentences), exact, count)


@pytest.mark.parametrize(("sizes", "end"), tabular.KINDS)
def test_a_roll_out_depends_on_its_own_uniforms_only(sizes, end, monkeypatch):
    generator = tabular.Table(**sizes)
    tokens = tabular.compiled(decoding.sample, generator, tabular.uniforms(6, 4), end)
    drawn = tabular.uniforms(6, 5, 3, 4)
    all_at_once = tabular.compiled(decoding.roll_out, generator, tokens, drawn, end)
    one = tabular.compiled(decoding.roll_out, generator, tokens[2:3], drawn[2:3, 3:4], end)
    np.testing.assert_array_equal(one[:, 0, 0], all_at_once[:, 3, 2])
    # In parts of seven rows: 30, 60 and 90 rows make parts with a remainder.
    monkeypatch.setattr(roll_outs, "_LOGITS_AT_ONCE", 7 * generator.vocabulary_size)
    parts = tabular.compiled(decoding.roll_out, generator, tokens, drawn, end)
    np.testing.assert_array_equal(parts, all_at_once)


def test_roll_outs_by_hand():
    """Each goes on with its own uniforms by inversion of the distribution function."""
    generator = tabular.Table(**tabular.ENDLESS)
    tokens, drawn = np.int32([[0, 1, 2, 1]]), tabular.uniforms(1, 2, 3, 4).numpy()
    completed = tabular.compiled(
        decoding.roll_out, generator, tf.constant(tokens), drawn, None
    ).numpy()
    sums = generator.probabilities().cumsum(-1)
    for length in (1, 2, 3):
        for n in (0, 1):
            row = list(tokens[0, :length])
            for position in range(length, 4):
                u = drawn[0, n, length - 1, position]
                row.append(np.searchsorted(sums[position, row[-1]], u, side="right"))
            np.testing.assert_array_equal(completed[length - 1, n, 0], row)
