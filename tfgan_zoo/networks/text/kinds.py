"""Generators of tokens by name."""

from tfgan_zoo import errors, registry
from tfgan_zoo.networks.text.recurrent import RecurrentGenerator
from tfgan_zoo.networks.text.relational import RelationalGenerator
from tfgan_zoo.networks.text.transformer import TransformerGenerator

GENERATORS = ("gru", "lstm", "relational", "transformer")


def token_generator(kind, vocabulary_size, **arguments):
    """Build a generator by its kind.

    Args:
        kind: `"lstm"`, `"gru"`, `"transformer"` or `"relational"`.
        vocabulary_size: the number of tokens.
        **arguments: of `RecurrentGenerator`, `TransformerGenerator` or `RelationalGenerator`.

    Returns:
        `TokenGenerator`.

    Raises:
        ValueError: an unknown kind or argument, with the nearest, or numbers out of range.

    >>> token_generator("gru", 10, units=8).initial_state(3)[0].shape
    TensorShape([3, 8])
    """
    if kind not in GENERATORS:
        raise ValueError(errors.unknown("generator", kind, GENERATORS))
    classes = {"transformer": TransformerGenerator, "relational": RelationalGenerator}
    cls = classes.get(kind, RecurrentGenerator)
    valid = {**registry.parameters(cls), "name": None, "dtype": None}
    for argument in arguments:
        if argument not in valid:
            raise ValueError(errors.unknown(f"argument of a {kind} generator", argument, valid))
    arguments = {"name": "generator", **arguments}
    if cls is RecurrentGenerator:
        arguments["cell"] = kind
    return cls(vocabulary_size, **arguments)


def make(kind, spec, seed=0, dtype=None, **arguments):
    """Build a generator for the tokens of a data set.

    Args:
        kind: see `token_generator`.
        spec: object with `vocabulary_size`, `length`, `start_token` and `never_written`.
        seed: int, for the initial weights.
        dtype: Keras dtype policy; logits are float32.
        **arguments: further arguments of the generator.

    Returns:
        `TokenGenerator`.
    """
    if kind == "transformer":
        arguments = {"length": spec.length, **arguments}
    return token_generator(
        kind,
        spec.vocabulary_size,
        start_token=spec.start_token,
        never_written=spec.never_written,
        seed=seed,
        dtype=dtype,
        **arguments,
    )
