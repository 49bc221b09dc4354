"""Models that write text: sentences of tokens, one token after the other."""

import dataclasses
import numbers

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import errors, sentences
from tfgan_zoo.layers.tokenizer import UNK, Tokenizer
from tfgan_zoo.losses import tokens as token_losses
from tfgan_zoo.training import (
    batches,
    choosing,
    decoding,
    randomness,
    text_export,
    vocabularies,
)
from tfgan_zoo.training.adversarial import AdversarialModel
from tfgan_zoo.training.guarding import TEST_WEIGHT


@keras.saving.register_keras_serializable(package="tfgan_zoo")
@dataclasses.dataclass(frozen=True)
class TokenSpec:
    """What a model must know of its tokens where there is no `Tokenizer`: synthetic data, say.

    Args:
        vocabulary_size: number of tokens; they count from 0.
        length: tokens in a sentence, its end included; shorter ones are filled with 0.
        start_token: what the generator is fed first.
        end_token: what ends a sentence; None: nothing does, all have `length` tokens.
        never_written: tokens that are never written.

    Raises:
        ValueError: a number out of range.

    >>> TokenSpec(5000, 20, start_token=0, end_token=None, never_written=()).length
    20
    """

    vocabulary_size: int
    length: int
    start_token: int = 1
    end_token: int | None = 2
    never_written: tuple = (0, 1)

    def __post_init__(self):
        """Check the numbers."""
        errors.check_ints(2, vocabulary_size=self.vocabulary_size)
        errors.check_ints(1, length=self.length)
        object.__setattr__(self, "never_written", tuple(self.never_written))
        special = {self.start_token, *self.never_written} | {self.end_token or 0}
        for token in special:
            errors.check_ints(0, token=token)
            if token >= self.vocabulary_size:
                raise ValueError(
                    f"token {token} is not among the {self.vocabulary_size} of the vocabulary"
                )

    @classmethod
    def of(cls, tokens):
        """Return the spec of a `Tokenizer`, or a spec itself.

        Raises:
            ValueError: neither.
        """
        if isinstance(tokens, cls):
            return tokens
        if isinstance(tokens, Tokenizer):
            return cls(tokens.vocabulary_size, tokens.length)
        raise ValueError(
            f"a text model needs a Tokenizer (load_texts(…).info.tokenizer) or a TokenSpec; got {tokens!r}"
        )

    def get_config(self):
        """Return the constructor's arguments."""
        return dataclasses.asdict(self)

    @classmethod
    def from_config(cls, config):
        """Make the spec from its config."""
        return cls(**config)


