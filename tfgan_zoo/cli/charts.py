"""Small charts as SVG, for pages that need nothing else."""

import html
import math

_WIDTH, _HEIGHT, _LEFT, _BELOW, _ABOVE = 360, 200, 56, 34, 10
_COLOURS = ("#1f6fb2", "#b9b9b9", "#c65d21")


def lines(series, x_label, y_label, x_range=None, y_range=None):
    """Return a line chart.

    Args:
        series: dict of name -> (xs, ys), sequences of numbers of one length; the first three are shown
            in colours of their own.
        x_label: what is below the chart.
        y_label: what is above it.
        x_range: (least, most), or None for what the series have.
        y_range: likewise.

    Returns:
        An `<svg>` element, a string.

    >>> svg = lines({"score": ([0, 10], [3.0, 1.0])}, "step", "distance")
    >>> svg.startswith("<svg"), "M56.0,10.0L350.0,166.0" in svg
    (True, True)
    """
    xs = [x for points in series.values() for x in points[0]]
    ys = [y for points in series.values() for y in points[1] if math.isfinite(y)]
    across, up = _scale(x_range or _ends(xs), _LEFT, _WIDTH - 10), None
    up = _scale(y_range or _ends(ys), _HEIGHT - _BELOW, _ABOVE)
    parts = [_frame(across, up, x_label, y_label)]
    for (name, points), colour in zip(series.items(), _COLOURS, strict=False):
        path = "L".join(
            f"{across(x):.1f},{up(y):.1f}" for x, y in zip(*points, strict=True) if math.isfinite(y)
        )
        parts.append(
            f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2">'
            f"<title>{html.escape(name)}</title></path>"
        )
    return _svg(parts)


def bars(series, labels, y_label):
    """Return a bar chart with the bars of all series side by side.

    Args:
        series: dict of name -> values ≥ 0, one for each label.
        labels: what stands below the bars.
        y_label: what is above the chart.

    Returns:
        An `<svg>` element, a string.

    >>> bars({"samples": [1.0, 0.5], "real": [0.5, 0.5]}, "01", "share").count("<rect")
    4
    """
    most = max(max(values) for values in series.values())
    up = _scale((0.0, most or 1.0), _HEIGHT - _BELOW, _ABOVE)
    step = (_WIDTH - 10 - _LEFT) / len(labels)
    width = 0.8 * step / len(series)
    parts = [_frame(None, up, "", y_label)]
    for number, ((name, values), colour) in enumerate(zip(series.items(), _COLOURS, strict=False)):
        for index, value in enumerate(values):
            left = _LEFT + index * step + 0.1 * step + number * width
            parts.append(
                f'<rect x="{left:.1f}" y="{up(value):.1f}" width="{width:.1f}" '
                f'height="{up(0.0) - up(value):.1f}" fill="{colour}">'
                f"<title>{html.escape(name)}: {value:.4g}</title></rect>"
            )
    every = math.ceil(len(labels) / 20)
    for index in range(0, len(labels), every):
        middle = _LEFT + (index + 0.5) * step
        parts.append(_text(middle, _HEIGHT - _BELOW + 14, str(labels[index]), "middle"))
    return _svg(parts)


def legend(names):
    """Return the names of series in their colours, as HTML.

    >>> legend(["samples"])
    '<span style="color:#1f6fb2">■ samples</span>'
    """
    return " ".join(
        f'<span style="color:{colour}">■ {html.escape(name)}</span>'
        for name, colour in zip(names, _COLOURS, strict=False)
    )


def _ends(values):
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _scale(ends, first, last):
    (low, high) = ends

    def place(value):
        return first + (value - low) / (high - low) * (last - first)

    place.ends = ends
    return place


def _frame(across, up, x_label, y_label):
    bottom = _HEIGHT - _BELOW
    parts = [
        f'<path d="M{_LEFT},{_ABOVE}V{bottom}H{_WIDTH - 10}" fill="none" stroke="#888"/>',
        _text(_LEFT + 6, _ABOVE + 4, y_label, "start"),
    ]
    if x_label:
        parts.append(_text((_LEFT + _WIDTH) / 2, _HEIGHT - 4, x_label, "middle"))
    parts += [_text(_LEFT - 5, up(value) + 4, f"{value:.4g}", "end") for value in up.ends]
    if across is not None:
        parts += [
            _text(across(value), bottom + 14, f"{value:.6g}", "middle") for value in across.ends
        ]
    return "".join(parts)


def _text(x, y, text, anchor):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="11" fill="#555" text-anchor="{anchor}">'
        f"{html.escape(text)}</text>"
    )


def _svg(parts):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" font-family="sans-serif">{"".join(parts)}</svg>'
    )
