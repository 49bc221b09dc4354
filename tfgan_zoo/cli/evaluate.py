"""`tfgan-zoo evaluate`."""

from absl import flags

DESCRIPTION = (
    "score a run's samples, a SavedModel's, or images of any origin; JSON and HTML reports"
)

_STRINGS = {
    "workdir": "the run's folder",
    "savedmodel": "instead of a run: a SavedModel that samples",
    "images": "instead of a run: a folder of images, of any framework's model",
    "real": "with --savedmodel or --images: a folder of real images, or a data set's name",
    "split": "the split of --real; of a data set, test if left away",
    "training": "with --savedmodel or --images: a folder of the images that the model was trained on, or "
    "the split of --real that was; without it nothing is said of copying",
    "extractor": "with --savedmodel or --images: what looks at the images; see `tfgan-zoo list`",
    "output": "with --savedmodel or --images: the folder for the reports",
    "data_dir": "where prepared TensorFlow Datasets are",
}


def define_flags(values):
    """Define this command's flags."""
    for name, text in _STRINGS.items():
        flags.DEFINE_string(name, None, text, flag_values=values)
    flags.DEFINE_string(
        "checkpoint", "last", "last, best, or a step that is still kept", flag_values=values
    )
    flags.DEFINE_list(
        "scores", ["all"], "names of scores, with commas between; quick, or all", flag_values=values
    )
    flags.DEFINE_integer(
        "samples", None, "how many samples to score; the config's number, or as many as there are "
        "images in --images or --real, if left away",
        lower_bound=2, flag_values=values,
    )  # fmt: skip
    flags.DEFINE_integer(
        "seed", None, "of the latents, or of the texts; 1000 if left away", flag_values=values
    )
    flags.DEFINE_float(
        "truncation", None, "where to cut the latents off; as in the config if left away",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_integer(
        "image_size", None, "with --savedmodel or --images: the size that real images of several sizes "
        "are brought to",
        lower_bound=8, flag_values=values,
    )  # fmt: skip


def main(values, overrides):
    """Evaluate and print."""
    from tfgan_zoo.cli.main import UsageError

    sources = [name for name in ("workdir", "savedmodel", "images") if getattr(values, name)]
    if overrides or len(sources) != 1:
        raise UsageError(
            "evaluate needs --workdir=… of a run, --savedmodel=… or --images=…, and takes no "
            "--config.… fields"
        )
    scores = _scores(values.scores)
    if values.workdir:
        _check_unused(values, "workdir", [*list(_STRINGS)[3:-1], "image_size"])
        report = evaluate(
            values.workdir,
            values.checkpoint,
            values.samples,
            values.seed,
            values.data_dir,
            values.truncation,
            scores,
        )
    else:
        from tfgan_zoo.cli import evaluate_others

        _check_unused(values, sources[0], ["truncation"] + ["seed"] * (sources[0] == "images"))
        report = evaluate_others.evaluate(
            values.savedmodel,
            values.images,
            real=values.real,
            split=values.split,
            training=values.training,
            extractor=values.extractor,
            output=values.output,
            scores=scores,
            samples=values.samples,
            seed=values.seed,
            image_size=values.image_size,
            data_dir=values.data_dir,
        )
    print(table(report))


def _scores(names):
    """Return the scores that a flag asks for, empty for the quick ones."""
    from tfgan_zoo import metrics
    from tfgan_zoo.cli.main import UsageError

    names = [name.strip() for name in names if name.strip()]
    if not names:
        raise UsageError("--scores= names no score; give names with commas between, quick, or all")
    if "quick" in names and len(names) > 1:
        raise UsageError("--scores=quick stands alone: it is the scores that are computed quickly")
    return () if names == ["quick"] else metrics.Scorer.check_names(names)


def _check_unused(values, source, names):
    from tfgan_zoo.cli.main import UsageError

    for name in names:
        if getattr(values, name) is not None:
            raise UsageError(f"--{name} says nothing about --{source}")


def evaluate(
    path, which="last", samples=None, seed=None, data_dir=None, truncation=None, scores="all"
):
    """Score a run's samples, or its translations; the reports are also written to the workdir.

    Args:
        path: the run's folder.
        which: the checkpoint.
        samples: how many to score; None for the config's number.
        seed: int, for the latents or the texts; None for 1000.
        data_dir: where prepared TensorFlow Datasets are.
        truncation: of the latents, see `GAN.decode`; None for the config's `evaluate.truncation`, which
            few configs have: then there is none.
        scores: of images, names of scores, or `"all"`; empty for the quick ones.

    Returns:
        Dict: the step, the scores of samples, the same scores of real training images, histograms; or the
        scores of translations, and the same scores of copies of the input.

    Raises:
        ValueError: the folder is not a run's, the run has no extractor, or its model draws nothing by
            `seed` or `truncation`; an unknown score, or one that was asked for and cannot be computed.
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
    scorer = experiment.make_scorer(config, data_dir, scores)
    samples = samples or config.evaluate.samples
    seed = 1000 if seed is None else seed
    report = {"step": int(model.iterations.numpy()), "checkpoint": which}
    if translates:
        report |= {
            "split": config.evaluate.split,
            "scores": scorer.score(model, samples),
            "copies": {"scores": scorer.score_copies(model, samples)},
        }
    elif experiment.is_text(config):
        report |= _of_texts(config, model, scorer, samples, seed, data_dir)
    else:
        truncation = config.evaluate.get("truncation") if truncation is None else truncation
        made, labels = _drawn(model, samples, seed, truncation)
        _check_finite(made, workdir, which, report["step"])
        given = {"seed": seed, "truncation": truncation}
        report |= of_images(workdir.report_file, scorer, made, labels, report | given, workdir)
    files.write_json(workdir.evaluation_file, report)
    return report


def _drawn(model, samples, seed, truncation):
    """Return images, and what they were asked to be."""
    import numpy as np

    if "label" not in model.sampling_inputs:
        return model.generate(samples, seed=seed, truncation=truncation), None
    labels = np.arange(samples) % model.num_classes
    return model.generate(samples, seed=seed, truncation=truncation, label=labels), labels


def _check_finite(images, workdir, which, step):
    """Check that a model makes images at all.

    Raises:
        ValueError: naming the checkpoint, and those to try.
    """
    import numpy as np

    from tfgan_zoo.callbacks import checkpoint

    bad = int(np.sum(~np.isfinite(images).all(axis=(1, 2, 3))))
    if bad:
        steps = [str(checkpoint.step_of(f)) for f in checkpoint.checkpoints(workdir.checkpoints)]
        raise ValueError(
            f"{bad} of {len(images)} images hold NaN or infinity: the networks of step {step} ({which} "
            f"checkpoint) have diverged. Try --checkpoint=best, or one of the steps {', '.join(steps)}"
        )


def of_images(path, scorer, images, labels, given, workdir=None):
    """Score images and write the HTML report.

    Args:
        path: of the HTML report.
        scorer: a `metrics.Scorer`.
        images: what to score.
        labels: what the images were asked to be, or None.
        given: dict, what they were made from: `step`, `checkpoint`, `seed`, `truncation`, or `source`.
        workdir: of the run, whose scores while training are shown; None for none.

    Returns:
        Dict: the report, ready for JSON, with the floor under `real`.
    """
    from tfgan_zoo import metrics
    from tfgan_zoo.cli import html_report

    comparison = scorer.compare(images, labels)
    report = given | scorer.report_of(comparison)
    # What as many real images score: no generator can be asked for more.
    report["real"] = scorer.floor(report, seed=given.get("seed", 0))
    if given.get("truncation") is not None:
        condition = f"truncation={given['truncation']:g}"
        report["scores"] = {
            metrics.with_condition(name, condition): value
            for name, value in report["scores"].items()
        }
    path.parent.mkdir(parents=True, exist_ok=True)
    html_report.write(path, report, comparison, workdir)
    return report


def _of_texts(config, model, scorer, samples, seed, data_dir):
    import numpy as np

    from tfgan_zoo import datasets
    from tfgan_zoo.cli import experiment

    report = {"seed": seed, **scorer.report(model.generate_texts(samples, seed=seed))}
    report["scores"] |= scorer.score_model(model, experiment.held_out(config, data_dir))
    # What the same number of real training texts scores, drawn at random.
    texts, _ = datasets.load_text_lines(config.data.name, config.data.split, data_dir=data_dir)
    chosen = np.random.default_rng(seed).permutation(len(texts))[:samples]
    real = scorer.report(np.array(texts, object)[chosen].tolist())
    # Training texts are copies of training texts.
    real["scores"] = {k: v for k, v in real["scores"].items() if not k.startswith("duplicates[")}
    report["real"] = {"from": config.data.split, **real}
    return report


def table(report):
    """Return the report as lines for a terminal."""
    from tfgan_zoo import metrics

    if "source" in report:
        line = report["source"]
    else:
        line = f"step {report['step']} ({report['checkpoint']} checkpoint)"
    if report.get("seed") is not None:
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
    if len(report.get("class_histogram", ())) in range(1, 51):
        shares = " ".join(f"{100 * share:.1f}%" for share in report["class_histogram"])
        lines.append(f"  classes of the samples: {shares}")
    lines += [f"  no {name}: {reason}" for name, reason in report.get("left_out", {}).items()]
    return "\n".join(lines)
