"""Text GANs on the synthetic oracle of SeqGAN (Yu et al. 2017, arXiv 1609.05473), with the controls.

    python -m benchmarks.text_oracle --setting=mini           # what is not measured yet, then the table
    python -m benchmarks.text_oracle --setting=authors --oracle=seqgan_oracle_keras.npz
    python -m benchmarks.text_oracle --tables                 # the tables alone, from what is measured

An oracle, an LSTM of 32 units with random weights, writes the data; so the likelihood of what a generator
writes is known. NLL_oracle, in nats a token, is what papers print: lower where a generator writes what the
oracle finds likely, whether or not it writes much else. NLL_test is the generator's own of 10,000 fresh
sentences of the oracle: lower where it knows all that the oracle writes. A generator that sharpens lowers
the first and raises the second. The controls say whether a discriminator did anything: the same policy
gradient with a constant for a reward, and plain maximum likelihood sampled at lower temperatures.

Each seed trains one generator by maximum likelihood; every row with a game goes on from a copy of it, with
new optimizers. ScratchGAN begins from random weights. Scores are those of the last step.

Setting `authors`: the authors' oracle, 5,000 tokens, sentences of 20; 10,000 of its sentences for
training; LSTM of 32 units, 120 epochs of maximum likelihood in batches of 64, Adam(0.01). The game is
reduced: 500 batches of the discriminator first, 200 generator steps with 4 roll-outs for each (16 there),
and 15 batches of the discriminator for each step (2,340 there); its CNN has half the filters. Rates are
theirs. They subtract no baseline; a row does, which changes nothing but the noise of the gradient.

Setting `mini`: an oracle of 200 tokens, sentences of 20; 2,500 sentences for training; LSTM of 32 units,
2,000 batches of maximum likelihood, 200 of the discriminator, and 200 generator steps with 4 roll-outs and
5 batches of a small CNN for each; Adam(1e-3) for both players of all games that go on from there: at
SeqGAN's own rates (0.01 and 1e-4) the discriminator had learned nothing in so few steps, and all games by
policy gradient got worse the longer they went (seed 0: from 4.9 to 5.3 SeqGAN, 5.7 the constant reward, 6.0
MaliGAN, 6.1 RankGAN). ScratchGAN has as many steps as all that together, each with a turn of
both, batches of 64, and Adam(2e-3, β₁ 0.5) for both. LeakGAN's generator is another one: it has as many
batches of maximum likelihood and of the discriminator as the others, by turns in ten rounds, and then the
same game, all with Adam(1e-3); with 0.01 for what writes, as above, maximum likelihood had overfitted (seed
0: NLL_test 5.79).
"""

import dataclasses
from pathlib import Path

import numpy as np

from benchmarks import documents, jobs

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "results" / "text_oracle.jsonl"
SEEDS, BATCH, UNITS = 3, 64, 32
TEMPERATURES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)


@dataclasses.dataclass(frozen=True)
class Setting:
    """Sizes and budget; see the module's docstring."""

    vocabulary_size: int
    length: int
    sentences: int
    samples: int
    likelihood_steps: int
    discriminator_first: int
    generator_steps: int
    discriminator_steps: int
    every: int
    cnn: dict
    rows: tuple
    rate: float | None = None  # of all players in the game; None for the papers'
    alone: tuple = ()  # rows that do not go on from the language model, each a job of its own


