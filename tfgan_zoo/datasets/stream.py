"""The order of the data: which images are in which batch, as a pure function of (seed, step)."""

import numpy as np
import tensorflow as tf

# index_shuffle's own 4 rounds leave a pattern in the differences of neighbours (chi² / df of 1.27
# over 2,000 epochs of 1,437 images, where true shuffles have 0.99); 16 rounds do not.
_ROUNDS = 16


def batch_indices(step, seed, num_examples, batch_size):
    """Return which images make up a batch of a shuffled stream.

    An epoch is `num_examples // batch_size` batches of its own permutation; the images that do not
    fill a batch are left out of that epoch, others in each.

    Args:
        step: scalar int64, the batch's number from the beginning of training.
        seed: an int in [-2**63, 2**63).
        num_examples: the size of the set.
        batch_size: the images in a batch, at most `num_examples`.

    Returns:
        int64 [batch_size], distinct values in [0, num_examples).

    >>> sorted(batch_indices(0, seed=1, num_examples=4, batch_size=4).numpy().tolist())
    [0, 1, 2, 3]
    """
    step = tf.cast(step, tf.int64)
    steps = num_examples // batch_size
    epoch, step = step // steps, step % steps
    # The permutation uses 31 bits of each of its three keys and mixes them weakly (keys [0, 0],
    # [0, 1], … give related orders), so they come from a proper hash of (seed, epoch).
    keys = tf.random.stateless_uniform(
        [3], tf.stack([tf.constant(seed, tf.int64), epoch]), None, None, tf.int32, alg="philox"
    )
    indices = tf.raw_ops.RandomIndexShuffle(
        index=step * batch_size + tf.range(batch_size, dtype=tf.int64),
        seed=keys,
        max_index=tf.constant(num_examples - 1, tf.int64),
        rounds=_ROUNDS,
    )
    return tf.ensure_shape(indices, [batch_size])


def make(arrays, *, batch_size, shuffle, seed=0, first_step=0, labelled=None):
    """Return a `tf.data.Dataset` over `Arrays`, with `.info`, `.steps_per_epoch` and `.at`.

    Args:
        arrays: the `Arrays`.
        batch_size: images in a batch.
        shuffle: True for an endless stream of full batches, in the order of `batch_indices`; False
            for one pass in the arrays' order, whose last batch may be short.
        seed: decides a shuffled order.
        first_step: the batch that a shuffled stream begins with.
        labelled: how many images have a label, see `datasets.load`; needs a shuffled stream.

    Returns:
        The dataset. `.at(step)`, on shuffled ones, is the same stream from that step.

    Raises:
        ValueError: a shuffled batch larger than the set.
    """
    rows = _gather(arrays)
    if labelled is None:
        return of_rows(
            rows,
            arrays.info,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            first_step=first_step,
        )
    known = tf.constant(few_labelled(arrays, labelled, seed))

    def batch_at(step, indices):
        drawn = tf.random.stateless_uniform([batch_size], [seed, step], 0, labelled, tf.int64)
        taught = rows(tf.gather(known, drawn))
        return {
            "image": rows(indices)["image"],
            "labelled_image": taught["image"],
            "label": taught["label"],
        }

    return _shuffled(batch_at, arrays.info, batch_size, seed, first_step)


