"""Random numbers that are a function of (seed, step, use, position in the global batch).

Nothing here has state: a resumed run needs only its step counter to draw what it would have drawn, and
replicas that hold different parts of one global batch draw different parts of one global tensor.
"""

import contextlib
import threading
import zlib

import tensorflow as tf

_active = threading.local()

# Philox. Named, so that a version of TensorFlow with another default draws the same numbers. XLA's kernels
# draw numbers of their own all the same: a run repeats bit for bit only with the same jit_compile.
_ALGORITHM = 1

# What samples are made of is drawn in blocks of this many rows, so that sample i of a seed does not
# depend on how many are asked for. Changing it changes what every seed shows.
LATENT_BLOCK = 256


def _parts(seed):
    # What tf.random.stateless_* make of a seed by 25 operations, a step's trace being mostly those.
    key, counter = tf.raw_ops.StatelessRandomGetKeyCounter(seed=seed)
    return {"key": key, "counter": counter, "alg": _ALGORITHM}


def _fold(seed, *data):
    """Return `tf.random.fold_in` of one after the other."""
    with tf.name_scope("stateless_random_fold_in"):
        for value in data:
            value = tf.cast(value, tf.int64)
            mixed = tf.raw_ops.StatelessRandomUniformFullIntV2(
                shape=tf.constant([], tf.int32), dtype=tf.int64, **_parts(seed)
            )
            seed = tf.stack([mixed, value])
    return seed


def _normal(shape, seed):
    with tf.name_scope("stateless_random_normal"):
        return tf.raw_ops.StatelessRandomNormalV2(shape=shape, **_parts(seed))


def _uniform(shape, seed):
    with tf.name_scope("stateless_random_uniform"):
        return tf.raw_ops.StatelessRandomUniformV2(shape=shape, **_parts(seed))


def latents(n, shape, seed):
    """Draw standard normal latents for sampling.

    The first rows do not depend on `n`: `latents(5, …)` begins `latents(500, …)`.

    Args:
        n: number of rows, int or int tensor.
        shape: shape of one latent, a tuple of ints.
        seed: int or int tensor.

    Returns:
        float32 tensor of shape `[n, *shape]`.

    >>> bool(tf.reduce_all(latents(3, (2,), seed=1) == latents(300, (2,), seed=1)[:3]))
    True
    """
    return _in_blocks(_normal, n, shape, seed)


def uniforms(n, shape, seed):
    """Draw numbers uniform in [0, 1) for sampling, as `latents` does normal ones.

    >>> bool(tf.reduce_all(uniforms(3, (2,), seed=1) == uniforms(300, (2,), seed=1)[:3]))
    True
    """
    return _in_blocks(_uniform, n, shape, seed)


