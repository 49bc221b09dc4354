"""The report of an evaluation as one HTML file with everything in it: pictures, charts, numbers."""

import base64
import html
import io
import json

import numpy as np
from PIL import Image

from tfgan_zoo import files, metrics, pictures
from tfgan_zoo.cli import charts
from tfgan_zoo.metrics.comparison import NEIGHBOURS
from tfgan_zoo.metrics.scores import curve_of

SHOWN, EXTREMES, PAIRED = 100, 16, 12
_STYLE = """
body { font: 15px/1.5 sans-serif; color: #222; max-width: 60em; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin-top: 2em }
table { border-collapse: collapse } td, th { padding: .15em .8em .15em 0; text-align: left }
td.number { text-align: right; font-variant-numeric: tabular-nums } .dim { color: #777 }
li.fault { color: #a3300b } li.none { color: #1d6b34 } img { image-rendering: pixelated }
.row { display: flex; flex-wrap: wrap; gap: 2em }
"""


def write(path, report, comparison, workdir=None):
    """Write the report, whole or not at all.

    Args:
        path: the HTML file.
        report: what `evaluate` made, see there.
        comparison: the `metrics` comparison that it is of.
        workdir: the run's `Workdir`, whose scores while training are shown; None for none.
    """
    sections = [
        _heading(report, workdir),
        _findings(report, comparison),
        _scores(report),
        _samples(comparison),
        _neighbours(comparison),
        _charts(report, comparison),
        _history(workdir),
    ]
    title = html.escape(_title(report, workdir))
    files.write_text(
        path,
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n{''.join(sections)}</body></html>\n",
    )


def _title(report, workdir):
    if workdir is None:
        return f"Evaluation of {report['source']}"
    return f"Evaluation of {workdir.path.name}, step {report['step']}"


def _heading(report, workdir):
    facts = [
        f"{report['samples']} samples against {report['real_samples']} real images of "
        f"{report['split']}",
        f"extractor {report['extractor']}",
        *(
            f"{name} {report[name]}"
            for name in ("checkpoint", "seed", "truncation")
            if report.get(name) is not None
        ),
    ]
    return (
        f"<h1>{html.escape(_title(report, workdir))}</h1>\n<p>{html.escape('; '.join(facts))}</p>\n"
    )


def _findings(report, comparison):
    lines = "".join(
        f'<li class="{"none" if kind == "none" else "fault"}" id="{kind}">{html.escape(text)}</li>\n'
        for kind, text in metrics.findings(report, comparison)
    )
    return f"<h2>What they say</h2>\n<ul>\n{lines}</ul>\n"


def _scores(report):
    floor = {metrics.short_name(n): (v, n) for n, v in report["real"]["scores"].items()}
    rows = []
    for name, value in report["scores"].items():
        short, _, depends = name.removesuffix("]").partition("[")
        least, least_depends = floor.get(short, (None, ""))
        least_depends = least_depends.removesuffix("]").partition("[")[2]
        rows.append(
            f"<tr><td>{short} {_direction(short)}</td><td class=number>{value:.4g}</td>"
            f"<td class=dim>{html.escape(depends)}</td>"
            f"<td class=number>{'' if least is None else f'{least:.4g}'}</td>"
            f"<td class=dim>{html.escape(least_depends)}</td></tr>\n"
        )
    left_out = "".join(
        f"<tr><td class=dim>{name}</td><td colspan=4 class=dim>{html.escape(reason)}</td></tr>\n"
        for name, reason in report["left_out"].items()
    )
    return (
        "<h2>Scores</h2>\n<table>\n<tr><th>score</th><th>samples</th>"
        f"<th>depends on</th><th>{report['real']['samples']} real, "
        f"{html.escape(report['real']['from'])}</th>"
        "<th>depends on</th></tr>\n"
        f"{''.join(rows)}{left_out}</table>\n"
    )


