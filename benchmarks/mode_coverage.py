"""Mode coverage on the ring and the grid, by PacGAN's protocol: every objective, packing and unrolling.

    python -m benchmarks.mode_coverage                      # all that is not measured yet, then the tables
    python -m benchmarks.mode_coverage --only=non_saturating,pac2 --seeds=10 --steps=50000
    python -m benchmarks.mode_coverage --tables             # the tables alone, from what is measured

Protocol (Lin et al. 2018, arXiv 1712.04086, and the authors' code): 100,000 points; latents N(0,
I₂); generator of four layers of 400, batch norm and ReLU; discriminator of three maxout layers of
200 units of five pieces; weights from N(0, 0.02²); Adam(1e-4, β₁ 0.8) for both players; 100 packs a
step; the generator's fakes of a step serve both players. 2,500 samples of the last generator are
judged: of high quality within three standard deviations of a centre, a mode covered by one such
point. The authors train 400 epochs, 400,000 steps; --steps says how many are trained here. Where
they update both players at once, the discriminator goes first here.
"""

import argparse
import json
from pathlib import Path

from benchmarks import jobs
from tfgan_zoo.metrics import modes

ROOT = Path(__file__).resolve().parents[1]
MIXTURES = {"ring": modes.ring, "grid": modes.grid}
POINTS, BATCH, SAMPLES = 100_000, 100, 2500
R1_R2 = [{"name": "r1", "weight": 0.1}, {"name": "r2", "weight": 0.1}]

# What differs from the plain game: arguments of compile, and `packing`.
METHODS = {
    "non_saturating": {},
    "pac2": {"packing": 2},
    "pac3": {"packing": 3},
    "pac4": {"packing": 4},
    "unrolled5": {"unrolled_steps": 5, "share_fakes": False},
    "minimax": {"loss": "minimax"},
    "least_squares": {"loss": "least_squares"},
    "wasserstein + clipping": {"loss": "wasserstein", "penalties": ["weight_clipping"]},
    "wasserstein + gradient_penalty": {
        "loss": "wasserstein",
        "penalties": [{"name": "gradient_penalty", "weight": 0.1}],
    },
    "hinge": {"loss": "hinge"},
    "relativistic_paired": {"loss": "relativistic_paired"},
    "relativistic_average": {"loss": "relativistic_average"},
    "relativistic_paired + r1 + r2": {"loss": "relativistic_paired", "penalties": R1_R2},
    "non_saturating + r1": {"penalties": [{"name": "r1", "weight": 0.1}]},
    "non_saturating + r1 + r2": {"penalties": R1_R2},
    "dragan": {"penalties": ["dragan"]},
    "f_kl": {"loss": "f_kl"},
    "f_reverse_kl": {"loss": "f_reverse_kl"},
    "f_pearson": {"loss": "f_pearson"},
    "f_neyman": {"loss": "f_neyman"},
    "f_squared_hellinger": {"loss": "f_squared_hellinger"},
    "f_jensen_shannon": {"loss": "f_jensen_shannon"},
    "f_total_variation": {"loss": "f_total_variation"},
}

# PacGAN's table: mean ± standard error of 10 trials, where it gives one.
PUBLISHED = {
    ("ring", "non_saturating"): "6.3 ± 0.5, 98.2%, 0.45",
    ("ring", "pac2"): "7.9 ± 0.1, 95.6%, 0.07",
    ("ring", "pac3"): "7.8, 97.7%, 0.10",
    ("ring", "pac4"): "7.8, 95.9%, 0.07",
    ("grid", "non_saturating"): "17.3 ± 0.8, 94.8%, 0.70",
    ("grid", "pac2"): "23.8, 91.3%, 0.13",
    ("grid", "pac3"): "24.6, 94.2%, 0.06",
    ("grid", "pac4"): "24.8 ± 0.2, 93.6%, 0.04",
}


def networks(packing, seed):
    """Return the protocol's generator and discriminator."""
    import keras
    from keras import layers

    import tfgan_zoo as zoo
    from tfgan_zoo.networks.initializers import SeededNormal

    normal = SeededNormal(0.02, seed)
    x = latents = keras.Input((2,))
    for layer in range(4):
        x = layers.Dense(400, use_bias=False, kernel_initializer=normal(), name=f"hidden_{layer}")(
            x
        )
        x = zoo.layers.BatchNormalization(momentum=0.95, epsilon=1e-4, synchronized=True)(x)
        x = layers.ReLU()(x)
    generator = keras.Model(latents, layers.Dense(2, kernel_initializer=normal())(x))
    x = points = keras.Input((2 * packing,))
    for layer in range(3):
        x = layers.Dense(1000, kernel_initializer=normal(), name=f"hidden_{layer}")(x)
        x = zoo.layers.Maxout(5)(x)
    return generator, keras.Model(points, layers.Dense(1, kernel_initializer=normal())(x))


def make(packing=1, seed=0, **options):
    """Return the compiled model of a method."""
    import keras

    from benchmarks.points import PointGAN

    gan = PointGAN(*networks(packing, seed), packing=packing, seed=seed)
    options = {"share_fakes": True, **options}
    optimizers = {player: keras.optimizers.Adam(1e-4, beta_1=0.8) for player in gan.players}
    gan.compile(optimizers=optimizers, steps_per_execution=100, **options)
    return gan


def measure(mixture, method, seed, steps, marks):
    """Train one method with one seed; return its coverage at some steps on the way and at the end."""
    import tensorflow as tf

    options = METHODS[method]
    mixture = MIXTURES[mixture]()
    batch = BATCH * options.get("packing", 1)
    data = tf.data.Dataset.from_tensor_slices(mixture.sample(POINTS, seed=seed))
    data = data.shuffle(POINTS, seed=seed).repeat().batch(batch, drop_remainder=True)
    gan = make(seed=seed, **options)
    scores, done, iterator = {}, 0, data
    for mark in sorted({*(m for m in marks if m < steps), steps}):
        history = gan.fit(iterator, steps_per_epoch=mark - done, epochs=1, verbose=0).history
        done = mark
        points = gan.generate(SAMPLES, seed=1_000_000 + seed, batch_size=SAMPLES)
        scores[mark] = modes.mode_coverage(points, mixture)
    last = {name: values[-1] for name, values in history.items()}
    return {"scores": scores, "last": last}


def all_jobs(arguments):
    """Return dict of key -> arguments of `measure`."""
    cells = [f"{mixture}/{method}" for method in METHODS for mixture in MIXTURES]
    if arguments.only:
        wanted = arguments.only.split(",")
        cells = [cell for cell in cells if cell in wanted or cell.split("/")[1] in wanted]
    marks = [int(mark) for mark in arguments.marks.split(",")]
    return {
        f"{cell}/{seed}/{arguments.steps}": {
            "mixture": cell.split("/")[0],
            "method": cell.split("/")[1],
            "seed": seed,
            "steps": arguments.steps,
            "marks": marks,
        }
        for seed in range(arguments.seeds)
        for cell in cells
    }


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", help=f"comma-separated, METHOD or MIXTURE/METHOD: {', '.join(METHODS)}"
    )
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--marks", default="5000,10000", help="steps to judge at on the way")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "mode_coverage.jsonl")
    arguments = parser.parse_args()
    found = jobs.run(all_jobs(arguments), measure, arguments.out, arguments.processes)
    for key, result in sorted(found.items()):
        print(key, json.dumps(list(result["scores"].values())[-1]), result["seconds"])


if __name__ == "__main__":
    main()
