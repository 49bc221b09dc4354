"""RankGAN: sentences are compared with each other instead of judged one by one."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, replicas
from tfgan_zoo.losses.policy.rewards.roll_outs import ByRollOuts


def rank_scores(embeddings, references, comparisons, gamma=1.0):
    """Return how well sentences rank among others (Lin et al. 2017, RankGAN, 1705.11001).

    With α(s|u) the cosine of two sentences' embeddings,
    R(s) = E_u exp(γ α(s|u)) / (exp(γ α(s|u)) + Σ_c exp(γ α(c|u))).

    Args:
        embeddings: `[N, F]`, of the sentences s.
        references: `[U, F]`, of the reference sentences u.
        comparisons: `[C, F]`, of the sentences c that s is ranked among.
        gamma: γ, how sharply, above 0.

    Returns:
        float32 `[N]` in (0, 1), with a gradient; 1 / (1 + C) where all are alike.

    >>> rank_scores(tf.constant([[2.0, 0.0]]), tf.eye(2), tf.ones([3, 2])).shape
    TensorShape([1])
    >>> float(rank_scores(tf.ones([1, 2]), tf.eye(2), tf.ones([3, 2]))[0])
    0.25
    """
    embeddings, references, comparisons = (
        tf.math.l2_normalize(tf.cast(x, tf.float32), axis=1)
        for x in (embeddings, references, comparisons)
    )
    own = gamma * tf.matmul(embeddings, references, transpose_b=True)
    others = tf.reduce_logsumexp(
        gamma * tf.matmul(comparisons, references, transpose_b=True), axis=0
    )
    return tf.reduce_mean(tf.sigmoid(own - others), axis=1)


@keras.saving.register_keras_serializable(package="tfgan_zoo.policy")
class Rank(ByRollOuts):
    """The log rank of sentences among real ones, by roll-outs (Lin et al. 2017, RankGAN, 1705.11001).

    Of the global batch's real sentences the first are the references, the others those that a sentence is
    ranked among; see `rank_scores`. The embeddings are the discriminator's (the paper's ranker's).

    Args:
        count: roll-outs of each beginning.
        references: how many of the real sentences are references; at least one more must be there.
        gamma: γ, how sharply, above 0.

    Raises:
        ValueError: a number out of range, or (by `returns`) a batch with no more real sentences than
            references.

    >>> Rank(references=8).references
    8
    """

    kind = "rank"
    needs = ("embed", "real", "roll_out")

    def __init__(self, count=16, references=16, gamma=1.0):
        super().__init__(count)
        errors.check_ints(1, references=references)
        errors.check_numbers(0, 1e6, gamma=gamma)
        if gamma == 0:
            raise ValueError("gamma is 0, expected a number above 0")
        self.references = references
        self.gamma = float(gamma)

    def score(self, turn):
        """log R(y)."""
        real = replicas.gather(turn.embed(turn.real))
        if real.shape[0] is not None and real.shape[0] <= self.references:
            raise ValueError(
                f"rank: {self.references} references leave no real sentence to compare with in a batch of "
                f"{real.shape[0]}; use fewer references or a larger batch"
            )
        if real.shape[0] is None:
            tf.debugging.assert_greater(
                tf.shape(real)[0],
                self.references,
                f"rank: {self.references} references leave no real sentence to compare with; use fewer "
                "references or a larger batch",
            )
        references, comparisons = real[: self.references], real[self.references :]
        return lambda tokens: tf.math.log(
            rank_scores(turn.embed(tokens), references, comparisons, self.gamma)
        )

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "references": self.references, "gamma": self.gamma}
