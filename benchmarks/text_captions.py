"""Text GANs on captions: the small language of the `shapes` scenes, and COCO's captions.

    python -m benchmarks.text_captions                                # the small language
    python -m benchmarks.text_captions --setting=coco --texts=FOLDER  # FOLDER holds train.txt and test.txt
    python -m benchmarks.text_captions --tables                       # the tables alone

Setting `captions`: every sentence can be checked by the grammar. LSTMs of 64 units, embeddings of 32.
Maximum likelihood: 2,000 batches of 64, Adam(3e-3) that falls to 0. ScratchGAN, from random weights: 2,500
steps of 256 sentences, Adam with β₁ 0.5 of 1e-3 for the generator and 5e-3 for the discriminator, both
falling to 1% of it; baseline: the mean of the other sentences. The rates were found on seed 0, by these
scores: rows of seeds 1 and 2 are the proof. SeqGAN: 4
roll-outs, two batches of 64 for the discriminator (a CNN of 5 × 32 filters, Adam(1e-3)) for each generator
step, 1,250 generator steps, Adam(1e-3), the mean of the others as baseline; from random weights, or after the
same maximum likelihood and 200 batches of the discriminator. 2,000 samples, as many real test captions.

Setting `coco`: 10,000 captions for training and 10,000 for test, put into words by NLTK's tokenizer; the
2,000 most frequent words, others are one token that is never written; 25 words at most, longer captions
are left out. LSTMs of 128 units. Maximum likelihood: 4,000 batches of 64. SeqGAN goes on from there: 300
batches of the discriminator, 150 generator steps with 4 roll-outs and 5 batches of the discriminator for
each. ScratchGAN: 3,000 steps of 256 sentences, from random weights. Sampled at several temperatures: 2,000
samples against all test captions. The first 2,000 training captions against them are the ceiling.
"""

import tempfile
from pathlib import Path

import numpy as np

from benchmarks import documents, jobs

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "results" / "text_captions.jsonl"
SAMPLES, SEEDS = 2000, 3
SMALL_CNN = {"embedding": 32, "widths": (1, 2, 3, 4, 5), "filters": 32}
TEMPERATURES = (1.0, 0.9, 0.8, 0.7)
ROWS = {
    "captions": (
        "maximum likelihood",
        "ScratchGAN",
        "SeqGAN after maximum likelihood",
        "SeqGAN from random weights",
    ),
    "coco": ("maximum likelihood", "SeqGAN after maximum likelihood", "ScratchGAN"),
}


def _falling(rate, steps, end=0.0):
    import keras

    return keras.optimizers.schedules.PolynomialDecay(rate, steps, end * rate)


def _adam(rate, **arguments):
    import keras

    return keras.optimizers.Adam(rate, **arguments)


