"""Writing sentences with a generator of tokens, and asking it how probable sentences are.

Pure functions over what a generator of tokens can do: `initial_state(rows)`, `step(tokens, state)`,
`read(tokens)`, and its `start_token` and `vocabulary_size`. Random numbers come in as uniforms, so that
sentence i of a seed does not depend on how many are written, and replicas write their own rows. Loops
are fast inside a `tf.function` only.
"""

import tensorflow as tf

from tfgan_zoo.sentences import mask_of
from tfgan_zoo.training import choosing
from tfgan_zoo.training.choosing import categorical, filtered

__all__ = [
    "categorical",
    "filtered",
    "gumbel",
    "log_probabilities",
    "mask_of",
    "roll_out",
    "sample",
    "soft_tokens",
]

# Roll-outs take a step for so many rows at once that their logits stay in the processor's cache (8 MB);
# measured on two cores, twice as fast as all rows at once.
_LOGITS_AT_ONCE = 2**21


def sample(
    generator,
    uniforms,
    end_token,
    temperature=1.0,
    top_k=None,
    top_p=None,
    greedy=False,
    prefix=None,
):
    """Write sentences.

    Args:
        generator: a generator of tokens.
        uniforms: float32 `[B, T]` in [0, 1), one for each token.
        end_token: int after which a sentence holds 0 only, or None where sentences have no end.
        temperature: see `filtered`.
        top_k: see `filtered`.
        top_p: see `filtered`.
        greedy: take the most probable token at each position instead.
        prefix: int32 `[B, P]`, P ≤ T, tokens that sentences begin with; 0 where the generator goes on, so
            that prompts may differ in length.

    Returns:
        int32 `[B, T]`.

    Raises:
        ValueError: a prefix longer than the sentences, or a number out of range, see `filtered`.
    """
    choosing.check_filters(generator.vocabulary_size, temperature, top_k, top_p)
    if prefix is not None:
        room = uniforms.shape[1] - prefix.shape[1]
        if room < 0:
            raise ValueError(
                f"the prompts are {prefix.shape[1]} tokens long, sentences at most {uniforms.shape[1]}"
            )
        prefix = tf.pad(tf.cast(prefix, tf.int32), [[0, 0], [0, room]])

    def choose(logits, position):
        if greedy:
            token = tf.argmax(logits, axis=-1, output_type=tf.int32)
        else:
            token = categorical(filtered(logits, temperature, top_k, top_p), uniforms[:, position])
        if prefix is None:
            return token
        given = prefix[:, position]
        return tf.where(tf.equal(given, 0), token, given)

    return _write(generator, choose, uniforms, end_token)


def log_probabilities(generator, tokens, training=False):
    """Return how probable sentences are to a generator, in one teacher-forced pass.

    Args:
        generator: a generator of tokens.
        tokens: int32 `[B, T]`.
        training: whether the generator's dropout is on.

    Returns:
        `(log_probabilities, entropy)`, both float32 `[B, T]` in nats: of each token given those before it,
        and of the distribution that it was drawn from. They mean something up to a sentence's end only.

    Both have gradients by the generator's weights.
    """
    logits = tf.cast(generator(tokens, training=training), tf.float32)
    log_probs = tf.nn.log_softmax(logits)
    entropy = -tf.reduce_sum(tf.exp(log_probs) * log_probs, axis=-1)
    return tf.gather(log_probs, tokens, batch_dims=2), entropy


def roll_out(generator, tokens, uniforms, end_token):
    """Complete every beginning of sentences, several times each (Yu et al. 2017, SeqGAN, 1609.05473).

    The generator reads each sentence once and keeps its states; no beginning is read twice. The rows that
    are being written grow by N B with each position.

    Args:
        generator: a generator of tokens.
        tokens: int32 `[B, T]`, T known, the sentences.
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


def gumbel(generator, uniforms, end_token):
    """Write sentences with the Gumbel-max trick, and keep the noise (Nie et al. 2019, RelGAN).

    A token is the argmax of logits plus Gumbel noise; `soft_tokens` of the same noise are its
    differentiable relaxation (Jang et al. 2017, 1611.01144; Maddison et al. 2017, 1611.00712).

    Args:
        generator: a generator of tokens.
        uniforms: float32 `[B, T, V]` in [0, 1).
        end_token: int, or None where sentences have no end.

    Returns:
        `(tokens, noise)`, int32 `[B, T]` and float32 `[B, T, V]`.
    """
    # The smallest uniform above 0 is 2^-23: half of it stands for 0.
    noise = -tf.math.log(-tf.math.log(tf.maximum(uniforms, 2.0**-24)))

    def choose(logits, position):
        return tf.argmax(logits + noise[:, position], axis=-1, output_type=tf.int32)

    return _write(generator, choose, uniforms, end_token), noise


def soft_tokens(generator, tokens, noise, beta, end_token, training=False):
    """Return the relaxation of tokens that `gumbel` wrote, with its gradient by the generator's weights.

    It is softmax(β (logits + noise)). The generator was fed the hard tokens, so one teacher-forced pass
    gives the numbers and gradients of RelGAN's loop over positions.

    Args:
        generator: a generator of tokens.
        tokens: int32 `[B, T]`, from `gumbel`.
        noise: float32 `[B, T, V]`, from `gumbel`.
        beta: inverse temperature, above 0: a number or a scalar tensor.
        end_token: int, or None where sentences have no end.
        training: whether the generator's dropout is on; `gumbel` wrote without.

    Returns:
        float32 `[B, T, V]`, distributions whose argmax is the token; after the end 0, for sure.
    """
    logits = tf.cast(generator(tokens, training=training), tf.float32)
    soft = tf.nn.softmax(tf.cast(beta, tf.float32) * (logits + noise))
    if end_token is None:
        return soft
    hard = tf.one_hot(tokens, generator.vocabulary_size)
    return tf.where(mask_of(tokens, end_token)[..., None] > 0, soft, hard)


def _write(generator, choose, uniforms, end_token):
    """Write a token for each of uniforms `[B, T, …]`; `choose(logits, position)` says which."""
    rows, length = tf.unstack(tf.shape(uniforms)[:2])

    def body(position, last, state, runs, written):
        logits, state = generator.step(last, state)
        token = tf.where(runs, choose(logits, position), 0)
        if end_token is not None:
            runs &= token != end_token
        return position + 1, token, state, runs, written.write(position, token)

    state = generator.initial_state(rows)
    row = tf.TensorShape([None])
    *_, written = tf.while_loop(
        lambda position, *_: position < length,
        body,
        (
            tf.constant(0),
            tf.fill([rows], generator.start_token),
            state,
            tf.fill([rows], True),
            tf.TensorArray(tf.int32, length, element_shape=row),
        ),
        shape_invariants=(
            tf.TensorShape([]),
            row,
            tf.nest.map_structure(lambda x: tf.TensorShape([None, *x.shape[1:]]), state),
            row,
            tf.TensorShape(None),
        ),
    )
    return tf.ensure_shape(tf.transpose(written.stack()), uniforms.shape[:2])


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
        parts = tf.maximum(-(-rows * generator.vocabulary_size // _LOGITS_AT_ONCE), 1)
        size = -(-rows // parts)

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
