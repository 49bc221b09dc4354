"""BLEU against the real batch as a reward: policy gradient without a discriminator."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, replicas
from tfgan_zoo.losses.policy.rewards.base import Reward, at_every_token
from tfgan_zoo.sentences import mask_of

# What an n-gram order without a match counts instead of 0 (Chen & Cherry 2014, method 1, as NLTK has it).
_SMOOTHING = 0.1


def sentence_bleu(tokens, references, end_token, n=3):
    """Return the BLEU of each sentence against all references (Papineni et al. 2002), smoothed.

    Args:
        tokens: int32 `[N, T]`; the end token and what follows are no words.
        references: int32 `[R, T]`, of which every sentence has all.
        end_token: int, or None where sentences have no end.
        n: the longest n-grams that count.

    Returns:
        float32 `[N]` in [0, 1]: what NLTK's `sentence_bleu` says with equal weights and `method1`.

    >>> references = tf.constant([[4, 5, 6, 2], [4, 7, 2, 0]])
    >>> sentences = tf.constant([[4, 7, 2, 0], [9, 9, 9, 9]])
    >>> sentence_bleu(sentences, references, end_token=2, n=2).numpy().tolist()
    [1.0, 0.0]
    """
    words, reference_words = _words(tokens, end_token), _words(references, end_token)
    reference_lengths = tf.reduce_sum(tf.cast(reference_words, tf.int32), axis=1)

    def bleu(sentence):
        tokens, words = sentence
        # Whether word p is word q of the sentence itself, and word q of reference r.
        own = first_own = _same(tokens, words, tokens[None], words[None])
        theirs = first_theirs = _same(tokens, words, references, reference_words)
        precisions = []
        for order in range(n):
            if order:  # n-grams are the same where the shorter ones are, and the words that follow
                own = own[:-1, :, :-1] & first_own[order:, :, order:]
                theirs = theirs[:-1, :, :-1] & first_theirs[order:, :, order:]
            times = _most(own)
            there = times > 0
            # Each of an n-gram's k places counts 1 / k of its matches.
            matches = tf.reduce_sum(
                tf.where(there, tf.minimum(times, _most(theirs)) / tf.maximum(times, 1.0), 0.0)
            )
            total = tf.maximum(tf.reduce_sum(tf.cast(there, tf.float32)), 1.0)
            precisions.append((tf.where(matches > 0, matches, _SMOOTHING)) / total)
            if not order:
                any_word = matches > 0
        length = tf.reduce_sum(tf.cast(words, tf.int32))
        brevity = _brevity(length, reference_lengths)
        mean = tf.exp(tf.reduce_mean(tf.math.log(tf.stack(precisions))))
        return tf.where(any_word, brevity * mean, 0.0)

    return tf.map_fn(bleu, (tokens, words), fn_output_signature=tf.TensorSpec([], tf.float32))


@keras.saving.register_keras_serializable(package="tfgan_zoo.policy")
class Bleu(Reward):
    """BLEU against the global batch's real sentences (PG-BLEU of Yu et al. 2017, 1609.05473).

    Args:
        n: the longest n-grams that count.

    Raises:
        ValueError: an n that is no positive int.

    >>> Bleu(n=2).n
    2
    """

    kind = "bleu"
    needs = ("real",)

    def __init__(self, n=3):
        errors.check_ints(1, n=n)
        self.n = n

    def values(self, turn, tokens):
        """The sentences' BLEU."""
        references = replicas.gather(turn.real)
        return at_every_token(sentence_bleu(tokens, references, turn.end_token, self.n), tokens)

    def get_config(self):
        """Return the constructor's arguments."""
        return {"n": self.n}


def _words(tokens, end_token):
    words = mask_of(tokens, end_token) > 0
    return words if end_token is None else words & (tokens != end_token)


def _same(tokens, words, others, other_words):
    """Return bool `[T, R, T]`: whether a sentence's words are those of others."""
    return (tokens[:, None, None] == others) & words[:, None, None] & other_words


def _most(same):
    """Return how often each n-gram stands in the sentence that has it most often."""
    return tf.reduce_max(tf.reduce_sum(tf.cast(same, tf.float32), axis=2), axis=1)


def _brevity(length, reference_lengths):
    """Return the penalty of being shorter than the reference of the nearest length, of two the shorter."""
    order = tf.abs(reference_lengths - length) * 2 + tf.cast(reference_lengths > length, tf.int32)
    nearest = tf.cast(tf.gather(reference_lengths, tf.argmin(order)), tf.float32)
    length = tf.cast(length, tf.float32)
    shortfall = tf.exp(1.0 - nearest / tf.maximum(length, 1.0))
    return tf.where(length > nearest, 1.0, tf.where(length > 0, shortfall, 0.0))
