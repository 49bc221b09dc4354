"""All scores of generated texts against one real set, under names that say it all."""

import numpy as np

from tfgan_zoo import errors
from tfgan_zoo.metrics.names import full_name
from tfgan_zoo.metrics.text.bleu import References
from tfgan_zoo.metrics.text.diversity import distinct_n, duplicates
from tfgan_zoo.metrics.text.embedding import LsaEncoder, frechet_embedding_distance
from tfgan_zoo.metrics.text.grammar import grammatical

BLEU_ORDERS = (2, 3, 4, 5)
DISTINCT_ORDERS = (1, 2, 3, 4)


class TextScorer:
    """Scores generated texts against real ones, under names that hold what a score depends on.

    The keys of `score`:

    - `bleu_2[1000 vs 2000 of test]` to `bleu_5[…]`: 1,000 samples against 2,000 references, see `bleu`;
    - `self_bleu_2[1000]` to `self_bleu_5[1000]`, see `self_bleu`;
    - `distinct_1[1000]` to `distinct_4[1000]`, see `distinct_n`;
    - `frechet_embedding_distance[lsa64-1a2b3c4d, 1000 vs test]`, see there;
    - `duplicates[1000 vs 10000 of training]`, see `duplicates`;
    - `grammatical[1000]`, with a `grammar`, see `grammatical`.

    A generator of a few good sentences is good at some of them, one of random words at others. Read them
    together, and beside those of as many real texts that are in neither set.

    Args:
        real_texts: strings [M], held out.
        training_texts: strings [K] that the generator learned from.
        split: what the real texts are called in the keys, e.g. `"test"`.
        encoder: function from strings to float [N, D] with a `name`; None for an `LsaEncoder` of the
            training texts.
        grammar: function from a string to whether it is a sentence, e.g. `captions.is_valid`; or None.

    Raises:
        ValueError: an empty split name, an encoder without a name, no texts, or too few of them for the
            default encoder.

    >>> from tfgan_zoo import datasets
    >>> train, test = (datasets.load_text_lines("captions", s)[0] for s in ("train[:500]", "test[:500]"))
    >>> scorer = TextScorer(test, train, split="test[:500]", grammar=datasets.captions.is_valid)
    >>> scores = scorer.score(["a small red circle", "a red red red red", "a large blue cross"])
    >>> round(scores["grammatical[3]"], 3), round(scores["bleu_2[3 vs 500 of test[:500]]"], 3)
    (0.667, 0.7)
    """

    def __init__(self, real_texts, training_texts, split, *, encoder=None, grammar=None):
        if not split:
            raise ValueError("split names the real texts in every score, e.g. 'test'")
        if encoder is not None and not getattr(encoder, "name", None):
            raise ValueError(
                "an encoder needs a `name` that changes with it; scores are named by it"
            )
        self.split = split
        self.encoder = LsaEncoder(training_texts) if encoder is None else encoder
        self.grammar = grammar
        self._real = real_texts
        self._training = training_texts
        self._references = References(real_texts, max(BLEU_ORDERS))

    def score(self, texts):
        """Return the scores of strings [N], N ≥ 2, as `{full name: float}`."""
        count = len(texts)
        own = References(texts, max(BLEU_ORDERS)).self_bleu()
        against = self._references.bleu(texts)
        versus = f"{count} vs {len(self._references)} of {self.split}"
        copied = f"{count} vs {len(self._training)} of training"
        scores = {
            **{full_name(f"bleu_{n}", versus): against[n - 1] for n in BLEU_ORDERS},
            **{full_name(f"self_bleu_{n}", count): own[n - 1] for n in BLEU_ORDERS},
            **{full_name(f"distinct_{n}", count): distinct_n(texts, n) for n in DISTINCT_ORDERS},
            full_name(
                "frechet_embedding_distance", self.encoder.name, f"{count} vs {self.split}"
            ): frechet_embedding_distance(texts, self._real, self.encoder),
            full_name("duplicates", copied): duplicates(texts, self._training),
        }
        if self.grammar is not None:
            scores[full_name("grammatical", count)] = grammatical(texts, self.grammar)
        return scores

    def score_model(self, model, tokens):
        """Return `{"nll[N of split]": nats a token}` of held-out text under a model, see `nll`."""
        return {full_name("nll", f"{len(tokens)} of {self.split}"): nll(model, tokens)}

    def report(self, texts):
        """Return scores and what they were made from, ready for JSON.

        Returns:
            dict with `split`, `samples` (N), `real_samples` (M) and `scores`.
        """
        return {
            "split": self.split,
            "samples": len(texts),
            "real_samples": len(self._real),
            "scores": self.score(texts),
        }


def nll(model, tokens, batch_size=256):
    """Return the negative log-likelihood of text under a model, in nats a token.

    The sum over all tokens up to and including each sentence's end, divided by their number. It falls only
    when all real sentences become likely, so a generator that has lost some is seen. Values hold for one
    tokenizer: another vocabulary is another game.

    Args:
        model: has `log_probabilities(tokens)`, which returns the log-probability of each token given those
            before it, and the mask (1 up to and including the end), both float [B, T].
        tokens: int32 [N, T], held out.
        batch_size: how many sentences the model reads at once; the value does not depend on it.

    Returns:
        float.

    Raises:
        ValueError: tokens of another rank, none that counts, or NaN.
    """
    errors.check_ints(1, batch_size=batch_size)
    tokens = np.asarray(tokens)
    if tokens.ndim != 2:
        raise ValueError(f"tokens must have shape [sentences, length], got {list(tokens.shape)}")
    total, count = 0.0, 0.0
    for start in range(0, len(tokens), batch_size):
        log_probabilities, mask = (
            np.asarray(part, np.float64)
            for part in model.log_probabilities(tokens[start : start + batch_size])
        )
        # Where the mask is 0 the log-probability may be anything, -inf and NaN too.
        total -= np.sum(log_probabilities[mask > 0])
        count += np.sum(mask)
    if not count or np.isnan(total):
        raise ValueError(
            f"the nll of {count:.0f} tokens is {total}, expected a number of at least one"
        )
    return float(total / count)


def reverse_perplexity(fit, samples, real):
    """Return the perplexity of real text under a language model that has learned from samples.

    The recall of a generator, whatever it is (Zhao et al. 2018, arXiv 1706.04223; "reverse LM score" in
    Caccia et al. 2020, arXiv 1811.02549): real sentences are likely only where the samples had their like.
    It depends on the number of samples and on the language model, so say both.

    Args:
        fit: function from tokens int32 [N, T] to a model that has learned from them, see `nll`.
        samples: int32 [N, T].
        real: int32 [M, T], held out.

    Returns:
        float of at least 1: exp of nats a token.

    >>> class Uniform:
    ...     def log_probabilities(self, tokens):
    ...         return np.full(tokens.shape, -np.log(8.0)), np.ones(tokens.shape)
    >>> ones = np.ones([4, 3], int)
    >>> round(reverse_perplexity(lambda samples: Uniform(), ones, ones), 6)
    8.0
    """
    return float(np.exp(nll(fit(samples), real)))