def _in_blocks(draw, n, shape, seed):
    n = tf.cast(n, tf.int64)
    base = tf.stack([tf.cast(seed, tf.int64), tf.constant(0, tf.int64)])

    def block(index):
        return draw([LATENT_BLOCK, *shape], _fold(base, index))

    blocks = tf.range((n + LATENT_BLOCK - 1) // LATENT_BLOCK)
    drawn = tf.map_fn(block, blocks, fn_output_signature=tf.float32)
    return tf.reshape(drawn, [-1, *shape])[:n]


class _Stream:
    """What random tensors are drawn from, each by the name of its use.

    A second draw of the same name gets the next number, in program order.
    """

    def __init__(self, key):
        self._key = key
        self._uses = {}

    def key(self, use):
        """Return a fresh stateless seed (int64, shape [2]) for this use."""
        count = self._uses.get(use, 0)
        self._uses[use] = count + 1
        return _fold(self._key, zlib.crc32(use.encode()), count)

    @contextlib.contextmanager
    def again(self):
        """Draw in this block what the next draws after it will be: its own do not count.

        >>> stream = RandomStream(seed=0, step=tf.constant(7, tf.int64), local_batch=4)
        >>> with stream.again():
        ...     first = stream.normal((2,), use="noise")
        >>> bool(tf.reduce_all(first == stream.normal((2,), use="noise")))
        True
        """
        before = dict(self._uses)
        try:
            yield self
        finally:
            self._uses = before

    def normal(self, shape, use):
        """Draw float32 standard normal numbers, `[local batch, *shape]`."""
        return self._rows(_normal, shape, use)

    def uniform(self, shape, use):
        """Draw float32 numbers uniform in [0, 1), `[local batch, *shape]`."""
        return self._rows(_uniform, shape, use)

    @contextlib.contextmanager
    def active(self):
        """Make this the stream that layers of this thread draw from."""
        outer = getattr(_active, "stream", None)
        _active.stream = self
        try:
            yield self
        finally:
            _active.stream = outer


class RandomStream(_Stream):
    """The random tensors of one training step.

    Each draw names its `use`; a second draw with the same name in the same step gets the next number,
    in program order. Per-sample draws are made for the global batch and cut to this replica's part.

    Args:
        seed: int, the run's seed.
        step: int64 scalar tensor, the step counter.
        local_batch: number of samples on this replica.
        global_batch: number of samples on all replicas.
        offset: position of this replica's first sample in the global batch.

    >>> stream = RandomStream(seed=0, step=tf.constant(7, tf.int64), local_batch=4)
    >>> stream.normal((2,), use="latents").shape
    TensorShape([4, 2])
    """

    def __init__(self, seed, step, local_batch, global_batch=None, offset=None):
        super().__init__(_fold(tf.constant([seed, 1], tf.int64), step))
        self._local_batch = local_batch
        self._global_batch = local_batch if global_batch is None else global_batch
        self._offset = offset

    def _rows(self, draw, shape, use):
        return self.mine(draw([self._global_batch, *shape], self.key(use)))

    def mine(self, rows):
        """Return this replica's part of something that has a row for each sample of the global batch."""
        if self._offset is None:
            return rows
        return rows[self._offset : self._offset + self._local_batch]


class SampleStream(_Stream):
    """The random tensors of samples: those of sample i are a function of (seed, use, i).

    So a sample is the same whatever others are made with it.

    Args:
        seed: int or int64 scalar tensor.
        rows: int tensor `[B]`, the samples' numbers.

    >>> first, later = SampleStream(3, tf.range(4)), SampleStream(3, tf.range(2, 4))
    >>> bool(tf.reduce_all(first.uniform((2,), "z")[2:] == later.uniform((2,), "z")))
    True
    """

    def __init__(self, seed, rows):
        super().__init__(tf.stack([tf.cast(seed, tf.int64), tf.constant(2, tf.int64)]))
        self._numbers = rows

    def _rows(self, draw, shape, use):
        key = self.key(use)
        known = [size if isinstance(size, int) else None for size in shape]
        return tf.map_fn(
            lambda row: draw(shape, _fold(key, row)),
            self._numbers,
            fn_output_signature=tf.TensorSpec(known, tf.float32),
        )


def active_stream():
    """Return the stream of the training step that this thread is in, or None outside of one."""
    return getattr(_active, "stream", None)


def replica_part(local_batch):
    """Say which part of the global batch this replica holds.

    Args:
        local_batch: number of samples on this replica, int or int tensor.

    Returns:
        `(global_batch, offset, share)`: the global batch's size, the position of this replica's first
        sample in it (None on one replica), and the replica's share of the samples (a float or a
        float32 scalar), 1 / replicas when all hold the same number.
    """
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return local_batch, None, 1.0
    here = context.replica_id_in_sync_group
    sizes = tf.one_hot(here, context.num_replicas_in_sync, dtype=tf.int32) * tf.cast(
        local_batch, tf.int32
    )
    sizes = context.all_reduce(tf.distribute.ReduceOp.SUM, sizes)
    global_batch = tf.reduce_sum(sizes)
    offset = tf.cumsum(sizes, exclusive=True)[here]
    return (
        global_batch,
        offset,
        tf.cast(local_batch, tf.float32) / tf.cast(global_batch, tf.float32),
    )
