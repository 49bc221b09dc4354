"""What cannot go together, refused by name before training starts."""

from absl import logging


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
                f"{part.kind} is given twice; once, with the sum of the weights, will do"
            )
        seen.add(key)
    against = [p.kind for p in penalties if p.player == "discriminator"]
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
            getattr(loss, "name", type(loss).__name__),
        )
