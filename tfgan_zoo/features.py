"""The last features of a discriminator: what its logit is made of."""

import keras


def features_of(discriminator):
    """Return the model from a discriminator's inputs to its last features.

    They are the output of the layer named `features` where there is one, else the last layer's input.

    Raises:
        ValueError: the discriminator is no functional model.

    >>> inputs = keras.Input((3,))
    >>> hidden = keras.layers.Dense(5)(inputs)
    >>> features_of(keras.Model(inputs, keras.layers.Dense(1)(hidden))).output_shape
    (None, 5)
    """
    if not hasattr(discriminator, "inputs") or not hasattr(discriminator, "layers"):
        raise ValueError(
            f"the last features of {discriminator.name!r} are needed: build the discriminator as a "
            "functional keras.Model (or Sequential)"
        )
    named = [layer.output for layer in discriminator.layers if layer.name == "features"]
    return keras.Model(discriminator.inputs, *(named or [discriminator.layers[-1].input]))