def of_rows(rows, info, *, batch_size, shuffle, seed=0, first_step=0):
    """Return a `tf.data.Dataset` over anything that can be indexed; the arguments are those of `make`.

    Args:
        rows: function from int64 indices [B] to a batch.
        info: what becomes the dataset's `.info`; has `name`, `split` and `num_examples`.
        batch_size: rows in a batch.
        shuffle: True for an endless stream, False for one pass.
        seed: decides a shuffled order.
        first_step: the batch that a shuffled stream begins with.

    Raises:
        ValueError: a shuffled batch larger than the set.
    """
    if shuffle:
        return _shuffled(lambda step, indices: rows(indices), info, batch_size, seed, first_step)
    dataset = tf.data.Dataset.range(info.num_examples).batch(batch_size).map(rows)
    return _finish(dataset, info, -(-info.num_examples // batch_size))


def check(split, *, batch_size, seed, shuffle, first_step):
    """Check the arguments that all loaders share, and return whether to shuffle.

    Raises:
        ValueError: one that is out of range, or a `first_step` for a set that is not shuffled.

    >>> check("train[:10%]", batch_size=8, seed=0, shuffle=None, first_step=0)
    True
    """
    for what, value, least in (("batch_size", batch_size, 1), ("first_step", first_step, 0)):
        if not isinstance(value, int) or value < least:
            raise ValueError(f"{what}={value!r}: give an integer of at least {least}")
    if not isinstance(seed, int) or not -(2**63) <= seed < 2**63:
        raise ValueError(f"seed={seed!r}: give an integer of at most 64 bits")
    shuffle = str(split).startswith("train") if shuffle is None else shuffle
    if first_step and not shuffle:
        raise ValueError(
            f"first_step={first_step} needs a shuffled set; {split!r} is read in order"
        )
    return shuffle


def _shuffled(batch_at, info, batch_size, seed, first_step):
    """Return the endless stream of `batch_at(step, indices)`."""
    count = info.num_examples
    if batch_size > count:
        raise ValueError(
            f"batch_size={batch_size} is more than the {count} examples of "
            f"{info.name}[{info.split}]; a shuffled batch has distinct ones"
        )

    def at(step):
        if step < 0:
            raise ValueError(f"a stream begins at step 0 or later, not at {step}")
        # One map in one thread keeps the order and is faster than the training step it runs beside.
        dataset = tf.data.Dataset.counter(step).map(
            lambda step: batch_at(step, batch_indices(step, seed, count, batch_size))
        )
        dataset = _finish(dataset, info, count // batch_size)
        dataset.at = at
        return dataset

    return at(first_step)


def few_labelled(arrays, labelled, seed):
    """Return the indices of the images whose labels are known, as many of each class.

    Args:
        arrays: the `Arrays`.
        labelled: how many in all.
        seed: decides which.

    Returns:
        int64 [labelled].

    Raises:
        ValueError: no labels, a number that is no multiple of the number of classes, or too large a one.
    """
    classes = arrays.info.num_classes
    if classes is None:
        raise ValueError(f"labelled={labelled}, but {arrays.info.name} has no labels")
    each, rest = divmod(labelled, classes)
    counts = np.bincount(arrays.labels, minlength=classes)
    if rest or not 1 <= each <= counts.min():
        raise ValueError(
            f"labelled={labelled}: expected a multiple of the {classes} classes, of {classes} to "
            f"{classes * counts.min()}"
        )
    order = np.random.default_rng(seed).permutation(len(arrays.labels))
    chosen = [order[arrays.labels[order] == label][:each] for label in range(classes)]
    return np.concatenate(chosen).astype(np.int64)


def _gather(arrays):
    """Return a function from indices to a batch."""
    with tf.device("/CPU:0"):
        columns = {key: tf.constant(values) for key, values in arrays.rows.items()}
        if not isinstance(arrays.images, np.memmap):
            pixels = tf.constant(arrays.images)

    def gather(indices):
        if isinstance(arrays.images, np.memmap):
            images = tf.numpy_function(
                lambda wanted: arrays.images[wanted], [indices], tf.uint8, stateful=False
            )
            images = tf.ensure_shape(images, [*indices.shape, *arrays.info.image_shape])
        else:
            images = tf.gather(pixels, indices)
        batch = {"image": tf.cast(images, tf.float32) / 127.5 - 1.0}
        batch.update({key: tf.gather(values, indices) for key, values in columns.items()})
        return batch

    return gather


def _finish(dataset, info, steps_per_epoch):
    options = tf.data.Options()
    options.deterministic = True
    # There are no files to divide among workers: each reads all and takes its part of every batch.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    dataset = dataset.prefetch(tf.data.AUTOTUNE).with_options(options)
    dataset.info = info
    dataset.steps_per_epoch = steps_per_epoch
    return dataset
