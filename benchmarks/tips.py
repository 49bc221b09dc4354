"""Each tip of the lecture's sources as an option, and what it did in a measured run.

    python -m benchmarks.tips             # what is not measured yet, then the table in docs/tips.md
    python -m benchmarks.tips --tables    # the table alone

Architecture, budget and scores: see `benchmarks.small_gans`; MNIST, three seeds. The verdict
compares the last Fréchet distance with that of the plain game (the objectives' row
`non_saturating`): "helped" or "hurt" where the means are more than 2.78 standard errors of their
difference apart, which chance does in one of twenty rows; else "did nothing", or "unclear" where the means
are further apart than half the plain distance: seeds that disagree.
"""

import dataclasses
from pathlib import Path

import numpy as np

from benchmarks import documents, jobs, objectives, small_gans
from benchmarks.small_gans import Variant

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "results" / "tips.jsonl"
DATA, SEEDS = "mnist", 3
PLAIN = "non_saturating"


@dataclasses.dataclass(frozen=True)
class Tip:
    """One row.

    Attributes:
        source: who gives the tip.
        says: the tip.
        option: what does it here.
        variant: the plain game with the tip; or, where the plain game follows it, without.
        plain_follows: whether it is the latter.
    """

    source: str
    says: str
    option: str
    variant: Variant
    plain_follows: bool = False


def _rates(discriminator, generator):
    return {"discriminator": discriminator, "generator": generator}


def _loss(**arguments):
    return Variant(compile={"loss": {"name": "non_saturating", **arguments}})


def _penalty(name, **arguments):
    return Variant(compile={"penalties": [{"name": name, **arguments}]})


def _augmented(name, **arguments):
    return Variant(compile={"augmentations": [{"name": name, **arguments}]})


TIPS = {
    "minimax": Tip(
        "ganhacks 2",
        "max log D instead of min log(1 - D)",
        '`loss="non_saturating"`; measured: `"minimax"`',
        Variant(compile={"loss": "minimax"}),
        plain_follows=True,
    ),
    "batch": Tip(
        "DCGAN, ganhacks 4",
        "batch norm in the discriminator, real and fake in batches of their own",
        '`discriminator_norm="batch"` (plain: layer norm); always batches of their own',
        Variant(model={"discriminator_norm": "batch"}),
    ),
    "none": Tip(
        "ganhacks 4",
        "where batch norm is not an option, normalise otherwise",
        '`discriminator_norm="layer"`; measured: `"none"`',
        Variant(model={"discriminator_norm": "none"}),
        plain_follows=True,
    ),
    "spectral": Tip(
        "SNGAN, BigGAN",
        "spectral norm in the discriminator",
        '`discriminator_norm="spectral"`',
        Variant(model={"discriminator_norm": "spectral"}),
    ),
    "smoothing": Tip(
        "Improved Techniques 3.4, ganhacks 6",
        "one-sided label smoothing",
        '`loss={"name": "non_saturating", "label_smoothing": 0.1}`',
        _loss(label_smoothing=0.1),
    ),
    "noisy labels": Tip(
        "ganhacks 6",
        "soft labels, drawn around 1 and 0",
        '`loss={"name": "non_saturating", "label_noise": 0.2}`',
        _loss(label_noise=0.2),
    ),
    "flipped labels": Tip(
        "ganhacks 6",
        "flip the discriminator's labels now and then",
        '`loss={"name": "non_saturating", "label_flipping": 0.05}`',
        _loss(label_flipping=0.05),
    ),
    "beta 0.9": Tip(
        "DCGAN",
        "Adam's β₁ 0.5",
        "`optimizers=`; measured: β₁ 0.9",
        Variant(beta_1=0.9),
        plain_follows=True,
    ),
    "beta 0": Tip("WGAN-GP, BigGAN", "Adam's β₁ 0", "`optimizers=`", Variant(beta_1=0.0)),
    "small rate": Tip(
        "DCGAN",
        "a learning rate of 2e-4",
        "`optimizers=` (plain: 1e-3, for the short budget)",
        Variant(rates=_rates(2e-4, 2e-4)),
    ),
    "sgd": Tip(
        "ganhacks 9",
        "SGD for the discriminator, Adam for the generator",
        '`optimizers={"discriminator": keras.optimizers.SGD(0.01)}`',
        Variant(rates=_rates(1e-2, 1e-3), optimizers={"discriminator": "SGD"}),
    ),
    "ttur": Tip(
        "TTUR, BigGAN",
        "two time scales: a faster discriminator",
        "`optimizers=`: 1e-3 and 2.5e-4",
        Variant(rates=_rates(1e-3, 2.5e-4)),
    ),
    "instance noise": Tip(
        "ganhacks 13",
        "noise on the discriminator's inputs, decaying",
        '`augmentations=[{"name": "instance_noise", "stddev": 0.1, "decay_steps": 1200}]`',
        _augmented("instance_noise", stddev=0.1, decay_steps=1200),
    ),
    "two updates": Tip(
        "ganhacks 14, BigGAN",
        "train the discriminator more",
        "`discriminator_steps=2`",
        Variant(compile={"discriminator_steps": 2}),
    ),
    "large batch": Tip(
        "BigGAN", "larger batches", "`batch_size=` 256 instead of 64", Variant(batch=256)
    ),
    "orthogonal": Tip(
        "BigGAN",
        "orthogonal regularisation of the generator",
        '`penalties=["orthogonal"]`',
        _penalty("orthogonal"),
    ),
    "ema": Tip(
        "BigGAN, Progressive GAN",
        "sample from averaged weights",
        "`ema_decay=0.99`",
        Variant(model={"ema_decay": 0.99}),
    ),
    "truncation": Tip(
        "BigGAN",
        "truncated latents: quality for variety",
        "`generate(truncation=1.0)`: normal latents cut at ±1",
        Variant(sampling={"truncation": 1.0}),
    ),
    "feature matching": Tip(
        "Improved Techniques 3.1",
        "feature matching",
        '`penalties=["feature_matching"]`',
        _penalty("feature_matching"),
    ),
    "historical averaging": Tip(
        "Improved Techniques 3.3",
        "historical averaging",
        '`penalties=["historical_averaging"]`',
        _penalty("historical_averaging"),
    ),
    "packing": Tip(
        "PacGAN", "judge several images at once", "`packing=2`", Variant(model={"packing": 2})
    ),
    "unrolling": Tip(
        "Unrolled GAN",
        "let the generator look ahead",
        "`unrolled_steps=1`",
        Variant(compile={"unrolled_steps": 1}),
    ),
    "top-k": Tip(
        "Top-k GAN",
        "learn from the best fakes only",
        "`top_k=0.75`",
        Variant(compile={"top_k": 0.75}),
    ),
    "diffaugment": Tip(
        "DiffAugment",
        "augment real and fake alike",
        '`augmentations=[{"name": "diff_augment", "policy": "translation,cutout"}]`',
        _augmented("diff_augment", policy="translation,cutout"),
    ),
    "lecam": Tip("LeCam", "LeCam regularisation", '`penalties=["lecam"]`', _penalty("lecam")),
    "consistency": Tip(
        "CR-GAN",
        "consistency regularisation",
        '`penalties=["consistency"]`',
        _penalty("consistency"),
    ),
    "shared fakes": Tip(
        "PyTorch's DCGAN example",
        "one batch of fakes for both players",
        "`share_fakes=True`",
        Variant(compile={"share_fakes": True}),
    ),
}


