"""Charts: where the points and bars lie, and that names cannot break the page."""

import xml.etree.ElementTree as ElementTree

import pytest

from tfgan_zoo.cli import charts


def elements(svg, tag):
    root = ElementTree.fromstring(svg)
    return root.iter(f"{{http://www.w3.org/2000/svg}}{tag}")


def points(path):
    return [tuple(map(float, pair.split(","))) for pair in path[1:].split("L")]


def test_points_of_a_line_lie_in_proportion():
    svg = charts.lines({"a": ([0, 5, 20], [1.0, 3.0, 2.0])}, "step", "distance")
    _, line = (path.get("d") for path in elements(svg, "path"))
    (x0, y0), (x1, y1), (x2, y2) = points(line)
    assert (x1 - x0) / (x2 - x0) == pytest.approx(0.25, abs=1e-3)
    assert (y0 - y2) / (y0 - y1) == pytest.approx(0.5, abs=1e-3)
    assert y1 < y2 < y0  # up is smaller in SVG
    texts = [text.text for text in elements(svg, "text")]
    assert texts == ["distance", "step", "1", "3", "0", "20"]


def test_values_that_are_not_finite_are_left_out():
    svg = charts.lines({"a": ([0, 1, 2], [1.0, float("nan"), 3.0])}, "step", "loss")
    _, line = (path.get("d") for path in elements(svg, "path"))
    assert len(points(line)) == 2


def test_a_constant_line_and_given_ranges():
    svg = charts.lines({"a": ([0, 1], [2.0, 2.0])}, "x", "y")
    _, line = (path.get("d") for path in elements(svg, "path"))
    assert [y for _, y in points(line)] == [88.0, 88.0]  # the middle of 10 and 166
    svg = charts.lines({"a": ([0, 1], [0.5, 0.5])}, "x", "y", y_range=(0.0, 1.0))
    assert [text.text for text in elements(svg, "text")][2:4] == ["0", "1"]


def test_bars_are_as_high_as_their_values():
    svg = charts.bars({"samples": [0.2, 0.0], "real": [0.1, 0.1]}, ["zero", "one"], "share")
    heights = [float(bar.get("height")) for bar in elements(svg, "rect")]
    assert heights == pytest.approx([156.0, 0.0, 78.0, 78.0], abs=0.1)
    assert [text.text for text in elements(svg, "text")][-2:] == ["zero", "one"]


def test_many_labels_are_thinned_out():
    svg = charts.bars({"samples": [1.0] * 100}, range(100), "share")
    labels = [text.text for text in elements(svg, "text")]
    assert labels[3:] == [str(label) for label in range(0, 100, 5)]


def test_names_cannot_break_the_page():
    name = '<script>&"'
    for svg in (
        charts.lines({name: ([0, 1], [0, 1])}, name, name),
        charts.bars({name: [1.0]}, [name], name),
    ):
        assert "<script>" not in svg
        assert name in [title.text.partition(": ")[0] for title in elements(svg, "title")]
    assert "<script>" not in charts.legend([name])
