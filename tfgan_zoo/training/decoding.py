"""Writing sentences with a generator of tokens, and asking it how probable sentences are.

Pure functions over what a generator of tokens can do: `initial_state(rows)`, `step(tokens, state)`,
`read(tokens)`, and its `start_token` and `vocabulary_size`. Random numbers come in as uniforms, so that
sentence i of a seed does not depend on how many are written, and replicas write their own rows. Loops
are fast inside a `tf.function` only.
"""

import numpy as np
import tensorflow as tf

from tfgan_zoo.sentences import mask_of
from tfgan_zoo.training import choosing
from tfgan_zoo.training.choosing import categorical, filtered
from tfgan_zoo.training.roll_outs import roll_out

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


def sample(
    generator,
    uniforms,
    end_token,
    temperature=1.0,
    top_k=None,
    top_p=None,
    greedy=False,
    prefix=None,
    without=(),
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
        without: tokens not to write this time, besides those that the generator never writes.

    Returns:
        int32 `[B, T]`.

    Raises:
        ValueError: a prefix longer than the sentences, or a number out of range, see `filtered`.
    """
    choosing.check_filters(generator.vocabulary_size, temperature, top_k, top_p)
    if prefix is not None:
        prefix = _padded(prefix, uniforms)

    hidden = np.zeros([generator.vocabulary_size], np.float32)
    hidden[list(without)] = -1e9

    def choose(logits, position):
        if without:
            logits += hidden
        if greedy:
            token = tf.argmax(logits, axis=-1, output_type=tf.int32)
        else:
            token = categorical(filtered(logits, temperature, top_k, top_p), uniforms[:, position])
        if prefix is None:
            return token
        given = prefix[:, position]
        return tf.where(tf.equal(given, 0), token, given)

    return _write(generator, choose, uniforms, end_token)


def log_probabilities(generator, tokens, temperature=1.0, training=False):
    """Return how probable sentences are to a generator, in one teacher-forced pass.

    Args:
        generator: a generator of tokens.
        tokens: int32 `[B, T]`.
        temperature: what logits are divided by: a number or a scalar tensor.
        training: whether the generator's dropout is on.

    Returns:
        `(log_probabilities, entropy)`, both float32 `[B, T]` in nats: of each token given those before it,
        and of the distribution that it was drawn from. They mean something up to a sentence's end only.

    Both have gradients by the generator's weights.
    """
    logits = tf.cast(generator(tokens, training=training), tf.float32)
    log_probs = tf.nn.log_softmax(logits / temperature)
    entropy = -tf.reduce_sum(tf.exp(log_probs) * log_probs, axis=-1)
    return tf.gather(log_probs, tokens, batch_dims=2), entropy


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


def _padded(prefix, uniforms):
    """Return prompts `[B, P]` as `[B, T]`."""
    asked, length = prefix.shape[1], uniforms.shape[1]
    if None not in (asked, length) and asked > length:
        raise ValueError(f"the prompts are {asked} tokens long, sentences at most {length}")
    room = tf.shape(uniforms)[1] - tf.shape(prefix)[1]
    return tf.pad(tf.cast(prefix, tf.int32), [[0, 0], [0, room]])


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
