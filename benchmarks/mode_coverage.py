"""Mode coverage on the ring and the grid, by PacGAN's protocol: every objective, packing and unrolling.

    python -m benchmarks.mode_coverage                      # all that is not measured yet, then the tables
    python -m benchmarks.mode_coverage --setting=small --only=hinge,ring/dragan
    python -m benchmarks.mode_coverage --tables             # the tables alone, from what is measured

Setting `pacgan` (Lin et al. 2018, arXiv 1712.04086, and the authors' code): 100,000 points; latents
N(0, I₂); generator of four layers of 400, batch norm and ReLU; discriminator of three maxout layers
of 200 units of five pieces; weights from N(0, 0.02²); Adam(1e-4, β₁ 0.8) for both players; 100
packs a step; the generator's fakes of a step serve both players. 2,500 samples of the last
generator are judged: of high quality within three standard deviations of a centre, a mode covered
by one such point. The authors train 400 epochs, 400,000 steps; here it is 20,000. Where they update
both players at once, the discriminator goes first here.

Setting `small`, for every objective: layers of 100 and of 50 units, He's normal weights, Adam(1e-3,
β₁ 0.5) that falls to 0 linearly over 6,000 steps, fresh fakes for each player; the rest as above.

Setting `precise`, for what one objective can do: no batch norm (its noise is as wide as the modes);
ReLU in the generator, whose first layer's biases are N(0, 1), so that its folds lie everywhere, and
leaky ReLU in the discriminator; layers of 100 in both, batches of 400, R1 and R2 of weight 0.02,
Adam(3e-3, β₁ 0.5, β₂ 0.99) that falls to 0 over 20,000 steps, samples from weights averaged with decay
0.999. Found on seed 100, measured on seeds 0 to 9.
"""

import dataclasses
from pathlib import Path

import numpy as np

from benchmarks import documents, jobs
from tfgan_zoo.metrics import modes
from tfgan_zoo.training import NonFiniteError

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "results" / "mode_coverage.jsonl"
MIXTURES = {"ring": modes.ring, "grid": modes.grid}
POINTS, SAMPLES, SEEDS = 100_000, 2500, 10


@dataclasses.dataclass(frozen=True)
class Setting:
    """Sizes and budget; see the module's docstring."""

    generator: int
    discriminator: int
    steps: int
    marks: tuple
    cells: tuple
    batch: int = 100
    ema_decay: float | None = None
    seeds: int = SEEDS


R1_R2 = [{"name": "r1", "weight": 0.1}, {"name": "r2", "weight": 0.1}]

# What setting `precise` is about; `small` has no row of it.
LIGHT = "relativistic_paired + light r1 + r2"

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
    LIGHT: {
        "loss": "relativistic_paired",
        "penalties": [{"name": "r1", "weight": 0.02}, {"name": "r2", "weight": 0.02}],
    },
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

# Those with PacGAN's own networks and optimizers.
AUTHORS = ("pacgan", "long")

SETTINGS = {
    "pacgan": Setting(
        400,
        200,
        20_000,
        (5_000, 10_000),
        ("ring/non_saturating", "ring/pac2", "grid/non_saturating", "grid/pac4"),
    ),
    "long": Setting(400, 200, 60_000, (20_000, 40_000), ("grid/pac4",), seeds=1),
    "small": Setting(
        100,
        50,
        6_000,
        (3_000,),
        tuple(
            f"{mixture}/{method}" for method in METHODS if method != LIGHT for mixture in MIXTURES
        ),
    ),
    "precise": Setting(
        100,
        100,
        20_000,
        (5_000, 10_000),
        (f"grid/{LIGHT}", f"ring/{LIGHT}"),
        batch=400,
        ema_decay=0.999,
    ),
}


