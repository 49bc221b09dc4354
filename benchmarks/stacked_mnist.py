"""Stacked MNIST: 1,000 modes, scaled down.

    python -m benchmarks.stacked_mnist             # what is not measured yet, then the table
    python -m benchmarks.stacked_mnist --tables    # the table alone

Protocol: three random digits of MNIST's training split in the three channels of an image of 28×28,
drawn anew for every batch: 1,000 modes. Batches of 64 packs, 4,000 rounds of one update for each
player; Adam(1e-3, β₁ 0.5) for the DCGANs, which have 16 channels, batch norm in both networks and
64 latents; R3GAN has 16 channels and its paper's penalties with weight 1, Adam(5e-4, β₁ 0, β₂
0.99). 26,000 samples of the last generator are sorted by the zoo's MNIST classifier, channel by
channel; a mode counts that is hit once. The reverse KL, in nats, is that of the samples' modes
against uniform ones. In papers (Metz et al. 2017, PacGAN) networks, steps and classifiers differ:
compare the rows with each other, not with theirs.
"""

from pathlib import Path

import numpy as np

from benchmarks import documents, jobs

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "results" / "stacked_mnist.jsonl"
STEPS, BATCH, SAMPLES, SEEDS = 4000, 64, 26_000, 3
SHAPE = (28, 28, 3)
MODELS = ("real data", "DCGAN", "PacDCGAN2", "R3GAN")


def make(name, seed):
    """Return the compiled model of a row."""
    import keras

    import tfgan_zoo as zoo

    if name == "R3GAN":
        gan = zoo.R3GAN(
            SHAPE,
            64,
            generator_width=16,
            discriminator_width=16,
            max_width=64,
            blocks=1,
            seed=seed,
        )
        betas = {"learning_rate": 5e-4, "beta_1": 0.0, "beta_2": 0.99}
        penalties = [{"name": "r1", "weight": 1.0}, {"name": "r2", "weight": 1.0}]
    else:
        sizes = {"generator_width": 16, "discriminator_width": 16, "kernel_size": 4}
        packing = 2 if name == "PacDCGAN2" else 1
        gan = zoo.DCGAN(SHAPE, 64, **sizes, packing=packing, seed=seed)
        betas, penalties = {"learning_rate": 1e-3, "beta_1": 0.5}, []
    gan.compile({p: keras.optimizers.Adam(**betas) for p in gan.players}, penalties=penalties)
    return gan


def stacked(images, batch, seed):
    """Return an endless stream of batches of stacked digits."""
    import tensorflow as tf

    images = tf.constant(images[..., 0])

    def draw(step):
        rows = tf.random.stateless_uniform([batch, 3], [seed, step], 0, len(images), tf.int32)
        return (
            tf.cast(tf.transpose(tf.gather(images, rows), [0, 2, 3, 1]), tf.float32) / 127.5 - 1.0
        )

    return tf.data.Dataset.counter().map(draw).prefetch(2)


def coverage(images, extractor):
    """Count the modes of images [N, 28, 28, 3] in [-1, 1]."""
    from tfgan_zoo import metrics

    logits = [extractor(images[..., c : c + 1]).logits for c in range(images.shape[-1])]
    return metrics.stacked_modes(np.argmax(logits, axis=-1).T)


def measure(name, seed):
    """Train and count one row once."""
    import tfgan_zoo as zoo
    from tfgan_zoo import metrics

    extractor = metrics.extractors.get("mnist")
    images = zoo.datasets.load_arrays("mnist", split="train").images
    if name == "real data":
        batch = next(iter(stacked(images, SAMPLES, seed)))
        return {"extractor": extractor.name, **coverage(batch.numpy(), extractor)}
    gan = make(name, seed)
    data = stacked(images, BATCH * gan.packing, seed)
    gan.fit(data, steps_per_epoch=STEPS, epochs=1, verbose=0)
    samples = gan.generate(SAMPLES, seed=1000 + seed)
    return {"extractor": extractor.name, **coverage(np.asarray(samples), extractor)}


def all_jobs():
    """Return dict of key -> arguments of `measure`."""
    return {
        f"{name}/{seed}": {"name": name, "seed": seed} for seed in range(SEEDS) for name in MODELS
    }


def table(found):
    """Return the Markdown table, with the seeds that are measured."""
    rows = ["| | seeds | modes of 1,000 | reverse KL |", "|---|---|---|---|"]
    for name in MODELS:
        got = [found[f"{name}/{seed}"] for seed in range(SEEDS) if f"{name}/{seed}" in found]
        modes = ", ".join(str(result["modes"]) for result in got)
        divergences = ", ".join(f"{result['reverse_kl']:.2f}" for result in got)
        rows.append(f"| {name} | {len(got)} | {modes} | {divergences} |")
    return "\n".join(rows)


def main():
    """Measure and tabulate."""
    arguments = jobs.parser(__doc__, OUT).parse_args()
    if not arguments.tables:
        jobs.run(all_jobs(), measure, arguments.out, arguments.processes)
    found = jobs.results(arguments.out)
    about = __doc__.split("Protocol: ")[1].replace("\n", " ").strip()
    about = about[0].upper() + about[1:]
    documents.fill(
        ROOT / "docs" / "results.md",
        {"stacked_mnist": f"{about}\n\n{jobs.when(found)}\n\n{table(found)}"},
    )


if __name__ == "__main__":
    main()