_ROLL_OUTS = {"name": "roll_outs", "count": 4}
OBJECTIVES = {
    "SeqGAN": {"reward": _ROLL_OUTS},
    "SeqGAN, constant reward": {"reward": "constant"},
    "SeqGAN, batch mean as baseline": {"reward": _ROLL_OUTS, "baseline": "batch_mean"},
    "RankGAN": {"reward": {"name": "rank", "count": 4}},
}
FILTERS = (100, 200, 200, 200, 200, 100, 100, 100, 100, 100, 160, 160)
SMALL_CNN = {"embedding": 32, "widths": (1, 2, 3, 4, 5), "filters": (32,) * 5}
SETTINGS = {
    "mini": Setting(
        200, 20, 2500, 2500, 2000, 200, 200, 5, 50, SMALL_CNN,
        ("SeqGAN", "SeqGAN, constant reward", "MaliGAN", "RankGAN", "RelGAN, LSTM", "ScratchGAN"),
        1e-3,
        ("LeakGAN",),
    ),
    "authors": Setting(
        5000, 20, 10_000, 10_000, 120 * 156, 500, 200, 15, 20,
        {"filters": tuple(count // 2 for count in FILTERS)},
        ("SeqGAN", "SeqGAN, constant reward", "SeqGAN, batch mean as baseline"),
    ),
}  # fmt: skip


def spec_of(setting):
    """Return the tokens of a setting: all are words, and nothing ends a sentence."""
    from tfgan_zoo.training import TokenSpec

    return TokenSpec(
        setting.vocabulary_size, setting.length, start_token=0, end_token=None, never_written=()
    )


def make_oracle(setting, weights=None):
    """Return the oracle as a language model: weights from N(0, 1), or a file's."""
    import tfgan_zoo as zoo

    sizes = {"units": UNITS, "embedding": UNITS, "initializer": 1.0}
    oracle = zoo.LanguageModel(spec_of(setting), network_arguments=sizes, seed=88)
    if weights:
        stored = np.load(weights)
        by_shape = {}
        for name in ("embedding", "kernel", "recurrent_kernel", "bias", "out_kernel", "out_bias"):
            by_shape[name] = stored[name]
        _assign(oracle.generator, by_shape)
    return oracle


def _assign(generator, arrays):
    order = ("embedding", "kernel", "recurrent_kernel", "bias", "out_kernel", "out_bias")
    variables = generator.trainable_variables
    for variable, name in zip(variables, order, strict=True):
        variable.assign(arrays[name])  # a shape that does not fit is an error


class At:
    """A model at a temperature, for `nll`: what it is sampled at, it is scored at."""

    def __init__(self, model, temperature):
        self._model, self._temperature = model, temperature

    def log_probabilities(self, tokens):
        """Return what `nll` asks for."""
        return self._model.log_probabilities(tokens, temperature=self._temperature)


def scores(model, oracle, setting, test, seed, temperature=1.0):
    """Return NLL_oracle of a model's sentences, and its NLL_test."""
    from tfgan_zoo.metrics.text import nll

    written = model.generate(setting.samples, seed=1000 + seed, temperature=temperature)
    return {
        "oracle": round(nll(oracle, written), 4),
        "test": round(nll(At(model, temperature), test), 4),
        "distinct": len(np.unique(written, axis=0)) / len(written),
    }


def make_game(row, setting, seed):
    """Return a row's compiled model."""
    import keras

    import tfgan_zoo as zoo

    spec, network = spec_of(setting), {"network_arguments": {"units": UNITS, "embedding": UNITS}}
    turns = {"discriminator_steps": setting.discriminator_steps}
    if setting.rate:
        players = ("discriminator", "generator")
        turns["optimizers"] = {
            p: keras.optimizers.Adam(setting.rate, global_clipnorm=5.0) for p in players
        }
    if row == "ScratchGAN":
        judge = {"embedding": UNITS, "units": 2 * UNITS}
        gan = zoo.ScratchGAN(spec, discriminator_arguments=judge, seed=seed, **network)
        rates = {"discriminator": 2e-3, "generator": 2e-3}
        gan.compile({p: keras.optimizers.Adam(r, beta_1=0.5) for p, r in rates.items()})
        return gan
    if row == "RelGAN, LSTM":
        steps = setting.generator_steps * setting.discriminator_steps
        judge = {"embedding": 64, "filters": 32}
        gan = zoo.RelGAN(
            spec, "lstm", beta_max=100.0, beta_steps=steps, discriminator_arguments=judge,
            discriminator_first=setting.discriminator_first, seed=seed, **network,
        )  # fmt: skip
        gan.compile(**turns)
        return gan
    cls = getattr(zoo, row.split(",")[0])
    gan = cls(
        spec,
        discriminator_arguments=setting.cnn,
        discriminator_first=setting.discriminator_first,
        seed=seed,
        **network,
    )
    gan.compile(**turns, **OBJECTIVES.get(row, {}))
    return gan


def make_data(setting, oracle, seed):
    """Return the stream of the oracle's sentences to train with, and others."""
    import tensorflow as tf

    train, test = (
        oracle.generate(count, seed=7 + which)
        for which, count in enumerate((setting.sentences, setting.samples))
    )
    data = tf.data.Dataset.from_tensor_slices({"tokens": train})
    return data.shuffle(len(train), seed=seed).repeat().batch(BATCH), test


def measure_alone(name, row, seed):
    """Train one seed of a row that has a language model of its own: LeakGAN."""
    import keras

    import tfgan_zoo as zoo

    setting = SETTINGS[name]
    oracle = make_oracle(setting)
    data, test = make_data(setting, oracle, seed)
    gan = getattr(zoo, row)(
        spec_of(setting),
        network_arguments={"units": UNITS, "embedding": UNITS},
        discriminator_arguments=setting.cnn,
        likelihood_steps=setting.likelihood_steps,
        discriminator_first=setting.discriminator_first,
        seed=seed,
    )

    optimizers = {p: keras.optimizers.Adam(setting.rate, global_clipnorm=5.0) for p in gan.players}
    turns = {"discriminator_steps": setting.discriminator_steps}
    gan.compile(optimizers, reward=_ROLL_OUTS, **turns)
    before = setting.likelihood_steps + setting.discriminator_first
    gan.fit(data, steps_per_epoch=before, epochs=1, verbose=0)
    curve = {"0": scores(gan, oracle, setting, test, seed)}
    for done in range(setting.every, setting.generator_steps + 1, setting.every):
        steps = setting.every * setting.discriminator_steps
        gan.fit(data, steps_per_epoch=steps, epochs=1, verbose=0)
        curve[str(done)] = scores(gan, oracle, setting, test, seed)
    return {"rows": {row: curve}}


def measure(name, seed, oracle=None, row=None):
    """Train one seed's language model, and from it each game of the setting; or one row alone."""
    import keras

    import tfgan_zoo as zoo
    from tfgan_zoo.metrics.text import nll

    if row:
        return measure_alone(name, row, seed)
    setting = SETTINGS[name]
    oracle = make_oracle(setting, oracle)
    data, test = make_data(setting, oracle, seed)
    floor = nll(oracle, test)
    sizes = {"units": UNITS, "embedding": UNITS, "initializer": 0.1}
    model = zoo.LanguageModel(spec_of(setting), network_arguments=sizes, seed=seed)
    model.compile({"generator": keras.optimizers.Adam(0.01, global_clipnorm=5.0)})
    model.fit(data, steps_per_epoch=setting.likelihood_steps, epochs=1, verbose=0)
    rows = {
        f"maximum likelihood, temperature {t:g}": {
            "0": scores(model, oracle, setting, test, seed, t)
        }
        for t in TEMPERATURES
    }
    for row in setting.rows:
        gan, curve = make_game(row, setting, seed), {}
        if row != "ScratchGAN":
            gan.generator.set_weights(model.generator.get_weights())
        steps = setting.generator_steps * setting.discriminator_steps + setting.discriminator_first
        if row == "ScratchGAN":
            steps += setting.likelihood_steps  # its share of the budget
        rounds = range(setting.every, setting.generator_steps + 1, setting.every)
        for done in rounds:
            part = steps * done // setting.generator_steps
            gan.fit(data, steps_per_epoch=part - int(gan.iterations.numpy()), epochs=1, verbose=0)
            curve[str(done)] = scores(gan, oracle, setting, test, seed)
        rows[row] = curve
    return {"floor": floor, "rows": rows}


def all_jobs(name, oracle=None):
    """Return dict of key -> arguments of `measure`."""
    seeds = range(SEEDS)
    wanted = {f"{name}/{seed}": {"name": name, "seed": seed, "oracle": oracle} for seed in seeds}
    return wanted | {
        f"{name}/{row}/{seed}": {"name": name, "seed": seed, "row": row}
        for row in SETTINGS[name].alone
        for seed in seeds
    }


def runs_of(found, name):
    """Return the results of a setting, one of each seed that there is."""
    runs = []
    for seed in range(SEEDS):
        if f"{name}/{seed}" in found:
            run = dict(found[f"{name}/{seed}"])
            keys = (f"{name}/{row}/{seed}" for row in SETTINGS[name].alone)
            for alone in (found[key] for key in keys if key in found):
                run["rows"] = run["rows"] | alone["rows"]
            runs.append(run)
    return runs


def table(found, name):
    """Return the Markdown table of a setting."""
    runs = runs_of(found, name)
    if not runs:
        return "Not measured yet."
    lines = ["| | NLL_oracle | NLL_test | sum | distinct sentences |", "|---" * 5 + "|"]
    floor = np.mean([run["floor"] for run in runs])
    lines.append(f"| the oracle itself | {floor:.3f} | {floor:.3f} | {2 * floor:.3f} | |")
    for row in runs[0]["rows"]:
        last = [list(run["rows"][row].values())[-1] for run in runs if row in run["rows"]]
        cells = []
        for score in ("oracle", "test"):
            values = [scores[score] for scores in last]
            cells.append(_mean_and_error(values))
        total = _mean_and_error([scores["oracle"] + scores["test"] for scores in last])
        distinct = np.mean([scores["distinct"] for scores in last])
        lines.append(f"| {row} | {cells[0]} | {cells[1]} | {total} | {100 * distinct:.1f}% |")
    return "\n".join(lines)


def draw(found, name, path):
    """Draw what a setting's games do to both likelihoods, beside what a temperature does to them."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    runs = runs_of(found, name)
    if not runs:
        return
    rows = runs[0]["rows"]
    sharpened = [row for row in rows if "temperature" in row]
    curves = {
        "maximum likelihood, temperatures 1 to 0.5": [_mean_scores(runs, r) for r in sharpened]
    }
    start = curves[next(iter(curves))][0]
    for row in rows:
        if row not in sharpened:
            curves[row] = [start, *(_mean_scores(runs, row, step) for step in rows[row])]
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for row, points in curves.items():
        test, oracle = np.transpose(points)
        axes.plot(test, oracle, "o-", markersize=3, label=row)
    axes.set_xlim(right=10)
    axes.set_ylim(bottom=8.4)
    axes.set_xlabel("NLL_test, nats a token: more is forgotten →")
    axes.set_ylabel("← NLL_oracle: more is likely")
    axes.legend(frameon=False)
    figure.savefig(path, dpi=100)
    plt.close(figure)


def _mean_scores(runs, row, step="0"):
    """Return the mean (NLL_test, NLL_oracle) of a row after a step."""
    scores = [run["rows"][row][step] for run in runs]
    return [np.mean([s[which] for s in scores]) for which in ("test", "oracle")]


def _mean_and_error(values):
    error = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
    return f"{np.mean(values):.3f} ± {error:.3f}"


def main():
    """Measure and tabulate."""
    parser = jobs.parser(__doc__, OUT)
    parser.add_argument("--setting", choices=list(SETTINGS), default="mini")
    parser.add_argument("--oracle", help="for `authors`: their weights, as an .npz file")
    arguments = parser.parse_args()
    if not arguments.tables:
        if (arguments.setting == "authors") != bool(arguments.oracle):
            parser.error("--oracle=FILE is for --setting=authors, which needs it")
        wanted = all_jobs(arguments.setting, arguments.oracle)
        jobs.run(wanted, measure, arguments.out, arguments.processes)
    found = jobs.results(arguments.out)
    documents.fill(
        ROOT / "docs" / "results.md",
        {f"text_{name}": f"{jobs.when(found, name)}\n\n{table(found, name)}" for name in SETTINGS},
    )
    draw(found, "authors", ROOT / "docs" / "results" / "text_oracle.png")


if __name__ == "__main__":
    main()
