"""Choosing a token from logits: by a uniform number, at a temperature, among the best."""

import math

import tensorflow as tf

from tfgan_zoo import errors

# Up to here one sum over the vocabulary costs less than two over blocks of it.
_ONE_BLOCK = 64


def categorical(logits, uniforms):
    """Draw a token from softmax(logits) by inversion of the distribution function.

    The token is the first whose cumulative probability exceeds the uniform number, so one number is enough
    for a draw. It is never one of probability 0. A large vocabulary is searched in two steps, first a block,
    then within the block: a cumulative sum over all of it would take longer than all the rest. Probabilities
    are exact to about 1e-7, the spacing of float32 uniforms.

    Args:
        logits: `[B, V]`, V known; -inf and large negative numbers forbid a token.
        uniforms: float32 in [0, 1), `[B]` for a token a row, or `[B, N]` for N tokens a row.

    Returns:
        int32 tokens of the uniforms' shape.

    >>> logits = tf.math.log([[0.25, 0.0, 0.75]])
    >>> categorical(logits, tf.constant([[0.0, 0.2, 0.3, 0.999]])).numpy().tolist()
    [[0, 0, 2, 2]]
    """
    if len(uniforms.shape) == 1:
        return categorical(logits, uniforms[:, None])[:, 0]
    probabilities = tf.nn.softmax(tf.cast(logits, tf.float32))
    vocabulary = probabilities.shape[1]
    if vocabulary <= _ONE_BLOCK:
        return _invert(probabilities[:, None], uniforms)[0]
    size, blocks = _blocks(vocabulary)
    if size * blocks > vocabulary:
        probabilities = tf.pad(probabilities, [[0, 0], [0, size * blocks - vocabulary]])
    probabilities = tf.reshape(probabilities, [-1, blocks, size])
    block, uniforms = _invert(tf.reduce_sum(probabilities, axis=2)[:, None], uniforms)
    token, _ = _invert(tf.gather(probabilities, block, batch_dims=1), uniforms)
    return block * size + token


def _invert(weights, uniforms):
    """Return which of V weights a uniform falls on, and how far into it, from 0 to 1.

    Args:
        weights: `[B, N or 1, V]`.
        uniforms: `[B, N]`.
    """
    number = weights.shape[2]
    sums = tf.cumsum(weights, axis=2)
    targets = uniforms * sums[..., -1]
    places = tf.range(number)
    # The first weight whose sum is beyond the target, or, where rounding has left none, the last weight.
    keys = tf.where(sums > targets[..., None], 2 * number - places, places)
    chosen = tf.argmax(tf.where(weights > 0, keys, -1), axis=2, output_type=tf.int32)
    if weights.shape[1] == 1:
        sums, weights = (tf.gather(x[:, 0], chosen, batch_dims=1) for x in (sums, weights))
    else:
        sums, weights = (tf.gather(x, chosen, batch_dims=2) for x in (sums, weights))
    return chosen, (targets - (sums - weights)) / weights


def _blocks(vocabulary):
    """Return (size, number) of blocks: √V of √V, or nearly so where they then fill V without padding."""
    fitting = [d for d in range(1, vocabulary + 1) if vocabulary % d == 0]
    size = min(fitting, key=lambda d: d + vocabulary // d)
    root = math.isqrt(vocabulary - 1) + 1
    if size + vocabulary // size > 4 * root:
        size = root
    return size, -(-vocabulary // size)


def filtered(logits, temperature=1.0, top_k=None, top_p=None):
    """Return logits at a temperature, without the less probable tokens.

    Args:
        logits: `[..., V]`.
        temperature: what logits are divided by, above 0: a number or a scalar tensor. Below 1 samples become
            more probable and less diverse.
        top_k: keep this many of the most probable tokens (Fan et al. 2018, 1805.04833), or None for all.
        top_p: of those, keep the fewest that have at least this share of the probability, the nucleus
            (Holtzman et al. 2020, 1904.09751), in (0, 1], or None for all.

    Returns:
        float32 logits; -inf for the tokens that are left out. Of equally probable ones the first are kept.

    Raises:
        ValueError: a number out of range.

    >>> filtered(tf.constant([0.0, 3.0, 1.0, 2.0]), top_k=2).numpy().tolist()
    [-inf, 3.0, -inf, 2.0]
    """
    check_filters(logits.shape[-1], temperature, top_k, top_p)
    logits = tf.cast(logits, tf.float32)
    if tf.is_tensor(temperature) or temperature != 1.0:
        logits = logits / tf.cast(temperature, tf.float32)
    if top_k is None and top_p is None:
        return logits
    order = tf.argsort(logits, direction="DESCENDING", stable=True)
    ranks = tf.argsort(order)
    kept = tf.ones_like(logits, tf.bool) if top_k is None else ranks < top_k
    if top_p is not None:
        probabilities = tf.nn.softmax(tf.where(kept, logits, -math.inf))
        falling = tf.gather(probabilities, order, batch_dims=len(order.shape) - 1)
        before = tf.cumsum(falling, axis=-1, exclusive=True)
        kept &= tf.gather(before < top_p, ranks, batch_dims=len(order.shape) - 1)
    return tf.where(kept, logits, -math.inf)


def check_filters(vocabulary, temperature, top_k, top_p):
    """Check arguments of `filtered`.

    Raises:
        ValueError: naming the argument.
    """
    if tf.is_tensor(temperature):
        tf.debugging.assert_positive(temperature, "temperature must be above 0")
    else:
        errors.check_numbers(0, 1e6, temperature=temperature)
        if temperature == 0:
            raise ValueError("temperature is 0, expected a number above 0; or sample greedily")
    if top_k is not None:
        errors.check_ints(1, top_k=top_k)
        if top_k > vocabulary:
            raise ValueError(f"top_k is {top_k}, but there are {vocabulary} tokens only")
    if top_p is not None:
        errors.check_numbers(0, 1, top_p=top_p)
        if top_p == 0:
            raise ValueError("top_p is 0, expected a number in (0, 1]")
