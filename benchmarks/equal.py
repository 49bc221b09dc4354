"""Are GANs created equal? The spread between seeds beside the spread between objectives.

    python -m benchmarks.equal             # what is not measured yet, then the tables and the figure
    python -m benchmarks.equal --tables    # the tables and the figure alone

After Lucic et al., "Are GANs Created Equal? A Large-Scale Study", 2018, arXiv 1711.10337. Architecture,
budget and scores are those of `benchmarks.small_gans`, on the digits at 16×16 with five seeds; the runs on
MNIST, with three, are those of `benchmarks.objectives`.
"""

from pathlib import Path

import numpy as np

from benchmarks import documents, jobs, objectives, small_gans
from benchmarks.small_gans import Variant

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "results" / "equal.jsonl"
FIGURE = OUT.with_suffix(".png")
SEEDS = {"digits": 5, "mnist": objectives.SEEDS}
# Objectives that work in this budget with these rates; the others are no close race.
NAMES = (
    "non_saturating",
    "least_squares",
    "hinge",
    "wasserstein + weight_clipping",
    "non_saturating + dragan",
    "non_saturating + r1",
    "relativistic_average",
    "relativistic_paired + r1 + r2",
)


def measure(name, seed):
    """Train one objective once on the digits."""
    variant = Variant(compile=objectives.OBJECTIVES[name])
    return small_gans.measure("digits", variant, seed, image_size=16)


def all_jobs():
    """Return dict of key -> arguments of `measure`."""
    return {
        f"digits/{name}/{seed}": {"name": name, "seed": seed}
        for seed in range(SEEDS["digits"])
        for name in NAMES
    }


def distances(found, data, what):
    """Return dict of objective -> Fréchet distances of its seeds, `"last"` or `"best"`, of measured ones."""
    seeds = SEEDS[data]
    measured = [n for n in NAMES if all(f"{data}/{n}/{seed}" in found for seed in range(seeds))]
    return {name: small_gans.summary(found, name, data, seeds)[what] for name in measured}


def spread(values):
    """Return the standard deviations within objectives (pooled) and between their means.

    Args:
        values: dict of objective -> values of its seeds, as many of each.

    >>> within, between = spread({"a": [1.0, 3.0], "b": [5.0, 7.0]})
    >>> round(within, 3), round(between, 3)
    (1.414, 2.828)
    """
    rows = np.array(list(values.values()))
    return float(np.sqrt(rows.var(axis=1, ddof=1).mean())), float(rows.mean(axis=1).std(ddof=1))


def table(found, data):
    """Return the Markdown table of a data set."""
    last, best = (distances(found, data, what) for what in ("last", "best"))
    if not last:
        return "Not measured yet."
    rows = [f"| {data} | last | best | worst seed, last |", "|---|---|---|---|"]
    for name, values in last.items():
        cells = [f"{np.mean(v):.1f} ± {np.std(v, ddof=1):.1f}" for v in (values, best[name])]
        rows.append(f"| {name} | {' | '.join(cells)} | {max(values):.1f} |")
    for number, what in enumerate(("standard deviation between seeds", "between objectives")):
        cells = [f"{spread(values)[number]:.1f}" for values in (last, best)]
        rows.append(f"| **{what}** | {' | '.join(cells)} | |")
    return "\n".join(rows)


def draw(found, path):
    """Draw every seed of every objective."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(SEEDS), figsize=(11, 3.6), layout="constrained")
    for axis, data in zip(axes, SEEDS, strict=True):
        for row, (name, values) in enumerate(distances(found, data, "last").items()):
            best = distances(found, data, "best")[name]
            axis.plot(values, np.full(len(values), row), "o", color="tab:blue", alpha=0.7)
            axis.plot(best, np.full(len(best), row), "x", color="tab:orange")
            mean, deviation = np.mean(values), np.std(values, ddof=1)
            axis.plot([mean - deviation, mean + deviation], [row, row], color="tab:blue", lw=1)
        axis.set_yticks(range(len(distances(found, data, "last"))), distances(found, data, "last"))
        axis.set_xscale("log")
        axis.set_xlabel("Fréchet distance; dots last (lines ± deviation), crosses best", fontsize=8)
        axis.set_title(f"{data}, {SEEDS[data]} seeds")
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Measure, tabulate and draw."""
    arguments = jobs.parser(__doc__, OUT).parse_args()
    if not arguments.tables:
        jobs.run(all_jobs(), measure, arguments.out, arguments.processes)
    found = jobs.results(arguments.out)
    if not found:
        return
    when = jobs.when(found)
    found |= jobs.results(objectives.OUT)
    tables = "\n\n".join(table(found, data) for data in SEEDS)
    documents.fill(ROOT / "docs" / "results.md", {"equal": f"{when}\n\n{tables}"})
    draw(found, FIGURE)


if __name__ == "__main__":
    main()