class TextModel(AdversarialModel):
    """A game with a generator of sentences: what sampling, scoring and export have in common.

    Args:
        generator: a `networks.text.TokenGenerator`.
        tokens: the data's `Tokenizer`, or a `TokenSpec`.
        seed: int; the random numbers of training are a function of it and of the step.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: the generator's vocabulary, start or length is not that of the tokens.
    """

    def __init__(self, generator, tokens, *, seed=0, **kwargs):
        super().__init__(seed=seed, **kwargs)
        self.tokens = TokenSpec.of(tokens)
        self.tokenizer = tokens if isinstance(tokens, Tokenizer) else None
        if self.tokenizer is not None:
            # Not a layer of the game: it takes no part in the step, and XLA, which has no strings, may.
            self._tracker.untrack(self.tokenizer)
        if generator.vocabulary_size != self.tokens.vocabulary_size:
            raise ValueError(
                f"the generator writes {generator.vocabulary_size} tokens, the vocabulary has "
                f"{self.tokens.vocabulary_size}"
            )
        for name in ("start_token", "never_written"):
            theirs, ours = getattr(generator, name), getattr(self.tokens, name)
            if theirs != ours:
                raise ValueError(
                    f"the generator's {name} is {theirs!r}, that of the tokens {ours!r}"
                )
        if generator.length is not None and generator.length < self.tokens.length:
            raise ValueError(
                f"the generator writes {generator.length} tokens at most, sentences have "
                f"{self.tokens.length}"
            )
        self.generator = generator
        self._sampler = tf.function(self._sample, reduce_retracing=True)
        self._scorer = tf.function(self._score, reduce_retracing=True)
        self.built = True

    @property
    def batch_fields(self):
        """Tokens of the vocabulary, `length` a sentence."""
        highest = self.tokens.vocabulary_size - 1
        return {"tokens": batches.Field((self.tokens.length,), "int32", 0, highest)}

    def mask_of(self, tokens):
        """Return which positions of tokens [B, T] belong to their sentences, float32."""
        return sentences.mask_of(tokens, self.tokens.end_token)

    @property
    def writers(self):
        """List of the networks that it takes to write, which an export holds."""
        return [self.generator]

    # --- in a training step -------------------------------------------------------------------

    def write(self, use="tokens"):
        """Write a sentence for each sample of the open step: tokens [B, T]."""
        uniforms = self.random.uniform((self.tokens.length,), use)
        return decoding.sample(self.generator, uniforms, self.tokens.end_token)

    def likelihood_loss(self, batch, training=True):
        """Return the mean negative log-likelihood of a batch's tokens, in nats a token."""
        tokens = batch["tokens"]
        log_probs, _ = decoding.log_probabilities(self.generator, tokens, training=training)
        return token_losses.token_mean(-log_probs, self.mask_of(tokens))

    def test_step(self, data):
        """The negative log-likelihood of held-out sentences, in nats a token."""
        batch = self.unpack(data)
        logs = {"generator": {"nll": self.likelihood_loss(batch, training=False)}}
        return self._readable(logs) | {TEST_WEIGHT: tf.reduce_sum(self.mask_of(batch["tokens"]))}

    # --- sampling -----------------------------------------------------------------------------

    def call(self, tokens, training=False):
        """Return the logits of all positions, teacher-forced."""
        return self.generator(tokens, training=training)

    @property
    def unwanted(self):
        """Tokens that users are not shown: `<unk>`, which the generator learns like a word of the data."""
        return () if self.tokenizer is None else (UNK,)

    def _sample(self, uniforms, temperature, prefix, top_k, top_p, greedy):
        return decoding.sample(
            self.generator,
            uniforms,
            self.tokens.end_token,
            temperature=temperature,
            top_k=top_k,
            top_p=top_p,
            greedy=greedy,
            prefix=prefix,
            without=self.unwanted,
        )

    def _score(self, tokens, temperature):
        log_probs, _ = decoding.log_probabilities(self.generator, tokens, temperature)
        return log_probs * self.mask_of(tokens)

    def generate(
        self,
        n,
        seed=None,
        batch_size=256,
        *,
        temperature=1.0,
        top_k=None,
        top_p=None,
        greedy=False,
        prompts=None,
    ):
        """Write sentences; with a tokenizer, without `<unk>`.

        Args:
            n: how many.
            seed: int; the same seed gives the same sentences, and fewer are the first of more. None draws
                a new seed.
            batch_size: how many to write at a time, which bounds the memory.
            temperature: above 0; logits are divided by it. Below 1: surer and less varied.
            top_k: write only the k likeliest tokens; None for all.
            top_p: nucleus sampling (Holtzman et al. 2020, arXiv 1904.09751): only the likeliest tokens that
                together have this probability; None for all.
            greedy: always the likeliest token.
            prompts: beginnings to go on with: a text, or n of them; or int32 tokens [n, P] filled with 0.

        Returns:
            int32 array [n, T].

        Raises:
            ValueError: a number out of range, prompts longer than a sentence or of unknown words.
        """
        errors.check_ints(1, n=n, batch_size=batch_size)
        choosing.check_filters(self.tokens.vocabulary_size, temperature, top_k, top_p)
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, numbers.Integral)):
            raise ValueError(f"seed is {seed!r}, expected an int or None")
        if seed is None:
            seed = int(np.random.default_rng().integers(2**31))
        uniforms = randomness.uniforms(n, (self.tokens.length,), seed).numpy()
        prefix = self._prefix(prompts, n)
        written = np.empty(uniforms.shape, np.int32)
        for first in range(0, n, batch_size):
            rows = slice(first, first + batch_size)
            written[rows] = self._sampler(
                tf.constant(uniforms[rows]),
                tf.constant(temperature, tf.float32),
                None if prefix is None else tf.constant(prefix[rows]),
                top_k,
                top_p,
                greedy,
            ).numpy()
        return written

    def generate_texts(self, n, seed=None, batch_size=256, **options):
        """Write sentences as a list of strings; arguments as for `generate`.

        Raises:
            ValueError: what `generate` raises, or the model has no tokenizer.
        """
        return self.texts(self.generate(n, seed, batch_size, **options))

    def texts(self, tokens):
        """Return tokens [n, T] as a list of strings.

        Raises:
            ValueError: the model has no tokenizer.
        """
        if self.tokenizer is None:
            raise ValueError(
                "this model was made with a TokenSpec, not with a Tokenizer: it writes tokens, no texts"
            )
        return [text.decode("utf-8") for text in np.asarray(self.tokenizer.texts(tokens)).tolist()]

    def _prefix(self, prompts, n):
        if prompts is None:
            return None
        if isinstance(prompts, str):
            prompts = [prompts] * n
        if tf.is_tensor(prompts) or (
            isinstance(prompts, np.ndarray) and prompts.dtype.kind in "OSU"
        ):
            prompts = np.asarray(prompts).tolist()
        if isinstance(prompts, (list, tuple)):
            prompts = [p.decode("utf-8") if isinstance(p, bytes) else p for p in prompts]
        if isinstance(prompts, (list, tuple)) and all(isinstance(p, str) for p in prompts):
            if self.tokenizer is None:
                raise ValueError("prompts as texts need a model with a Tokenizer; give tokens")
            prompts = self.tokenizer.prompts(prompts)
        prefix = np.asarray(prompts)
        length = self.tokens.length
        if prefix.ndim == 2:
            prefix = self._checked_tokens(prefix)
        if prefix.ndim != 2 or len(prefix) != n or prefix.shape[1] > length:
            raise ValueError(
                f"prompts are tokens of shape {prefix.shape}, expected {n} of at most {length} tokens"
            )
        return prefix

    def _checked_tokens(self, tokens):
        tokens = np.asarray(tokens)
        highest = self.tokens.vocabulary_size - 1
        if tokens.ndim != 2 or tokens.dtype.kind not in "iu":
            raise ValueError(
                f"tokens have shape {tokens.shape} and dtype {tokens.dtype}, expected ints [n, T]"
            )
        if tokens.size and not (tokens.min() >= 0 and tokens.max() <= highest):
            raise ValueError(
                f"tokens are in [{tokens.min()}, {tokens.max()}], the vocabulary's in [0, {highest}]"
            )
        return tokens.astype(np.int32)

    def log_probabilities(self, tokens, batch_size=256, temperature=1.0):
        """Return the log-probability of each token given those before it; see `metrics.text.nll`.

        Args:
            tokens: int32 [n, T].
            batch_size: how many sentences at a time.
            temperature: above 0; of the distribution that is asked for.

        Returns:
            `(log_probabilities, mask)`, both float32 arrays [n, T]; 0 after a sentence's end.
        """
        tokens = self._checked_tokens(tokens)
        scored = np.empty(tokens.shape, np.float32)
        for first in range(0, len(tokens), batch_size):
            rows = slice(first, first + batch_size)
            scored[rows] = self._scorer(
                tf.constant(tokens[rows]), tf.constant(temperature, tf.float32)
            ).numpy()
        return scored, self.mask_of(tokens).numpy()

    def export(self, filepath):
        """Write the generator and the tokenizer as a SavedModel that serves without this package.

        Signatures: see `training.text_export`. Samples of a seed are stored beside it, for
        `export/check_savedmodel.py`.

        Args:
            filepath: the SavedModel's folder; an older SavedModel there is replaced as a whole.

        Raises:
            FileExistsError: there is something at filepath that is not a SavedModel.
        """
        text_export.export_generator(self, filepath)

    def check_config(self, config):
        """Check that a checkpoint's tokens mean what this model's mean.

        Raises:
            ValueError: it has another vocabulary; says where they begin to differ.
        """
        stored = keras.saving.deserialize_keras_object(config["tokens"])
        mine = self.tokens if self.tokenizer is None else self.tokenizer
        vocabularies.check_same(stored, mine)

    # --- configuration ------------------------------------------------------------------------

    def common_config(self):
        """Return the arguments that every subclass shares."""
        tokens = self.tokens if self.tokenizer is None else self.tokenizer
        return {
            "tokens": keras.saving.serialize_keras_object(tokens),
            "seed": self.seed,
            "name": self.name,
            "dtype": self.dtype_policy.name,
        }
