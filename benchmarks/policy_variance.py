"""How noisy a policy gradient is, with each reward and baseline: a table and a figure.

    python -m benchmarks.policy_variance             # what is not measured yet, then table and figure
    python -m benchmarks.policy_variance --tables    # these alone

Captions of the `shapes` scenes; an LSTM of 64 units after 500 batches of maximum likelihood, a
discriminator after 200 of its own. 100 steps of the game let the baselines learn, at rates of 0 for
generator and discriminator, so that all rows estimate gradients of one generator. 64 estimates from 64
sentences each: the variance is the sum of the weights' variances of one estimate, in units of its value
without a baseline.
"""

from pathlib import Path

import numpy as np

from benchmarks import documents, jobs

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "results" / "policy_variance.jsonl"
REPEATS, SEEDS = 64, 3
REWARDS = {
    "roll_outs": {"name": "roll_outs", "count": 4},
    "sequence": {"name": "sequence"},
    "density_ratio": {"name": "density_ratio"},
    "steps": {"name": "steps"},
    "constant": {"name": "constant"},
}
BASELINES = ("none", "moving_mean", "batch_mean", "critic", "self_critical")


def measure(reward, seed):
    """Train with one reward and seed; return the variances of all baselines."""
    import tfgan_zoo as zoo
    from tfgan_zoo.training import PolicyDiagnosis

    data = zoo.datasets.load_texts("captions", batch_size=64, seed=seed)
    tokenizer, sizes = data.info.tokenizer, {"units": 64, "embedding": 32}
    dense = reward == "steps"
    if dense:
        make, judge = zoo.ScratchGAN, sizes
    else:
        make, judge = zoo.SeqGAN, {"embedding": 32, "widths": (1, 2, 3, 4, 5), "filters": 32}
    found = {}
    for baseline in BASELINES:
        gan = make(
            tokenizer,
            network_arguments={**sizes, "initializer": None},
            discriminator_arguments=judge,
            likelihood_steps=500,
            discriminator_first=200,
            seed=seed,
        )
        rates = {"generator": 1e-3, "discriminator": 1e-3}
        gan.compile(
            {
                player: {"class_name": "Adam", "config": {"learning_rate": r}}
                for player, r in rates.items()
            },
            reward=REWARDS[reward],
            baseline=baseline,
            discriminator_steps=1,
        )
        gan.fit(data, steps_per_epoch=700, epochs=1, verbose=0)
        for player in rates:
            gan.optimizers[player].learning_rate = 0.0
        gan.fit(data, steps_per_epoch=100, epochs=1, verbose=0)
        diagnosis = PolicyDiagnosis(gan, next(iter(data)), REPEATS)()
        found[baseline] = {
            name: float(diagnosis[name])
            for name in ("variance", "signal_to_noise", "gradient_norm")
        }
    return {"baselines": found}


def all_jobs():
    """Return dict of key -> arguments of `measure`."""
    return {f"{r}/{s}": {"reward": r, "seed": s} for s in range(SEEDS) for r in REWARDS}


def relative(found, reward, baseline):
    """Return the variances of a baseline over those without one, a list over the seeds."""
    runs = [found[key] for s in range(SEEDS) if (key := f"{reward}/{s}") in found]
    values = [run["baselines"] for run in runs]
    return [v[baseline]["variance"] / v["none"]["variance"] for v in values]


def table(found):
    """Return the Markdown table."""
    lines = ["| reward | " + " | ".join(BASELINES) + " |", "|---" * (1 + len(BASELINES)) + "|"]
    for reward in REWARDS:
        cells = []
        for baseline in BASELINES:
            values = relative(found, reward, baseline)
            if not values:
                break
            error = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
            cells.append(f"{np.mean(values):.3f} ± {error:.3f}")
        else:
            lines.append(f"| {reward} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def draw(found, path):
    """Draw the table as bars, on a logarithmic scale."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    rewards = [r for r in REWARDS if relative(found, r, "none")]
    figure, axes = plt.subplots(figsize=(8, 3.2), layout="constrained")
    for index, baseline in enumerate(BASELINES):
        heights = [max(np.mean(relative(found, r, baseline)), 1e-4) for r in rewards]
        places = np.arange(len(rewards)) + (index - 2) * 0.16
        axes.bar(places, heights, width=0.15, label=baseline)
    axes.set_yscale("log")
    axes.set_xticks(range(len(rewards)), rewards)
    axes.set_ylabel("variance, without baseline = 1")
    axes.legend(ncols=len(BASELINES), loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
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
    documents.fill(
        ROOT / "docs" / "results.md",
        {"policy_variance": f"{jobs.when(found)}\n\n{table(found)}"},
    )
    draw(found, ROOT / "docs" / "results" / "policy_variance.png")


if __name__ == "__main__":
    main()