def language_model(tokenizer, units, steps, seed):
    """Return a compiled language model and the number of its steps."""
    import tfgan_zoo as zoo

    sizes = {"units": units, "embedding": units // 2}
    model = zoo.LanguageModel(tokenizer, network_arguments=sizes, seed=seed)
    model.compile({"generator": _adam(_falling(3e-3, steps), global_clipnorm=5.0)})
    return model


def scratchgan(tokenizer, units, steps, seed):
    """Return a compiled ScratchGAN."""
    import tfgan_zoo as zoo

    sizes = {"units": units, "embedding": units // 2}
    gan = zoo.ScratchGAN(
        tokenizer, network_arguments=sizes, discriminator_arguments=sizes, seed=seed
    )
    rates = {"discriminator": 5e-3, "generator": 1e-3}
    optimizers = {
        player: _adam(_falling(rate, steps, 0.01), beta_1=0.5) for player, rate in rates.items()
    }
    gan.compile(optimizers, baseline="batch_mean")
    return gan


def seqgan(tokenizer, units, turns, first, seed):
    """Return a compiled SeqGAN."""
    import tfgan_zoo as zoo

    sizes = {"units": units, "embedding": units // 2, "initializer": None}
    gan = zoo.SeqGAN(
        tokenizer,
        network_arguments=sizes,
        discriminator_arguments=SMALL_CNN,
        discriminator_first=first,
        seed=seed,
    )
    gan.compile(
        {"generator": _adam(1e-3, global_clipnorm=5.0), "discriminator": _adam(1e-3)},
        reward={"name": "roll_outs", "count": 4},
        baseline="batch_mean",
        discriminator_steps=turns,
    )
    return gan


def trained(name, row, data_of, tokenizer, seed):
    """Train a row's model with one seed."""
    small = name == "captions"
    units = 64 if small else 128

    def fit(model, batch, steps):
        model.fit(data_of(batch), steps_per_epoch=steps, epochs=1, verbose=0)
        return model

    def likelihood():
        steps = 2000 if small else 4000
        return fit(language_model(tokenizer, units, steps, seed), 64, steps)

    if row == "maximum likelihood":
        return likelihood()
    if row == "ScratchGAN":
        steps = 2500 if small else 3000
        return fit(scratchgan(tokenizer, units, steps, seed), 256, steps)
    turns, rounds, first = (2, 1250, 200) if small else (5, 150, 300)
    after = row == "SeqGAN after maximum likelihood"
    gan = seqgan(tokenizer, units, turns, first if after else 0, seed)
    if after:
        gan.generator.set_weights(likelihood().generator.get_weights())
    return fit(gan, 64, turns * rounds + (first if after else 0))


def tokenized(folder):
    """Write a folder's train.txt and test.txt, put into words by NLTK; return the new folder."""
    import nltk

    words = nltk.tokenize.NLTKWordTokenizer()
    made = Path(tempfile.mkdtemp())
    for name in ("train", "test"):
        lines = (Path(folder) / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        text = "".join(" ".join(words.tokenize(line.lower())) + "\n" for line in lines)
        (made / f"{name}.txt").write_text(text, encoding="utf-8")
    return made


def measure(name, row, seed, texts=None):
    """Train a row's model with one seed and score it; `real` trains nothing."""
    from tfgan_zoo import datasets
    from tfgan_zoo.metrics import text as scores

    source, limits = "captions", {}
    if name == "coco":
        source, limits = f"text:{tokenized(texts)}", {"length": 25, "max_words": 2000}
    train = datasets.load_texts(source, seed=seed, **limits)
    tokenizer = train.info.tokenizer
    training, _ = datasets.load_text_lines(source, "train")
    test, _ = datasets.load_text_lines(source, "test")
    grammar = datasets.captions.is_valid if name == "captions" else None
    scorer = scores.TextScorer(test, training, "test", grammar=grammar)

    def score(written):
        return {k.partition("[")[0]: round(v, 4) for k, v in scorer.score(written).items()}

    if row == "real":
        return {"scores": {"1": score(training[:SAMPLES])}}

    def data_of(batch):
        return datasets.load_texts(source, batch_size=batch, seed=seed, vocabulary=tokenizer)

    model = trained(name, row, data_of, tokenizer, seed)
    held_out = datasets.load_texts(
        source, split="test", batch_size=500, shuffle=False, vocabulary=tokenizer
    )
    held_out = np.concatenate([batch["tokens"] for batch in held_out])
    found = {}
    for temperature in TEMPERATURES if name == "coco" else (1.0,):
        written = model.generate_texts(SAMPLES, seed=1000 + seed, temperature=temperature)
        found[f"{temperature:g}"] = score(written)
    return {"scores": found, "nll": round(scores.nll(model, held_out), 4), "samples": written[:5]}


def all_jobs(name, texts=None):
    """Return dict of key -> arguments of `measure`."""
    wanted = [("real", 0)] + [(row, seed) for seed in range(SEEDS) for row in ROWS[name]]
    return {
        f"{name}/{row}/{seed}": {"name": name, "row": row, "seed": seed, "texts": texts}
        for row, seed in wanted
    }


def _mean(values):
    if len(values) < 2:
        return f"{values[0]:.3f}"
    return f"{np.mean(values):.3f} ± {np.std(values, ddof=1) / np.sqrt(len(values)):.3f}"


def table(found, name):
    """Return the Markdown table of a setting."""
    shown = {
        "captions": ("grammatical", "distinct_4", "self_bleu_4", "frechet_embedding_distance"),
        "coco": tuple(f"{kind}_{n}" for kind in ("bleu", "self_bleu") for n in (2, 3, 4, 5)),
    }[name]
    lines = [
        "| | temperature | seeds | " + " | ".join(shown) + " | nll, test |",
        "|---" * (4 + len(shown)) + "|",
    ]
    for row in ("real", *ROWS[name]):
        runs = [found[key] for s in range(SEEDS) if (key := f"{name}/{row}/{s}") in found]
        if not runs:
            continue
        for temperature in runs[0]["scores"]:
            scores = [run["scores"][temperature] for run in runs]
            cells = [_mean([s[score] for s in scores]) for score in shown]
            first = temperature == next(iter(runs[0]["scores"]))
            nll = _mean([run["nll"] for run in runs]) if row != "real" and first else ""
            at = "" if row == "real" else temperature
            lines.append(f"| {row} | {at} | {len(runs)} | " + " | ".join(cells) + f" | {nll} |")
    return "\n".join(lines) if len(lines) > 2 else "Not measured yet."


def main():
    """Measure and tabulate."""
    parser = jobs.parser(__doc__, OUT)
    parser.add_argument("--setting", choices=list(ROWS), default="captions")
    parser.add_argument("--texts", help="for `coco`: a folder with train.txt and test.txt")
    arguments = parser.parse_args()
    if not arguments.tables:
        if (arguments.setting == "coco") != bool(arguments.texts):
            parser.error("--texts=FOLDER is for --setting=coco, which needs it")
        wanted = all_jobs(arguments.setting, arguments.texts)
        jobs.run(wanted, measure, arguments.out, arguments.processes)
    found = jobs.results(arguments.out)
    if not found:
        return
    documents.fill(
        ROOT / "docs" / "results.md",
        {f"text_{name}": f"{jobs.when(found, name)}\n\n{table(found, name)}" for name in ROWS},
    )


if __name__ == "__main__":
    main()
