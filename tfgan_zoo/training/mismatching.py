"""Conditions that do not belong to an image."""

import tensorflow as tf

from tfgan_zoo import replicas


def wrong_conditions(conditions, chance, meanings=None):
    """Return for each sample the condition of another one that has a different condition.

    It is drawn among all samples of the global batch whose condition differs, so that a wrong pair is never
    right by chance, as long as different conditions mean different things (captions that say the same in
    other words do not: give `meanings`). A condition that half of the batch has is drawn as often as that.

    Args:
        conditions: tensor `[B, …]`.
        chance: floats `[B]`, uniform in [0, 1).
        meanings: what right and wrong conditions differ in, ints `[B, …]`: two recordings of a word are
            different sounds, and right for each other. None: the conditions themselves.

    Returns:
        The conditions `[B, …]`, and bools `[B]`: whether there was a different one at all.

    >>> wrong, found = wrong_conditions(tf.constant([0, 0, 1]), tf.constant([0.9, 0.9, 0.9]))
    >>> wrong.numpy().tolist(), found.numpy().tolist()
    ([1, 1, 0], [True, True, True])
    >>> sounds = tf.constant([[0.1], [0.2], [0.3]])
    >>> wrong_conditions(sounds, tf.constant([0.0, 0.0, 0.9]), tf.constant([7, 7, 8]))[0].numpy().ravel()
    array([0.3, 0.3, 0.2], dtype=float32)
    """
    meanings = conditions if meanings is None else meanings
    everybody = replicas.gather(conditions)
    all_meanings = everybody if meanings is conditions else replicas.gather(meanings)
    axes = list(range(2, len(meanings.shape) + 1))
    differs = tf.reduce_any(meanings[:, None] != all_meanings[None, :], axes)
    seen = tf.cumsum(tf.cast(differs, tf.int32), axis=1)
    count = seen[:, -1:]
    which = tf.cast(chance[:, None] * tf.cast(count, tf.float32), tf.int32)
    # The first place by which more than `which` candidates have been seen.
    place = tf.argmax(tf.cast(seen > which, tf.int32), axis=1)
    return tf.gather(everybody, place), count[:, 0] > 0
