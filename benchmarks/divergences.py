"""Two distributions drawn apart: what a discriminator and a critic can say about their distance.

    python -m benchmarks.divergences             # what is not measured yet, then the table and the figure
    python -m benchmarks.divergences --tables    # the table and the figure alone

Data: a round Gaussian of standard deviation 0.1 at the origin of the plane. The generator: the same
Gaussian, θ to the right; its only weight is θ. Exact: the earth mover's distance is θ; the Jensen-
Shannon divergence (JS) is an integral along the axis, log 2 to five digits from θ = 1 on. First θ
stands still and each discriminator trains, for 2,000 steps; then it is read: its estimate on 20,000
fresh points of each kind, the pull d loss / dθ on the generator (1 is the earth mover's; positive
is homewards), its largest gradient norm over a square around both. Then θ starts at 3 and the
generator may move, for 2,000 steps of Adam(1e-2).
"""

from pathlib import Path

import numpy as np

from benchmarks import documents, jobs

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "results" / "divergences.jsonl"
FIGURE = ROOT / "docs" / "results" / "divergences.png"
STDDEV = 0.1
DISTANCES = (0.0, 0.1, 0.2, 0.4, 1.0, 2.0, 4.0)
STEPS, BATCH, SEEDS = 2000, 256, 3
METHODS = {
    "minimax": {"loss": "minimax"},
    "non_saturating": {"loss": "non_saturating"},
    "wasserstein + weight_clipping": {
        "loss": "wasserstein",
        "penalties": [{"name": "weight_clipping", "limit": 0.1}],
    },
    "wasserstein + gradient_penalty": {"loss": "wasserstein", "penalties": ["gradient_penalty"]},
    "wasserstein + spectral norm": {"loss": "wasserstein"},
}


def exact_js(distance, stddev=STDDEV):
    """Return the Jensen-Shannon divergence in nats of two Gaussians `distance` apart.

    >>> round(exact_js(10.0), 6)
    0.693147
    """
    x = np.linspace(-8.0 * stddev, distance + 8.0 * stddev, 200_001)
    p, q = (_density(x - centre, stddev) for centre in (0.0, distance))
    middle = (p + q) / 2.0
    terms = [
        np.where(d > 0.0, d * np.log(np.maximum(d, 1e-300) / np.maximum(middle, 1e-300)), 0.0)
        for d in (p, q)
    ]
    return float(np.trapezoid(sum(terms) / 2.0, x))


def exact_pull(distance, step=1e-4):
    """Return d(2 JS) / dθ: the slope of the saturating loss against the best discriminator."""
    return (exact_js(distance + step) - exact_js(abs(distance - step))) / step


def _density(x, stddev):
    return np.exp(-0.5 * (x / stddev) ** 2) / (stddev * np.sqrt(2.0 * np.pi))


def make(method, distance, seed, moving):
    """Return the compiled model of a method."""
    import keras

    from benchmarks.points import PointGAN
    from tfgan_zoo.layers import SpectralDense

    @keras.saving.register_keras_serializable(package="benchmarks")
    class Shift(keras.layers.Layer):
        def build(self, shape):
            self.distance = self.add_weight(
                shape=(), initializer=keras.initializers.Constant(distance)
            )

        def call(self, points):
            return STDDEV * points + self.distance * np.array([1.0, 0.0], np.float32)

    dense = SpectralDense if method.endswith("spectral norm") else keras.layers.Dense
    x = points = keras.Input((2,))
    for layer in range(2):
        start = keras.initializers.HeNormal(seed=10 * seed + layer)
        x = keras.layers.LeakyReLU(0.2)(dense(128, kernel_initializer=start)(x))
    start = keras.initializers.GlorotNormal(seed=10 * seed + 2)
    discriminator = keras.Model(points, dense(1, kernel_initializer=start)(x))
    latents = keras.Input((2,))
    gan = PointGAN(keras.Model(latents, Shift()(latents)), discriminator, seed=seed)
    optimizers = {
        "discriminator": keras.optimizers.Adam(1e-3, beta_1=0.5, beta_2=0.9),
        "generator": keras.optimizers.Adam(1e-2, beta_1=0.5, beta_2=0.9)
        if moving
        else keras.optimizers.SGD(0.0),
    }
    gan.compile(optimizers, steps_per_execution=100, **METHODS[method])
    return gan


def data(seed):
    """Return batches of the data, without end."""
    import tensorflow as tf

    counter = tf.data.Dataset.counter().map(
        lambda i: STDDEV * tf.random.stateless_normal([BATCH, 2], [seed, i])
    )
    return counter


def measure(method, distance, seed, moving=False):
    """Train and read one method at one distance; with `moving`, follow θ from there."""
    gan = make(method, distance, seed, moving)
    if moving:
        return {"path": follow(gan, seed)}
    gan.fit(data(seed), steps_per_epoch=STEPS, epochs=1, verbose=0)
    return read(gan, distance, seed)


