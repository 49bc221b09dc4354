"""Scores of translated images that `benchmarks.translation` tabulates."""

import numpy as np

NOISES = (0.0, 0.01, 0.03, 0.1, 0.3)
# Of the classifier of patches.
FIELD, WIDTH, BATCH, ROUNDS = 16, 32, 32, 300


def floats(images):
    """Return uint8 images as float32 in [-1, 1]."""
    return np.asarray(images, np.float32) / 127.5 - 1


def rounded(scores):
    """Return a dict of scores with four digits after the point."""
    return {name: round(float(value), 4) for name, value in scores.items()}


def patch_error(images, real, seed):
    """Return how many patches of 16 pixels a fresh classifier gets wrong: 0.5 where it cannot tell them.

    It learns from every other image and is asked about the rest.

    Args:
        images: translated ones, floats in [-1, 1] or uint8, as many as `real`.
        real: uint8 [N, H, W, C].
        seed: int.
    """
    import keras

    from tfgan_zoo import pictures
    from tfgan_zoo.networks.translation import patch_discriminator

    keras.utils.set_random_seed(seed)
    judge = patch_discriminator(real.shape[-1], None, FIELD, WIDTH, "batch", seed)
    judge.compile(keras.optimizers.Adam(1e-3), keras.losses.BinaryCrossentropy(from_logits=True))
    both = [floats(pictures.to_uint8(each)) for each in (images, real)]
    shape = judge.compute_output_shape(real.shape)[1:]

    def half(first):
        parts = [each[first::2] for each in both]
        labels = [np.full([len(p), *shape], is_real, np.float32) for is_real, p in enumerate(parts)]
        return np.concatenate(parts), np.concatenate(labels)

    x, y = half(0)
    batches = -(-len(x) // (2 * BATCH))
    judge.fit(x, y, batch_size=2 * BATCH, epochs=-(-ROUNDS // batches), verbose=0)
    x, y = half(1)
    return float(np.mean((judge.predict(x, verbose=0) > 0) != y))


def returned(model, images, truth, seed):
    """Return how far `a` is from its image there and back, with noise added to what is between.

    Args:
        model: a trained `CycleGAN`.
        images: of the domain a, floats in [-1, 1].
        truth: their true counterparts, floats: what comes back of these, nobody can have hidden there.
        seed: int, of the noise.

    Returns:
        Dict of `"made"` and `"true"` -> dict of the noise's standard deviation -> L1, in [-1, 1].
    """
    noise = np.random.default_rng(seed).standard_normal(images.shape, np.float32)
    found = {}
    for name, there in (("made", model.translate(images, direction="a_to_b")), ("true", truth)):
        errors = {}
        for size in NOISES:
            back = model.translate(np.clip(there + size * noise, -1, 1), direction="b_to_a")
            errors[f"{size:g}"] = np.abs(back - images).mean()
        found[name] = rounded(errors)
    return found


def every_domain(translate, test, looks):
    """Return what a translator among many domains makes of each domain in each.

    Args:
        translate: function of images and a domain.
        test: what is held out of `scenes_domains`.
        looks: the domains' `Look`s.

    Returns:
        Dict of `"from/to"` -> the scores of `metrics.scene_accuracy`, and `l1` to the truth.
    """
    from tfgan_zoo import metrics

    labels, truth = test.rows["label"], test.images["in_every_domain"]
    found = {}
    for target, look in enumerate(looks):
        made = translate(floats(test.images["image"]), target)
        for source in range(len(looks)):
            own = labels == source
            factors = {k: v[own] for k, v in test.rows.items() if k.startswith("factor_")}
            scores = metrics.scene_accuracy(made[own], factors, look)
            scores["l1"] = np.abs(made[own] - floats(truth[own, target])).mean()
            found[f"{source}/{target}"] = rounded(scores)
    return found
