"""Roll-outs: every beginning of a sentence completed by the generator, several times each."""

import tensorflow as tf

from tfgan_zoo.sentences import mask_of
from tfgan_zoo.training.choosing import categorical

# Roll-outs take a step for so many rows at once that their logits stay in the processor's cache (8 MB);
# measured on two cores, twice as fast as all rows at once.
_LOGITS_AT_ONCE = 2**21


def roll_out(generator, tokens, uniforms, end_token):
    """Complete every beginning of sentences, several times each (Yu et al. 2017, SeqGAN, 1609.05473).

    The generator reads each sentence once and keeps its states; no beginning is read twice. The rows that
    are being written grow by N B with each position.

    Args:
        generator: a generator of tokens.
        tokens: int32 `[B, T]`, the sentences; T known and at least 2.
        uniforms: float32 `[B, N, T - 1, T]` in [0, 1): for N roll-outs of the beginnings of length 1 to
            T - 1 of each sentence; the last T - length of the last axis are used.
        end_token: int, or None where sentences have no end.

    Returns:
        int32 `[T - 1, N, B, T]`: sentence `[g - 1, n, b]` begins with `tokens[b, :g]` and goes on as the
        generator does. A beginning that has ended stays as it is.
    """
    length, count, rows = tokens.shape[1], uniforms.shape[1], tf.shape(tokens)[0]
    going = tf.transpose(tf.cast(mask_of(tokens, end_token), tf.bool))
    tokens = tf.transpose(tokens)
    uniforms = tf.transpose(uniforms, [3, 2, 1, 0])
    firsts, states = _read(generator, tokens, uniforms, length, count)
    advance = _advance(generator, states)
    # What is being written: for beginnings of length 1, 2, … one below the other, N B rows each.
    last, runs = tf.zeros([0], tf.int32), tf.zeros([0], tf.bool)
    state = tf.nest.map_structure(lambda x: x[0, :0], states)
    columns = [_every(tokens[0], length - 1, count)]
    for position in range(1, length):
        if position > 1:
            last, state = advance(last, state, tf.reshape(uniforms[position, : position - 1], [-1]))
        state = _joined(state, _repeated(states, position - 1, count))
        last = tf.concat([last, tf.reshape(firsts[position - 1], [-1])], axis=0)
        runs = tf.concat([runs, tf.tile(going[position], [count])], axis=0)
        last = tf.where(runs, last, 0)
        if end_token is not None:
            runs &= last != end_token
        rest = _every(tokens[position], length - 1 - position, count)
        columns.append(tf.concat([tf.reshape(last, [position, count, rows]), rest], axis=0))
    return tf.stack(columns, axis=-1)


def _read(generator, tokens, uniforms, length, count):
    """Read sentences `[T, B]`; return, for beginnings of length 1 to T - 1, the first own tokens
    `[T - 1, N, B]` (N of them from the same logits) and the states `[T - 1, B, …]`.
    """
    rows = tf.shape(tokens)[1]
    _, state = generator.step(tf.fill([rows], generator.start_token), generator.initial_state(rows))
    shapes = tf.nest.map_structure(lambda x: tf.TensorShape([None, *x.shape[1:]]), state)

    def kept(dtype, shape):
        return tf.TensorArray(dtype, length - 1, element_shape=shape)

    def body(index, state, firsts, states):
        logits, state = generator.step(tokens[index], state)
        first = tf.transpose(categorical(logits, tf.transpose(uniforms[index + 1, index])))
        states = tf.nest.map_structure(lambda array, x: array.write(index, x), states, state)
        return index + 1, state, firsts.write(index, first), states

    *_, firsts, states = tf.while_loop(
        lambda index, *_: index < length - 1,
        body,
        (
            tf.constant(0),
            state,
            kept(tf.int32, [count, None]),
            tf.nest.map_structure(lambda x, shape: kept(x.dtype, shape), state, shapes),
        ),
        shape_invariants=(
            tf.TensorShape([]),
            shapes,
            tf.TensorShape(None),
            tf.nest.map_structure(lambda _: tf.TensorShape(None), state),
        ),
    )
    return firsts.stack(), tf.nest.map_structure(lambda array: array.stack(), states)


def _advance(generator, states):
    """Return the function of (tokens, state, uniforms) that gives the next tokens and state.

    It takes a step for some rows at a time, and is traced once for any number of them.

    Args:
        generator: a generator of tokens.
        states: `[T - 1, B, …]`, for their structure and shapes.
    """

    def chosen(part):
        tokens, state, uniforms = part
        logits, state = generator.step(tokens, state)
        return categorical(logits, uniforms), state

    row = tf.TensorSpec([None], tf.int32)
    states = tf.nest.map_structure(lambda x: tf.TensorSpec([None, *x.shape[2:]], x.dtype), states)

    @tf.function(input_signature=(row, states, tf.TensorSpec([None])), autograph=False)
    def advance(tokens, state, uniforms):
        rows = tf.shape(tokens)[0]
        parts = -(-rows // max(_LOGITS_AT_ONCE // generator.vocabulary_size, 1))
        size = -(-rows // tf.maximum(parts, 1))

        def in_parts(x):
            ragged = [[0, parts * size - rows], *[[0, 0]] * (len(x.shape) - 1)]
            return tf.reshape(tf.pad(x, ragged), [parts, size, *x.shape[1:]])

        out = tf.map_fn(
            chosen,
            tf.nest.map_structure(in_parts, (tokens, state, uniforms)),
            fn_output_signature=(row, states),
            parallel_iterations=1,
        )
        return tf.nest.map_structure(lambda x: tf.reshape(x, [-1, *x.shape[2:]])[:rows], out)

    return advance


def _every(tokens, lengths, count):
    """Return `[B]` tokens as `[lengths, count, B]`."""
    return tf.broadcast_to(tokens, [lengths, count, tf.shape(tokens)[0]])


def _repeated(states, index, count):
    """Return the states `[index, B, …]`, `count` times one below the other."""
    return tf.nest.map_structure(
        lambda x: tf.tile(x[index], [count, *[1] * (len(x.shape) - 2)]), states
    )


def _joined(*states):
    return tf.nest.map_structure(lambda *parts: tf.concat(parts, axis=0), *states)
