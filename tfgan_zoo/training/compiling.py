"""How `compile` sets what it was given: as a whole, or not at all."""

import contextlib

import keras

# What the games' `compile` set besides the optimizers.
_SET = (
    "adversarial_loss",
    "adversarial_losses",
    "penalties",
    "augmentations",
    "discriminator_steps",
    "share_fakes",
    "unrolled_steps",
    "top_k",
    "reward",
    "baseline",
    "entropy_weight",
)


def made(get, given, default):
    """Return a list of objects of what was given: None for the default, one or several.

    >>> made(str.upper, None, "a"), made(str.upper, ["b", "c"], "a")
    (['A'], ['B', 'C'])
    """
    given = default if given is None else given
    if isinstance(given, str) or hasattr(given, "items") or not isinstance(given, (list, tuple)):
        given = [given]
    return [get(one) for one in given]


def replace(model, name, value):
    """Set an attribute that may hold layers, and forget those of an earlier `compile`."""
    old = getattr(model, name, None)
    for part in old if isinstance(old, list) else [old]:
        if isinstance(part, keras.layers.Layer):
            model._tracker.untrack(part)
    setattr(model, name, value)


@contextlib.contextmanager
def as_before_if_refused(model, parts):
    """Undo what a `compile` has done if it is refused: the model goes on as compiled before.

    Args:
        model: the model.
        parts: what it was given, whose state begins anew; perhaps objects that it was compiled with before.
    """
    before = {name: getattr(model, name) for name in _SET if hasattr(model, name)}
    layers = [part for part in parts if isinstance(part, keras.layers.Layer)]
    state = [(v, v.numpy()) for layer in layers for v in layer.variables]
    try:
        yield
    except Exception:
        for variable, value in state:
            variable.assign(value)
        for name in _SET:
            if name in before:
                replace(model, name, before[name])
            elif hasattr(model, name):
                replace(model, name, None)
                delattr(model, name)
        raise
