"""From what people write (a name, a name with arguments, an object) to an object."""

import inspect

from tfgan_zoo import errors


def make(kind, classes, given):
    """Return the object that a user means.

    Args:
        kind: what it is, for messages: `"penalty"`.
        classes: dict of name -> class.
        given: a name; a dict with `"name"` and arguments of the class; or an object, returned as it is.

    Raises:
        ValueError: an unknown name or argument, with the nearest.

    >>> make("number", {"complex": complex}, {"name": "complexx"})
    Traceback (most recent call last):
    ...
    ValueError: unknown number 'complexx' (did you mean 'complex'?); valid names: complex
    """
    if isinstance(given, str):
        given = {"name": given}
    if not hasattr(given, "items"):
        return given
    arguments = dict(given.items())
    if "name" not in arguments:
        raise ValueError(f"a {kind} given as a dict needs its 'name'; got {arguments!r}")
    name = arguments.pop("name")
    if name not in list(classes):  # a list compares what has no hash
        raise ValueError(errors.unknown(kind, name, classes))
    valid = parameters(classes[name])
    for argument in arguments:
        if argument not in valid:
            raise ValueError(errors.unknown(f"argument of {name}", argument, valid))
    return classes[name](**arguments)


def summary(cls):
    """Return the first paragraph of a class's docstring, as one line.

    >>> summary(dict)[:24]
    'dict() -> new empty dict'
    """
    return " ".join(inspect.getdoc(cls).split("\n\n")[0].split())


# What `keras.layers.Layer` takes and a user may want to give.
_KERAS_ARGUMENTS = ("name", "dtype", "trainable")


def check_keywords(cls, given, valid):
    """Check the keyword arguments that a constructor hands on to Keras.

    Args:
        cls: the class that is constructed.
        given: the keyword arguments.
        valid: the names of the class's own arguments.

    Raises:
        ValueError: one that is neither the class's nor Keras's, with the nearest.

    >>> check_keywords(complex, {"imagg": 1}, ["real", "imag"])
    Traceback (most recent call last):
    ...
    ValueError: unknown argument of complex 'imagg' (did you mean 'imag'?); valid names: dtype, imag, name,
    real, trainable
    """
    for argument in given:
        if argument not in _KERAS_ARGUMENTS:
            names = {*valid, *_KERAS_ARGUMENTS}
            raise ValueError(errors.unknown(f"argument of {cls.__name__}", argument, names))


def parameters(cls):
    """Return dict of argument -> default of a class's constructor.

    Where it takes `**kwargs`, those of the class of this package that it inherits from, too.

    >>> parameters(complex)
    {'real': 0, 'imag': 0}
    """
    found = inspect.signature(cls).parameters.values()
    own = {p.name: p.default for p in found if p.kind is not p.VAR_KEYWORD}
    base = getattr(cls, "__base__", None)
    if len(own) == len(found) or base is None or not base.__module__.startswith("tfgan_zoo"):
        return own
    return {**parameters(base), **own}