def measure(name, seed):
    """Train with one tip once."""
    return small_gans.measure(DATA, TIPS[name].variant, seed)


def all_jobs():
    """Return dict of key -> arguments of `measure`; the plain game and minimax are objectives' rows."""
    return {
        f"{DATA}/{name}/{seed}": {"name": name, "seed": seed}
        for seed in range(SEEDS)
        for name in TIPS
        if name not in objectives.OBJECTIVES
    }


def verdict(plain, other, plain_follows):
    """Return what the tip did: its last Fréchet distances against those without it."""
    if not np.isfinite(other).all():
        return "helped" if plain_follows else "hurt"
    error = np.sqrt(sum(np.var(values, ddof=1) / len(values) for values in (plain, other)))
    difference = np.mean(other) - np.mean(plain)
    if abs(difference) <= 2.78 * error:  # 95% of Student's t with 4 degrees of freedom
        # A seed that fails makes the mean differ and the error large: three seeds cannot tell.
        return "unclear" if abs(difference) > np.mean(plain) / 2 else "did nothing"
    return "helped" if (difference < 0) != plain_follows else "hurt"


def table(found):
    """Return the Markdown table."""
    rows = ["| source | tip | here | with | without | it |", "|---" * 6 + "|"]
    plain = small_gans.summary(found, PLAIN, DATA, SEEDS)["last"]
    for name, tip in TIPS.items():
        other = small_gans.summary(found, name, DATA, SEEDS)["last"]
        cells = [small_gans.mean_and_error(values) for values in (other, plain)]
        cells = cells[::-1] if tip.plain_follows else cells
        row = [tip.source, tip.says, tip.option, *cells, verdict(plain, other, tip.plain_follows)]
        rows.append("| " + " | ".join(row) + " |")
    return "\n".join(rows)


def main():
    """Measure and tabulate."""
    arguments = jobs.parser(__doc__, OUT).parse_args()
    if not arguments.tables:
        jobs.run(all_jobs(), measure, arguments.out, arguments.processes)
    found = jobs.results(objectives.OUT) | jobs.results(arguments.out)
    missing = [
        key
        for name in TIPS
        for seed in range(SEEDS)
        if (key := f"{DATA}/{name}/{seed}") not in found
    ]
    if missing:
        raise SystemExit(
            f"no table yet: {len(missing)} results are missing, such as {missing[0]}; the rows of plain "
            "objectives come from `python -m benchmarks.objectives`"
        )
    documents.fill(ROOT / "docs" / "tips.md", {"tips": f"{jobs.when(found)}\n\n{table(found)}"})


if __name__ == "__main__":
    main()
