"""What cannot go together, refused by name before training starts."""

import keras
from absl import logging

from tfgan_zoo.losses import penalties as terms


def check(gan, loss, penalties, augmentations, unrolled_steps):
    """Check that the parts of a `compile` can work together on a model.

    What a penalty or an augmentation asks of the networks, it checks itself in its `start`.

    Raises:
        ValueError: naming both parts, and the remedy.
    """
    seen = set()
    for part in (*penalties, *augmentations):
        key = (part.kind, getattr(part, "player", None))
        if key in seen:
            raise ValueError(
                f"{part.kind} is given twice; give it once, with the strength you want"
            )
        seen.add(key)
    for augmentation in augmentations:
        if augmentation.needs_border and not getattr(loss, "has_border", hasattr(loss, "realness")):
            raise ValueError(
                f"{augmentation.kind} adapts to how often the discriminator takes real images for real; "
                f"the loss {_name(loss)!r} has no border between real and fake: use 'diff_augment', or "
                "another loss (of your own: a subclass of losses.AdversarialLoss with `realness`, not a "
                "pair of functions)"
            )
    against = [p.kind for p in penalties if p.player == "discriminator"]
    aimed = [p.kind for p in penalties if isinstance(p, terms.GradientPenalty)]
    if aimed and "weight_clipping" in against:
        raise ValueError(
            f"weight_clipping and {aimed[0]} are two ways to keep the critic Lipschitz, and clipped "
            f"weights hardly reach the gradient norm that {aimed[0]} aims at: keep {aimed[0]}, or, for "
            "the first WGAN, weight_clipping alone"
        )
    if unrolled_steps and against:
        raise ValueError(
            f"unrolled_steps={unrolled_steps} with {against[0]}: the discriminator's updates that the "
            "generator looks ahead minimise the adversarial loss alone, so it would look at updates that "
            "never come. Leave one of the two out (spectral norm in the discriminator goes with both)."
        )
    lipschitz = any(p.keeps_lipschitz for p in penalties) or any(
        hasattr(layer, "advance") for layer in gan.discriminator._flatten_layers()
    )
    if getattr(loss, "unbounded", False) and not lipschitz:
        logging.warning(
            "The %s loss has no bound unless the critic is Lipschitz: add 'gradient_penalty' or "
            "'weight_clipping' to the penalties, or use a discriminator with spectral norm.",
            _name(loss),
        )

    last = getattr(gan.discriminator, "layers", [None])[-1]
    if getattr(loss, "energy", False) and isinstance(last, keras.layers.Dense):
        logging.warning(
            "The %s loss takes the discriminator's output for an energy, at least 0; that of %s comes from a "
            "dense layer and has no bound: training may diverge. Use zoo.BEGAN, or a discriminator that "
            "ends in a reconstruction error.",
            _name(loss),
            type(gan).__name__,
        )


def _name(loss):
    return getattr(loss, "name", type(loss).__name__)