def follow(gan, seed):
    """Return θ after every 100 steps."""
    import keras

    path = [float(gan.generator.trainable_weights[0].numpy())]

    class Follow(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            path.append(float(gan.generator.trainable_weights[0].numpy()))

    gan.fit(data(seed), steps_per_epoch=STEPS, epochs=1, verbose=0, callbacks=[Follow()])
    return path


def read(gan, distance, seed):
    """Return what a trained discriminator says on fresh points, and how steep it is."""
    import tensorflow as tf

    random = np.random.default_rng([seed, 1])
    real, fake = (STDDEV * random.standard_normal((20_000, 2)) for _ in range(2))
    real, fake = (
        tf.constant(points, tf.float32) for points in (real, fake + np.array([distance, 0.0]))
    )
    judge = gan.discriminator
    with tf.GradientTape() as tape:
        shift = tf.zeros([])
        tape.watch(shift)
        fake_logits = judge(fake + tf.stack([shift, 0.0]))
        loss = gan.adversarial_loss.generator(None, fake_logits)
    real_logits = judge(real)
    if gan.adversarial_loss.name == "wasserstein":
        estimate = tf.reduce_mean(real_logits) - tf.reduce_mean(fake_logits)
    else:
        log_losses = tf.nn.softplus(-real_logits), tf.nn.softplus(fake_logits)
        estimate = np.log(2.0) - sum(tf.reduce_mean(value) for value in log_losses) / 2.0
    side = np.linspace(-1.0, 1.0, 201)
    square = np.stack(
        np.meshgrid(distance / 2 + side * (distance / 2 + 0.5), 0.5 * side), -1
    ).reshape(-1, 2)
    square = tf.constant(square, tf.float32)
    with tf.GradientTape() as steepness:
        steepness.watch(square)
        logits = judge(square)
    norms = tf.norm(steepness.gradient(logits, square), axis=1)
    return {
        "estimate": float(estimate),
        "pull": float(tape.gradient(loss, shift)),
        "largest_norm": float(tf.reduce_max(norms)),
    }


def all_jobs():
    """Return dict of key -> arguments of `measure`."""
    still = {
        f"{method}/{distance}/{seed}": {"method": method, "distance": distance, "seed": seed}
        for seed in range(SEEDS)
        for method in METHODS
        for distance in DISTANCES
    }
    moving = {
        f"{method}/moving/{seed}": {"method": method, "distance": 3.0, "seed": seed, "moving": True}
        for seed in range(SEEDS)
        for method in METHODS
    }
    return still | moving


def _over_seeds(found, method, distance, what):
    return [found[f"{method}/{distance}/{seed}"][what] for seed in range(SEEDS)]


def table(found, what, exact):
    """Return a Markdown table of the standing generator.

    Args:
        found: dict of key -> result.
        what: `"estimate"`, `"pull"` or `"largest_norm"`.
        exact: dict of column title -> function of the distance.
    """
    titles = ["θ", *exact, *METHODS]
    rows = ["| " + " | ".join(titles) + " |", "|---" * len(titles) + "|"]
    for distance in DISTANCES:
        values = [of(distance) for of in exact.values()]
        values += [np.mean(_over_seeds(found, method, distance, what)) for method in METHODS]
        cells = [f"{distance:g}", *(_short(value) for value in values)]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def homeward(found):
    """Return the Markdown table of the moving generator."""
    marks = (0, 1, 2, 5, 10, 20)
    rows = [
        "| θ after steps | " + " | ".join(f"{100 * mark:,}" for mark in marks) + " |",
        "|---" * (len(marks) + 1) + "|",
    ]
    for method in METHODS:
        paths = np.array(_over_seeds(found, method, "moving", "path"))
        rows.append(
            f"| {method} | " + " | ".join(f"{paths[:, mark].mean():.2f}" for mark in marks) + " |"
        )
    return "\n".join(rows)


def _short(value):
    if abs(value) >= 0.005:
        return f"{value:.4f}" if abs(value) < 1.0 else f"{value:.2f}"
    return "0" if abs(value) < 1e-11 else f"{value:.0e}"


def draw(found, path):
    """Draw the lecture's figure."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(13, 3.6), layout="constrained")
    x = np.linspace(0.0, 4.0, 401)
    left.plot(x, [exact_js(d) for d in x], "k--", lw=1, label="exact JS")
    left.plot(x, x, "k:", lw=1, label="exact earth mover's distance")
    for method in METHODS:
        if method == "non_saturating":  # its discriminator is minimax's
            continue
        for axes, what in ((left, "estimate"), (middle, "pull")):
            values = [np.mean(_over_seeds(found, method, d, what)) for d in DISTANCES]
            axes.plot(DISTANCES, values, "o-", ms=3, label=method)
    middle.plot(x, [exact_pull(d) for d in x], "k--", lw=1, label="exact, JS")
    for method in METHODS:
        paths = np.array(_over_seeds(found, method, "moving", "path"))
        right.plot(100 * np.arange(paths.shape[1]), paths.mean(axis=0), label=method)
    left.set(title="what the discriminator reads", xlabel="distance θ", ylim=(-0.2, 4.2))
    middle.set(title="pull on the generator", xlabel="distance θ", yscale="symlog")
    right.set(title="a generator that may move", xlabel="step", ylabel="θ")
    for axes in (left, middle, right):
        axes.legend(fontsize=7)
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=110)


def main():
    """Measure, tabulate and draw."""
    arguments = jobs.parser(__doc__, OUT).parse_args()
    wanted = all_jobs()
    found = (
        jobs.results(arguments.out)
        if arguments.tables
        else jobs.run(wanted, measure, arguments.out, arguments.processes)
    )
    draw(found, FIGURE)
    documents.fill(
        ROOT / "docs" / "results.md",
        {
            "readings": jobs.when(found)
            + "\n\n"
            + table(found, "estimate", {"exact JS": exact_js, "exact earth mover's": float}),
            "pulls": table(
                found,
                "pull",
                {"exact, 2 JS": exact_pull, "exact, earth mover's": lambda d: float(d > 0)},
            ),
            "norms": table(found, "largest_norm", {}),
            "homeward": homeward(found),
        },
    )


if __name__ == "__main__":
    main()