def networks(setting, packing, seed):
    """Return a setting's generator and discriminator."""
    import keras
    from keras import layers

    import tfgan_zoo as zoo
    from tfgan_zoo.networks.initializers import Seeded, SeededNormal

    he = Seeded(keras.initializers.HeNormal, seed)
    start = SeededNormal(0.02, seed) if setting in AUTHORS else he
    precise, sizes = setting == "precise", SETTINGS[setting]

    def dense(units, **kwargs):
        return layers.Dense(units, kernel_initializer=start(), **kwargs)

    folds = Seeded(keras.initializers.RandomNormal, seed + 1, stddev=1.0)
    x = latents = keras.Input((2,))
    for index in range(4):
        if precise:
            bias = "zeros" if index else folds()
            x = layers.ReLU()(dense(sizes.generator, bias_initializer=bias)(x))
            continue
        x = dense(sizes.generator, use_bias=False)(x)
        x = zoo.layers.BatchNormalization(momentum=0.95, epsilon=1e-4, synchronized=True)(x)
        x = layers.ReLU()(x)
    generator = keras.Model(latents, dense(2)(x))
    x = points = keras.Input((2 * packing,))
    for _ in range(3):
        if precise:
            x = layers.LeakyReLU(0.2)(dense(sizes.discriminator)(x))
        else:
            x = zoo.layers.Maxout(5)(dense(5 * sizes.discriminator)(x))
    return generator, keras.Model(points, dense(1)(x))


def make(setting, packing=1, seed=0, **options):
    """Return the compiled model of a method."""
    import keras

    from benchmarks.points import PointGAN

    sizes = SETTINGS[setting]
    gan = PointGAN(
        *networks(setting, packing, seed), packing=packing, ema_decay=sizes.ema_decay, seed=seed
    )
    if setting in AUTHORS:
        adam, options = {"learning_rate": 1e-4, "beta_1": 0.8}, {"share_fakes": True, **options}
    else:
        rate, betas = (3e-3, (0.5, 0.99)) if setting == "precise" else (1e-3, (0.5, 0.999))
        falling = keras.optimizers.schedules.PolynomialDecay(rate, sizes.steps, 0.0)
        adam = {"learning_rate": falling, "beta_1": betas[0], "beta_2": betas[1]}
        options = {
            "jit_compile": True,
            **options,
        }  # networks this small wait for Python and kernels
    optimizers = {player: keras.optimizers.Adam(**adam) for player in gan.players}
    gan.compile(optimizers=optimizers, steps_per_execution=100, **options)
    return gan


def measure(setting, mixture, method, seed):
    """Train one method with one seed; return its coverage at some steps on the way and at the end."""
    import tensorflow as tf

    options, budget = METHODS[method], SETTINGS[setting]
    mixture = MIXTURES[mixture]()
    batch = budget.batch * options.get("packing", 1)
    data = tf.data.Dataset.from_tensor_slices(mixture.sample(POINTS, seed=seed))
    data = data.shuffle(POINTS, seed=seed).repeat().batch(batch, drop_remainder=True)
    gan = make(setting, seed=seed, **options)
    scores, done = {}, 0
    for mark in (*budget.marks, budget.steps):
        try:
            history = gan.fit(data, steps_per_epoch=mark - done, epochs=1, verbose=0).history
        except NonFiniteError:
            return {"scores": scores, "finite": False}
        done = mark
        points = gan.generate(SAMPLES, seed=1_000_000 + seed, batch_size=SAMPLES)
        scores[mark] = modes.mode_coverage(points, mixture)
    last = {name: round(values[-1], 4) for name, values in history.items()}
    return {"scores": scores, "finite": True, "last": last}


def all_jobs(setting, only=None):
    """Return dict of key -> arguments of `measure`."""
    cells = SETTINGS[setting].cells
    if only:
        wanted = only.split(",")
        cells = [cell for cell in cells if cell in wanted or cell.split("/")[1] in wanted]
    return {
        f"{setting}/{cell}/{seed}": {
            "setting": setting,
            "mixture": cell.split("/")[0],
            "method": cell.split("/")[1],
            "seed": seed,
        }
        for seed in range(SETTINGS[setting].seeds)
        for cell in cells
    }


def statistics(found, setting, cell):
    """Return (number of seeds, dict of score -> list over the seeds) of the last steps."""
    runs = [found[key] for seed in range(SEEDS) if (key := f"{setting}/{cell}/{seed}") in found]
    nothing = {"modes": 0, "high_quality": 0.0, "reverse_kl": np.inf}
    last = [list(run["scores"].values())[-1] if run["finite"] else nothing for run in runs]
    return len(runs), {score: [values[score] for values in last] for score in nothing}


