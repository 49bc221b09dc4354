"""A generator so small that all its sentences can be enumerated: a table of logits."""

import itertools

import numpy as np
import tensorflow as tf

from tfgan_zoo.sentences import mask_of

NEVER = -1e9

# Without an end, and with one: `<pad>`, `<bos>`, `<eos>` and two words.
ENDLESS = {"vocabulary": 3, "length": 4}
ENDING = {"vocabulary": 5, "length": 4, "start_token": 1, "never_written": (0, 1)}
KINDS = [(ENDLESS, None), (ENDING, 2)]


class Table:
    """Logits are a table of (position, last token): a generator of tokens without a network."""

    def __init__(self, vocabulary, length, start_token=0, never_written=(), scale=1.0, seed=0):
        self.vocabulary_size, self.length = vocabulary, length
        self.start_token, self.never_written = start_token, never_written
        shape = (length, vocabulary, vocabulary)
        table = np.random.default_rng(seed).normal(size=shape).astype(np.float32) * scale
        self.table = tf.Variable(table)

    def initial_state(self, rows):
        return (tf.zeros([rows], tf.int32),)

    def step(self, tokens, state):
        (position,) = state
        return self._logits(position, tokens), (position + 1,)

    def read(self, tokens):
        start = tf.fill([tf.shape(tokens)[0], 1], self.start_token)
        before = tf.concat([start, tokens[:, :-1]], axis=1)
        positions = tf.broadcast_to(tf.range(tf.shape(tokens)[1]), tf.shape(tokens))
        return self._logits(positions, before)

    def __call__(self, tokens, training=False):
        return self.read(tokens)

    def _logits(self, positions, tokens):
        never = np.isin(np.arange(self.vocabulary_size), self.never_written)
        table = tf.convert_to_tensor(self.table)  # XLA does not gather from variables
        logits = tf.gather_nd(table, tf.stack([positions, tokens], axis=-1))
        return tf.where(never, NEVER, logits)

    def probabilities(self):
        """Return float64 `[T, V, V]`: of a token after a last one at a position."""
        table = self.table.numpy().astype(np.float64)
        table[..., list(self.never_written)] = -np.inf
        table = np.exp(table - table.max(-1, keepdims=True))
        return table / table.sum(-1, keepdims=True)


def sentences(generator, end_token, begin=()):
    """Return every sentence that goes on from a beginning, int32 `[M, T]`, and its probability given that."""
    found, probability, table = [], [], generator.probabilities()
    writable = [v for v in range(generator.vocabulary_size) if v not in generator.never_written]
    begin = list(begin)
    for rest in itertools.product(writable, repeat=generator.length - len(begin)):
        sentence = begin + list(rest)
        if end_token in sentence:
            cut = sentence.index(end_token) + 1
            sentence = sentence[:cut] + [0] * (len(sentence) - cut)
        if sentence[: len(begin)] == begin and sentence not in found:
            found.append(sentence)
    for sentence in found:
        likely, last = 1.0, begin[-1] if begin else generator.start_token
        for position in range(len(begin), generator.length):
            if end_token is None or end_token not in sentence[:position]:
                likely *= table[position, last, sentence[position]]
            last = sentence[position]
        probability.append(likely)
    return np.array(found, np.int32), np.array(probability)


def exact_gradient(generator, end_token, values):
    """Return the gradient of the expectation of values `[M]` of all sentences by the table, float32."""
    tokens, _ = sentences(generator, end_token)
    with tf.GradientTape() as tape:
        log_probs = tf.nn.log_softmax(generator.read(tf.constant(tokens)))
        chosen = tf.gather(log_probs, tokens, batch_dims=2) * mask_of(tokens, end_token)
        likely = tf.exp(tf.reduce_sum(chosen, axis=1))
        expectation = tf.reduce_sum(likely * tf.cast(values, tf.float32))
    return tape.gradient(expectation, generator.table).numpy()


def uniforms(*shape, seed=0):
    return tf.random.stateless_uniform(shape, [seed, 7])


def compiled(function, *arguments, **named):
    return tf.function(function)(*arguments, **named)


def frequencies(tokens, sentences):
    """Return how often each sentence is among the tokens' rows."""
    place = {tuple(sentence): i for i, sentence in enumerate(sentences)}
    rows, counts = np.unique(tokens, axis=0, return_counts=True)
    found = np.zeros(len(sentences))
    for row, count in zip(rows, counts, strict=True):
        found[place[tuple(row)]] = count  # a KeyError is a sentence that cannot be
    return found / len(tokens)


def assert_within(found, exact, count, errors=4.0):
    """Assert that frequencies are within some standard errors of probabilities."""
    standard = np.sqrt(exact * (1 - exact) / count)
    np.testing.assert_array_less(np.abs(found - exact), errors * standard + 1e-9)
