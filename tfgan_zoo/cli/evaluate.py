"""`tfgan-zoo evaluate`."""

from absl import flags

DESCRIPTION = "score a run's samples and write evaluation.json"


def define_flags(values):
    """Define this command's flags."""
    flags.DEFINE_string("workdir", None, "the run's folder", flag_values=values)
    flags.DEFINE_string(
        "checkpoint", "last", "last, best, or a step that is still kept", flag_values=values
    )
    flags.DEFINE_integer(
        "samples", None, "how many samples to score; the config's number if left away",
        lower_bound=2, flag_values=values,
    )  # fmt: skip
    flags.DEFINE_integer(
        "seed", None, "of the latents, or of the texts; 1000 if left away", flag_values=values
    )
    flags.DEFINE_float(
        "truncation", None, "where to cut the latents off; as in the config if left away",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_string(
        "data_dir", None, "where prepared TensorFlow Datasets are", flag_values=values
    )


def main(values, overrides):
    """Evaluate and print."""
    from tfgan_zoo.cli.main import UsageError

    if overrides or not values.workdir:
        raise UsageError("evaluate needs --workdir=… of a run, and takes no --config.… fields")
    report = evaluate(
        values.workdir,
        values.checkpoint,
        values.samples,
        values.seed,
        values.data_dir,
        values.truncation,
    )
    print(table(report))


def evaluate(path, which="last", samples=None, seed=None, data_dir=None, truncation=None):
    """Score a run's samples, or its translations; the report is also written to the workdir.

    Args:
        path: the run's folder.
        which: the checkpoint.
        samples: how many to score; None for the config's number.
        seed: int, for the latents or the texts; None for 1000.
        data_dir: where prepared TensorFlow Datasets are.
        truncation: of the latents, see `GAN.decode`; None for the config's `evaluate.truncation`, which
            few configs have: then there is none.

    Returns:
        Dict: the step, the scores of samples, the same scores of real training images, histograms; or the
        scores of translations, and the same scores of copies of the input.

    Raises:
        ValueError: the folder is not a run's, the run has no extractor, or its model draws nothing by
            `seed` or `truncation`.
    """
    from tfgan_zoo import files
    from tfgan_zoo.cli import experiment
    from tfgan_zoo.cli.workdir import Workdir

    workdir = Workdir(path)
    config = workdir.config()
    if config.evaluate.extractor is None:
        raise ValueError(
            f"the run in {str(workdir.path)!r} has no extractor (evaluate.extractor is none), so it "
            "has no scores; look at its samples, or train with --config.evaluate.extractor=…"
        )
    translates = experiment.is_translation(config)
    if truncation is not None and (translates or experiment.is_text(config)):
        raise ValueError("--truncation is of latents; this run's model is not made of any")
    if seed is not None and translates:
        raise ValueError("--seed is of what a model draws; this run's is scored by given images")
    data_dir = data_dir or workdir.data_dir()
    model = experiment.restore(workdir, which)
    scorer = experiment.make_scorer(config, data_dir)
    samples = samples or config.evaluate.samples
    report = {"step": int(model.iterations.numpy()), "checkpoint": which}
    if translates:
        report |= {
            "split": config.evaluate.split,
            "scores": scorer.score(model, samples),
            "copies": {"scores": scorer.score_copies(model, samples)},
        }
    else:
        if truncation is None:
            truncation = config.evaluate.get("truncation")
        seed = 1000 if seed is None else seed
        report |= _of_samples(config, model, scorer, samples, seed, data_dir, truncation)
    files.write_json(workdir.evaluation_file, report)
    return report


def _of_samples(config, model, scorer, samples, seed, data_dir, truncation):
    import numpy as np

    from tfgan_zoo import datasets, metrics
    from tfgan_zoo.cli import experiment

    is_text = experiment.is_text(config)
    if is_text:
        made = model.generate_texts(samples, seed=seed)
    else:
        made = model.generate(samples, seed=seed, truncation=truncation)
    report = {"seed": seed, "truncation": truncation, **scorer.report(made)}
    if is_text:
        held_out = experiment.held_out(config, data_dir)
        report["scores"] |= scorer.score_model(model, held_out)
    if truncation is not None:
        condition = f"truncation={truncation:g}"
        report["scores"] = {
            metrics.with_condition(name, condition): value
            for name, value in report["scores"].items()
        }
    # What the same number of real training samples scores: no generator can be asked for more. They are
    # drawn at random, since those of many sets stand in the order of their classes.
    if is_text:
        texts, _ = datasets.load_text_lines(config.data.name, config.data.split, data_dir=data_dir)
        everything = np.array(texts, object)
    else:
        everything = datasets.load_arrays(
            config.data.name,
            split=config.data.split,
            image_size=config.data.image_size,
            channels=config.data.get("channels"),
            data_dir=data_dir,
        ).images
    chosen = np.random.default_rng(seed).permutation(len(everything))[:samples]
    real = everything[chosen]
    real = scorer.report(real.tolist() if is_text else real)
    # Training texts are copies of training texts.
    real["scores"] = {k: v for k, v in real["scores"].items() if not k.startswith("duplicates[")}
    report["real"] = {"from": config.data.split, **real}
    return report


def table(report):
    """Return the report as lines for a terminal."""
    from tfgan_zoo import metrics

    line = f"step {report['step']} ({report['checkpoint']} checkpoint)"
    if "seed" in report:
        line += f", seed {report['seed']}"
    if report.get("truncation") is not None:
        line += f", truncation {report['truncation']:g}"
    if "real" in report:
        title, others, beside = "samples", report["real"], "real " + report["real"]["from"]
    else:
        title, others, beside = "model", report["copies"], "copies"
    others = {metrics.short_name(key): value for key, value in others["scores"].items()}
    width = max(len(key) for key in report["scores"])
    lines = [line, f"  {'score':{width}}  {title:>9}  {beside if others else '':>11}".rstrip()]
    for key, value in report["scores"].items():
        other = others.get(metrics.short_name(key))
        known = "" if other is None else f"{other:11.4f}"
        lines.append(f"  {key:{width}}  {value:9.4f}  {known}".rstrip())
    if "class_histogram" not in report:
        return "\n".join(lines)
    shares = " ".join(f"{100 * share:.1f}%" for share in report["class_histogram"])
    lines.append(f"  classes of the samples: {shares}")
    return "\n".join(lines)