def _cell(found, setting, cell):
    seeds, scores = statistics(found, setting, cell)
    if not seeds:
        return "not measured"
    found_modes, quality = scores["modes"], 100 * np.mean(scores["high_quality"])
    rest = f"{quality:.1f}%, {np.mean(scores['reverse_kl']):.2f}"
    if seeds == 1:
        return f"{found_modes[0]}, {rest} (one seed)"
    error = np.std(found_modes, ddof=1) / np.sqrt(seeds)
    few = "" if seeds == SEEDS else f" ({seeds} seeds)"
    return f"{np.mean(found_modes):.1f} ± {error:.1f}; {min(found_modes)} at least, {rest}{few}"


def pacgan_table(found):
    """Return the Markdown table of PacGAN's rows, ours beside theirs, on the way and at the end."""
    rows = [
        "| | modes, high quality, reverse KL: 400,000 steps, published | here |",
        "|---|---|---|",
    ]
    for cell in SETTINGS["pacgan"].cells:
        mixture, method = cell.split("/")
        rows.append(
            f"| {mixture}, {method} | {PUBLISHED[mixture, method]} | {_cell(found, 'pacgan', cell)} |"
        )
    return "\n".join(rows)


def long_table(found):
    """Return the Markdown table of one run on its way."""
    rows = ["| steps | modes | high quality | reverse KL |", "|---" * 4 + "|"]
    for run in (found[key] for key in all_jobs("long") if key in found):
        for step, got in run["scores"].items():
            quality = f"{100 * got['high_quality']:.1f}%"
            rows.append(f"| {step} | {got['modes']} | {quality} | {got['reverse_kl']:.2f} |")
    return "\n".join(rows)


def precise_table(found):
    """Return the Markdown table of what one objective can do."""
    rows = ["| | modes, high quality, reverse KL | of the worst seed: modes, high quality |"]
    rows.append("|---|---|---|")
    for cell in SETTINGS["precise"].cells:
        seeds, scores = statistics(found, "precise", cell)
        worst = "not measured"
        if seeds:
            worst = f"{min(scores['modes'])}, {100 * min(scores['high_quality']):.1f}%"
        name = cell.replace("/", ", ")
        rows.append(f"| {name} | {_cell(found, 'precise', cell)} | {worst} |")
    return "\n".join(rows)


def small_table(found):
    """Return the Markdown table of every method."""
    heads = "".join(f" {mixture}: modes, high quality, reverse KL |" for mixture in MIXTURES)
    rows = [f"| method |{heads}", "|---" * (1 + len(MIXTURES)) + "|"]
    real = []
    for mixture in (make_mixture() for make_mixture in MIXTURES.values()):
        got = modes.mode_coverage(mixture.sample(SAMPLES, seed=0), mixture)
        real.append(f"{got['modes']}, {100 * got['high_quality']:.1f}%, {got['reverse_kl']:.2f}")
    rows.append("| real data | " + " | ".join(real) + " |")
    for method in METHODS:
        if method == LIGHT:
            continue
        cells = [_cell(found, "small", f"{mixture}/{method}") for mixture in MIXTURES]
        rows.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def main():
    """Measure and tabulate."""
    parser = jobs.parser(__doc__, OUT)
    parser.add_argument("--setting", choices=[*SETTINGS, "all"], default="all")
    parser.add_argument(
        "--only", help=f"comma-separated, METHOD or MIXTURE/METHOD: {', '.join(METHODS)}"
    )
    arguments = parser.parse_args()
    settings = SETTINGS if arguments.setting == "all" else [arguments.setting]
    for setting in [] if arguments.tables else settings:
        jobs.run(all_jobs(setting, arguments.only), measure, arguments.out, arguments.processes)
    found = jobs.results(arguments.out)
    tables = {
        "pacgan": pacgan_table,
        "long": long_table,
        "small": small_table,
        "precise": precise_table,
    }
    documents.fill(
        ROOT / "docs" / "results.md",
        {
            setting: f"{jobs.when(found, setting)}\n\n{table(found)}"
            for setting, table in tables.items()
        },
    )


if __name__ == "__main__":
    main()
