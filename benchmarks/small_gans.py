"""One small architecture and one budget on MNIST and Fashion-MNIST: what `objectives` and `tips` compare.

DCGAN's networks with 16 channels, kernels of 4 and layer norm in the discriminator (so that every penalty may
be used), 64 latents, 28×28 pixels; batches of 64; 1,500 rounds; Adam(1e-3, β₁ 0.5). Scored every 500 rounds
on 5,000 samples of the generator against the whole test split, with the zoo's extractor, which the training
never sees: the last score is the result, the best is reported beside it.
"""

import dataclasses

import numpy as np

STEPS, EVERY, BATCH, SAMPLES = 1500, 500, 64, 5000


@dataclasses.dataclass(frozen=True)
class Variant:
    """What differs from the plain non-saturating game.

    Attributes:
        compile: arguments of `compile`.
        model: arguments of `DCGAN`.
        rates: learning rates by player.
        beta_1: Adam's β₁.
        optimizers: names of Keras optimizers by player, where not Adam.
        batch: images a step.
        sampling: arguments of `generate`.
    """

    compile: dict = dataclasses.field(default_factory=dict)
    model: dict = dataclasses.field(default_factory=dict)
    rates: dict = dataclasses.field(default_factory=dict)
    beta_1: float = 0.5
    optimizers: dict = dataclasses.field(default_factory=dict)
    batch: int = BATCH
    sampling: dict = dataclasses.field(default_factory=dict)


def make(variant, image_shape, seed):
    """Return the compiled model of a variant."""
    import keras

    import tfgan_zoo as zoo

    fixed = {"latent_dim": 64, "generator_width": 16, "discriminator_width": 16, "kernel_size": 4}
    arguments = {**fixed, "discriminator_norm": "layer", **variant.model}
    gan = zoo.DCGAN(image_shape, seed=seed, **arguments)
    optimizers = {}
    for player in gan.players:
        rate, name = variant.rates.get(player, 1e-3), variant.optimizers.get(player, "Adam")
        betas = {"beta_1": variant.beta_1} if name == "Adam" else {}
        optimizers[player] = getattr(keras.optimizers, name)(rate, **betas)
    gan.compile(optimizers, **{"discriminator_steps": 1, **variant.compile})
    return gan


def measure(data, variant, seed, image_size=None):
    """Train a variant once.

    Args:
        data: `"mnist"`, `"fashion_mnist"` or `"digits"`.
        variant: a `Variant`.
        seed: of the data's order and of the training.
        image_size: an int; None for the images' own size.

    Returns:
        Dict with `scores`: by step, every score of `metrics.Scorer` under its short name; `extractor`: its
        name; `finite`: False where the training ended in numbers that are not.
    """
    import tfgan_zoo as zoo
    from tfgan_zoo import metrics
    from tfgan_zoo.training import NonFiniteError

    packing = variant.model.get("packing", 1)
    size = {"image_size": image_size}
    train = zoo.datasets.load(data, batch_size=variant.batch * packing, seed=seed, **size)
    test = zoo.datasets.load_arrays(data, split="test", **size)
    extractor = metrics.extractors.get(data)
    scorer = metrics.Scorer(extractor, test.images, split="test", real_labels=test.labels)
    gan = make(variant, train.info.image_shape, seed)
    result = {"extractor": extractor.name, "finite": True, "scores": {}}
    for step in range(EVERY, STEPS + 1, EVERY):
        try:
            gan.fit(train.at(step - EVERY), steps_per_epoch=EVERY, epochs=1, verbose=0)
        except NonFiniteError:
            return result | {"finite": False}
        scores = scorer.score(gan.generate(SAMPLES, seed=1000 + seed, **variant.sampling))
        result["scores"][step] = {
            metrics.short_name(name): round(value, 4) for name, value in scores.items()
        }
    return result


def summary(found, name, data, seeds):
    """Return dict of `last`, `best`, `confident` and `finite`: lists with a value of each seed's run."""
    runs = [found[f"{data}/{name}/{seed}"] for seed in range(seeds)]
    distances = [
        [s["frechet_distance"] for s in run["scores"].values()] or [float("inf")] for run in runs
    ]
    return {
        "last": [
            row[-1] if run["finite"] else float("inf")
            for row, run in zip(distances, runs, strict=True)
        ],
        "best": [min(row) for row in distances],
        "confident": [
            list(run["scores"].values())[-1]["confident_fraction"] if run["scores"] else 0.0
            for run in runs
        ],
        "finite": [run["finite"] for run in runs],
    }


def mean_and_error(values):
    """Return "mean ± standard error" of a few values."""
    if not np.isfinite(values).all():
        return f"{np.mean(np.isfinite(values)):.0%} finite"
    return f"{np.mean(values):.1f} ± {np.std(values, ddof=1) / np.sqrt(len(values)):.1f}"
