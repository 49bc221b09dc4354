"""The relational memory that writes tokens."""

import keras
from keras import initializers

from tfgan_zoo import errors
from tfgan_zoo.layers import RelationalMemory, TokenEmbedding, TokenLogits
from tfgan_zoo.networks.initializers import AnySeeded
from tfgan_zoo.networks.text.generator import TokenGenerator


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class RelationalGenerator(TokenGenerator):
    """Relational memory core as language model (Santoro et al. 2018, 1806.01822): the generator of RelGAN.

    Embedding, the memory (see `layers.RelationalMemory`), a dense layer to the vocabulary from all its rows.

    Args:
        vocabulary_size: V, the number of tokens.
        embedding: size of the tokens' vectors.
        slots: rows of the memory; 1 in RelGAN.
        heads: of the memory's attention; 2 in RelGAN.
        head_size: numbers a head; a row has heads · head_size. 256 in RelGAN.
        **kwargs: for `TokenGenerator`: `start_token`, `never_written`, `seed`, `name`, `dtype`.

    Raises:
        ValueError: numbers out of range.

    >>> generator = RelationalGenerator(10, head_size=8)
    >>> generator(keras.ops.zeros([2, 5], "int32")).shape
    TensorShape([2, 5, 10])
    """

    def __init__(self, vocabulary_size, embedding=32, slots=1, heads=2, head_size=32, **kwargs):
        super().__init__(vocabulary_size, **kwargs)
        errors.check_ints(1, embedding=embedding)
        self._arguments = {
            "embedding": embedding,
            "slots": slots,
            "heads": heads,
            "head_size": head_size,
        }
        seeded, policy = AnySeeded(self.seed), self.dtype_policy
        self.embedding = TokenEmbedding(
            vocabulary_size,
            embedding,
            seeded(initializers.RandomUniform),
            name="embedding",
            dtype=policy,
        )
        self.embedding.build()
        self.memory = RelationalMemory(
            head_size,
            heads,
            slots,
            seeded(initializers.GlorotUniform),
            name="memory",
            dtype=policy,
        )
        self.memory.build((None, None, embedding))
        self.logits = TokenLogits(
            vocabulary_size,
            self.never_written,
            kernel_initializer=seeded(initializers.GlorotUniform),
            name="vocabulary",
        )
        self.logits.build((None, slots * heads * head_size))
        self.built = True

    def initial_state(self, batch_size):
        """Return (the memory, float32 `[B, slots, heads · head_size]`,)."""
        return (self.memory.initial_state(batch_size),)

    def step(self, tokens, state):
        """Go one token on, see `TokenGenerator.step`."""
        outputs, memory = self.memory.step(self.embedding(tokens), state[0])
        return self.logits(outputs), (memory,)

    def states(self, tokens, training=False):
        """Return what the memory puts out, see `TokenGenerator.states`; nothing depends on `training`."""
        return self.memory(self.embedding(self.shifted(tokens)))

    def logits_of(self, states):
        """Return the logits of states, see `TokenGenerator.logits_of`."""
        return self.logits(states)
