"""Objectives × {MNIST, Fashion-MNIST}: one small architecture, one budget, three seeds.

    python -m benchmarks.objectives             # what is not measured yet, then the table
    python -m benchmarks.objectives --tables    # the table alone

Architecture, budget and scores: see `benchmarks.small_gans`. Every objective gets one discriminator
update for one of the generator, and the same optimizers, so that the tables compare objectives, not
tuned systems: critics that want five updates get one.
"""

from pathlib import Path

from benchmarks import documents, jobs, small_gans
from benchmarks.small_gans import Variant

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "results" / "objectives.jsonl"
DATA, SEEDS = ("mnist", "fashion_mnist"), 3
R1_R2 = [{"name": "r1", "weight": 1.0}, {"name": "r2", "weight": 1.0}]
OBJECTIVES = {
    "non_saturating": {},
    "minimax": {"loss": "minimax"},
    "least_squares": {"loss": "least_squares"},
    "hinge": {"loss": "hinge"},
    "wasserstein + weight_clipping": {
        "loss": "wasserstein",
        "penalties": [{"name": "weight_clipping", "limit": 0.05}],
    },
    "wasserstein + gradient_penalty": {"loss": "wasserstein", "penalties": ["gradient_penalty"]},
    "non_saturating + dragan": {"penalties": ["dragan"]},
    "non_saturating + r1": {"penalties": [{"name": "r1", "weight": 1.0}]},
    "relativistic_paired": {"loss": "relativistic_paired"},
    "relativistic_average": {"loss": "relativistic_average"},
    "relativistic_paired + r1 + r2": {"loss": "relativistic_paired", "penalties": R1_R2},
    "f_kl": {"loss": "f_kl"},
    "f_reverse_kl": {"loss": "f_reverse_kl"},
    "f_pearson": {"loss": "f_pearson"},
    "f_neyman": {"loss": "f_neyman"},
    "f_squared_hellinger": {"loss": "f_squared_hellinger"},
    "f_jensen_shannon": {"loss": "f_jensen_shannon"},
    "f_total_variation": {"loss": "f_total_variation"},
}


def measure(data, name, seed):
    """Train one objective once."""
    return small_gans.measure(data, Variant(compile=OBJECTIVES[name]), seed)


def all_jobs(only=None):
    """Return dict of key -> arguments of `measure`."""
    names = only.split(",") if only else OBJECTIVES
    return {
        f"{data}/{name}/{seed}": {"data": data, "name": name, "seed": seed}
        for seed in range(SEEDS)
        for name in names
        for data in DATA
    }


def table(found):
    """Return the Markdown table: Fréchet distance, last and best, and the share of confident samples."""
    heads = "".join(f" {data}: last | best | confident, last |" for data in DATA)
    rows = ["| objective |" + heads, "|---" * (1 + 3 * len(DATA)) + "|"]
    for name in OBJECTIVES:
        cells = []
        for data in DATA:
            if any(f"{data}/{name}/{seed}" not in found for seed in range(SEEDS)):
                cells += ["not measured"] * 3
                continue
            got = small_gans.summary(found, name, data, SEEDS)
            cells += [small_gans.mean_and_error(got[what]) for what in ("last", "best")]
            cells.append(f"{100 * sum(got['confident']) / SEEDS:.0f}%")
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def main():
    """Measure and tabulate."""
    parser = jobs.parser(__doc__, OUT)
    parser.add_argument("--only", help=f"comma-separated, among {', '.join(OBJECTIVES)}")
    arguments = parser.parse_args()
    if not arguments.tables:
        jobs.run(all_jobs(arguments.only), measure, arguments.out, arguments.processes)
    found = jobs.results(arguments.out)
    names = sorted({result["extractor"] for result in found.values()})
    if not found:
        return
    about = f"{jobs.when(found)} Extractors: {', '.join(names)}; 5,000 samples vs test."
    documents.fill(ROOT / "docs" / "results.md", {"objectives": f"{about}\n\n{table(found)}"})


if __name__ == "__main__":
    main()
