"""The LSTM and GRU that write tokens."""

import keras
from keras import initializers, layers

from tfgan_zoo import errors
from tfgan_zoo.layers import Dropout, Recurrent, TokenEmbedding, TokenLogits
from tfgan_zoo.networks.initializers import AnySeeded
from tfgan_zoo.networks.text.generator import TokenGenerator


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class RecurrentGenerator(TokenGenerator):
    """LSTM or GRU language model: the generator of SeqGAN (Yu et al. 2017, arXiv 1609.05473) and ScratchGAN.

    Embedding, recurrent layers one on the other, a dense layer to the vocabulary. Dropout, if any, sits where
    it does not touch the state (Zaremba et al. 2014, 1409.2329): after the embedding and after each layer.

    Args:
        vocabulary_size: V, the number of tokens.
        embedding: size of the tokens' vectors.
        units: of each recurrent layer.
        depth: number of recurrent layers.
        cell: `"lstm"` or `"gru"`.
        tied: whether the last matrix is the embedding, which the states are projected to, as in ScratchGAN.
        dropout: share of the features that is dropped while training.
        initializer: None for Keras's initial weights; or a number, the standard deviation of the normal
            distribution of all initial weights, biases too (0.1 in SeqGAN).
        **kwargs: for `TokenGenerator`: `start_token`, `never_written`, `seed`, `name`, `dtype`.

    Raises:
        ValueError: an unknown cell, or numbers out of range.

    >>> generator = RecurrentGenerator(10, units=8)
    >>> generator(keras.ops.zeros([2, 5], "int32")).shape
    TensorShape([2, 5, 10])
    """

    def __init__(
        self,
        vocabulary_size,
        embedding=32,
        units=32,
        depth=1,
        cell="lstm",
        tied=False,
        dropout=0.0,
        initializer=None,
        **kwargs,
    ):
        super().__init__(vocabulary_size, **kwargs)
        errors.check_ints(1, embedding=embedding, units=units, depth=depth)
        errors.check_numbers(0, 1, dropout=dropout)
        if initializer is not None:
            errors.check_numbers(0, float("inf"), initializer=initializer)
        self._arguments = {
            "embedding": embedding,
            "units": units,
            "depth": depth,
            "cell": cell,
            "tied": tied,
            "dropout": dropout,
            "initializer": initializer,
        }
        seeded, policy = AnySeeded(self.seed), self.dtype_policy

        def initial(kind):
            if initializer is None:
                return seeded(kind)
            return seeded(initializers.RandomNormal, stddev=initializer)

        def bias():
            return "zeros" if initializer is None else initial(None)

        self.embedding = TokenEmbedding(
            vocabulary_size,
            embedding,
            initial(initializers.RandomUniform),
            name="embedding",
            dtype=policy,
        )
        self.embedding.build()
        self.cells = []
        for index in range(depth):
            cell_layer = Recurrent(
                units,
                cell,
                kernel_initializer=initial(initializers.GlorotUniform),
                recurrent_initializer=initial(initializers.Orthogonal),
                bias_initializer=bias(),
                unit_forget_bias=initializer is None,
                name=f"{cell}_{index + 1}",
                dtype=policy,
            )
            cell_layer.build((None, None, units if index else embedding))
            self.cells.append(cell_layer)
        self.dropouts = [
            Dropout(dropout, seed=self.seed + index, name=f"dropout_{index}", dtype=policy)
            for index in range(depth + 1)
        ]
        self.projection = None
        if tied:
            self.projection = layers.Dense(
                embedding,
                use_bias=False,
                kernel_initializer=initial(initializers.GlorotUniform),
                name="projection",
                dtype=policy,
            )
            self.projection.build((None, units))
        self.logits = TokenLogits(
            vocabulary_size,
            self.never_written,
            tied,
            kernel_initializer=initial(initializers.GlorotUniform),
            bias_initializer=bias(),
            name="vocabulary",
        )
        self.logits.build((None, units))
        self.built = True

    def initial_state(self, batch_size):
        """Return zeros, float32 `[B, units]`: for each layer (output, memory), or (output,) of a GRU."""
        return tuple(part for cell in self.cells for part in cell.initial_state(batch_size))

    def step(self, tokens, state):
        """Go one token on, see `TokenGenerator.step`."""
        x, new, parts = self.embedding(tokens), [], len(state) // len(self.cells)
        for index, cell in enumerate(self.cells):
            x, own = cell.step(x, state[index * parts : (index + 1) * parts])
            new.extend(own)
        return self.logits_of(x), tuple(new)

    def states(self, tokens, training=False):
        """Return the last layer's outputs, see `TokenGenerator.states`."""
        x = self.dropouts[0](self.embedding(self.shifted(tokens)), training=training)
        for cell, dropout in zip(self.cells, self.dropouts[1:], strict=True):
            x = dropout(cell(x), training=training)
        return x

    def logits_of(self, states):
        """Return the logits of states, see `TokenGenerator.logits_of`."""
        if self.projection is None:
            return self.logits(states)
        return self.logits(self.projection(states), self.embedding.embeddings)