def _direction(short):
    try:
        return "↓" if metrics.lower_is_better(short) else "↑"
    except ValueError:  # best in between
        return ""


def _samples(comparison):
    fake, real = comparison.fake, comparison.real
    order = np.argsort(metrics.realism(real.features, fake.features, k=min(3, len(real) - 1)))
    parts = [f"<h2>Samples</h2>\n{_grid(fake.images[:SHOWN])}\n<div class=row>\n"]
    for title, indices in (
        ("The best", order[::-1][:EXTREMES]),
        ("The worst", order[:EXTREMES]),
    ):
        parts.append(f"<div><h2>{title}</h2>\n{_grid(fake.images[indices])}</div>\n")
    parts.append(f"<div><h2>Real</h2>\n{_grid(real.images[real.some(EXTREMES)])}</div>\n")
    return (
        "".join(parts)
        + "</div>\n<p class=dim>Best and worst by their realism in features (Kynkäänniemi et al. 2019)."
        "</p>\n"
    )


def _neighbours(comparison):
    if comparison.training is None or len(comparison.training) < NEIGHBOURS:
        return ""
    chosen, near = comparison.neighbours(comparison.fake)
    order = np.argsort(metrics.copying_ratio(near.distances), kind="stable")[:PAIRED]
    rows = []
    for index in order:
        images = [comparison.fake.images[chosen[index]]]
        images += list(comparison.training.images[near.indices[index]])
        how = ", mirrored" if near.flipped[index, 0] else ""
        rows.append(
            f"<tr><td>{_grid(np.stack(images), len(images))}</td>"
            f"<td class=dim>{near.distances[index, 0]:.1f} levels of 255{how}</td></tr>\n"
        )
    return (
        "<h2>Nearest training images</h2>\n<p class=dim>The samples that stand out most by being near to one "
        "training image, and the five nearest, in pixels, under mirroring and shifts of one pixel.</p>\n"
        f"<table>\n{''.join(rows)}</table>\n"
    )


def _charts(report, comparison):
    shown = []
    if len(report.get("class_histogram", ())) in range(1, 101):
        series = {"samples": report["class_histogram"], "real": report["real_class_histogram"]}
        chart = charts.bars(series, range(len(report["class_histogram"])), "share of a class")
        shown.append(f"<div><h2>Classes</h2>\n{chart}<br>{charts.legend(series)}</div>\n")
    if any(metrics.short_name(name) == "f_8" for name in report["scores"]):
        found, of = curve_of(comparison)
        series = {f"{of.versus}": (found["recall"], found["precision"])}
        chart = charts.lines(series, "recall", "precision", (0.0, 1.0), (0.0, 1.0))
        shown.append(f"<div><h2>Precision and recall</h2>\n{chart}</div>\n")
    return f"<div class=row>\n{''.join(shown)}</div>\n"


def _history(workdir):
    if workdir is None or not workdir.metrics_file.exists():
        return ""
    series = {}
    for line in workdir.metrics_file.read_text(encoding="utf-8").splitlines():
        values = json.loads(line)
        for name, value in values.items():
            if "[" in name and isinstance(value, float):
                steps, scores = series.setdefault(name, ([], []))
                steps.append(values["step"])
                scores.append(value)
    drawn = [
        f"<div>{charts.lines({name: points}, 'step', metrics.short_name(name))}</div>\n"
        for name, points in series.items()
        if len(points[0]) > 1
    ]
    return f"<h2>While training</h2>\n<div class=row>\n{''.join(drawn)}</div>\n" if drawn else ""


def _grid(images, columns=None):
    picture = pictures.enlarge(pictures.grid(images, columns), min(images.shape[1:3]))
    picture = picture[..., 0] if picture.shape[-1] == 1 else picture
    file = io.BytesIO()
    Image.fromarray(picture).save(file, format="PNG")
    encoded = base64.b64encode(file.getvalue()).decode("ascii")
    return f'<img src="data:image/png;base64,{encoded}">'
