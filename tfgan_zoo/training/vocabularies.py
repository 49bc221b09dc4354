"""Whether tokens mean the same in a checkpoint as in the model that reads it."""

_NAMES = ("words", "level", "lower", "vocabulary_size", "start_token", "end_token", "never_written")


def check_same(stored, mine):
    """Check that a checkpoint's tokens mean what a model's mean.

    Args:
        stored: its `layers.Tokenizer` or `TokenSpec`.
        mine: the model's.

    Raises:
        ValueError: it has another vocabulary; says where they begin to differ.
    """
    for name in _NAMES:
        theirs, own = getattr(stored, name, None), getattr(mine, name, None)
        if theirs == own:
            continue
        if name == "words" and theirs and own:
            pairs = enumerate(zip(theirs, own, strict=False))
            first = next((p for p in pairs if p[1][0] != p[1][1]), None)
            detail = f"{len(theirs)} words there, {len(own)} here"
            if first is not None:
                index, (there, here) = first
                detail += f"; word {index} is {there!r} there, {here!r} here"
            raise ValueError(f"its vocabulary is another one: {detail}")
        if name == "words":
            there, here = ("no words" if w is None else f"{len(w)} words" for w in (theirs, own))
            raise ValueError(f"its tokens are others: {there} there, {here} here")
        raise ValueError(f"its tokens are others: {name} is {theirs!r} there, {own!r} here")
