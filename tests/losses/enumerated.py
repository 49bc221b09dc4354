"""A world of fifteen sentences, in which the policy gradient can be worked out exactly.

Two words (3 and 4) and an end (2), at most three tokens: discriminators, embeddings and features are
tables of a number for each sentence or beginning.
"""

import dataclasses
import functools

import numpy as np
import tensorflow as tf

from tests import tabular
from tfgan_zoo.losses import policy
from tfgan_zoo.sentences import mask_of
from tfgan_zoo.training import decoding

END, LENGTH, VOCABULARY, FEATURES = 2, 3, 5, 4
REAL = np.int32([[3, 4, 3], [4, 2, 0], [3, 3, 2], [3, 4, 4], [4, 4, 3], [2, 0, 0]])
BASELINES = ("none", "batch_mean", "moving_mean", "critic", "self_critical")


def table(*shape, seed):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


# A random number for each sentence, and for each beginning that ends at t: see `code`.
SENTENCE_LOGITS = table(VOCABULARY**LENGTH, seed=1)
BEGINNING_LOGITS = table(LENGTH, VOCABULARY**LENGTH, seed=2)
EMBEDDINGS = table(VOCABULARY**LENGTH, FEATURES, seed=3)
STATES = table(LENGTH, VOCABULARY**LENGTH, FEATURES, seed=4)


def code(tokens):
    """Return a number for each beginning: `[N, T]` tokens of `[N, T]` beginnings."""
    return tf.cumsum(tokens * VOCABULARY ** np.arange(LENGTH, dtype=np.int32), axis=1)


def judge(tokens):
    return tf.gather(SENTENCE_LOGITS, code(tokens)[:, -1])


def judge_beginnings(tokens):
    places = tf.broadcast_to(np.arange(LENGTH, dtype=np.int32), tf.shape(tokens))
    return tf.gather_nd(BEGINNING_LOGITS, tf.stack([places, code(tokens)], axis=-1))


def embed(tokens):
    return tf.gather(EMBEDDINGS, code(tokens)[:, -1])


def features(tokens):
    places = tf.broadcast_to(np.arange(LENGTH, dtype=np.int32), tf.shape(tokens))
    return tf.gather_nd(STATES, tf.stack([places, code(tokens)], axis=-1))


def turn(reward, tokens, roll_out=None, real=REAL):
    """Return the turn in which the generator wrote these tokens."""
    greedy = np.int32([[4, 3, 2]])
    given = policy.Turn(
        tokens=tokens,
        mask=mask_of(tokens, END),
        end_token=END,
        judge=judge_beginnings if reward.kind == "steps" else judge,
        real=tf.convert_to_tensor(real),
        roll_out=roll_out,
        greedy=lambda: tf.tile(greedy, [tf.shape(tokens)[0], 1]),
        features=features,
        embed=embed,
    )
    asked = {
        "tokens",
        "mask",
        "end_token",
        *reward.needs,
        *(n for b in BASELINES for n in NEEDS[b]),
    }
    others = [f.name for f in dataclasses.fields(given) if f.name not in asked]
    return dataclasses.replace(given, **dict.fromkeys(others))


NEEDS = {name: policy.baselines.get(name).needs for name in BASELINES}


@functools.cache
def world():
    """Return the generator, its sentences, their probabilities, masks, and ∇ log π `[M, T, parameters]`."""
    generator = tabular.Table(VOCABULARY, LENGTH, start_token=1, never_written=(0, 1), seed=5)
    tokens, exact = tabular.sentences(generator, END)
    with tf.GradientTape() as tape:
        log_probs, _ = decoding.log_probabilities(generator, tf.constant(tokens))
    jacobian = tape.jacobian(log_probs, generator.table).numpy().reshape(*tokens.shape, -1)
    return generator, tokens, exact, mask_of(tokens, END).numpy(), jacobian.astype(np.float64)


def gradient(weights):
    """Return Σ_m Σ_t weights ∇ log π of all sentences, weights `[..., M, T]`, ended tokens left out."""
    _, _, _, mask, jacobian = world()
    return np.einsum("...mt,mtp->...p", weights * mask, jacobian)


def index(tokens):
    """Return which of the world's sentences rows `[..., T]` are."""
    _, sentences, *_ = world()
    codes = code(tf.constant(sentences))[:, -1].numpy()
    order = np.argsort(codes)
    rows = np.reshape(tokens, [-1, LENGTH])
    return order[np.searchsorted(codes[order], code(tf.constant(rows))[:, -1])].reshape(
        np.shape(tokens)[:-1]
    )


def baselines():
    """Return one object of each kind, with a past."""
    made = {name: policy.baselines.get(name) for name in BASELINES}
    made["critic"].build((None, LENGTH, FEATURES))
    made["critic"].value_head.kernel.assign(table(FEATURES, 1, seed=6))
    made["critic"].value_head.bias.assign([0.3])
    return made


def set_past(moving_mean):
    """Give the moving mean the average 0.74."""
    moving_mean.average.assign(0.37)
    moving_mean.seen.assign(0.5)


def advantages(reward, batches, made, roll_outs=None):
    """Return dict of baseline -> advantages `[K, n, T]` of K batches `[K, n, T]`.

    `roll_outs`: uniforms for them, `[K, n, N, T - 1, T]`.
    """
    generator, *_ = world()
    batches = tf.convert_to_tensor(batches)
    count, size = batches.shape[:2]
    completed = tf.zeros([count, 0], tf.int32)
    if roll_outs is not None:
        flat = tf.reshape(roll_outs, [count * size, *roll_outs.shape[2:]])
        completed = decoding.roll_out(generator, tf.reshape(batches, [-1, LENGTH]), flat, END)
        completed = tf.reshape(completed, [*completed.shape[:2], count, size, LENGTH])
        completed = tf.transpose(completed, [2, 0, 1, 3, 4])

    def one(batch):
        tokens, completed = batch
        here = turn(reward, tokens, lambda count: completed)
        returns = reward.returns(here)
        set_past(made["moving_mean"])
        return {k: b.advantage(here, returns, reward)[0] for k, b in made.items()}

    spec = tf.TensorSpec([size, LENGTH])
    out = tf.map_fn(one, (batches, completed), {k: spec for k in made}, parallel_iterations=1)
    return out


def estimates(batches, weights):
    """Return each batch's estimate of the gradient `[K, parameters]`, as `policy.loss` has it."""
    _, sentences, *_ = world()
    found = np.zeros([len(batches), len(sentences), LENGTH])
    rows = np.arange(len(batches))[:, None]
    np.add.at(found, (rows, index(batches)), np.float64(weights) / batches.shape[1])
    return gradient(found)
