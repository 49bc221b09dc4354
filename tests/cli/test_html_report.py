"""The HTML report holds everything itself: pictures, charts, every score, and what they say."""

import base64
import html
import html.parser
import io
import json

import numpy as np
import pytest
from PIL import Image

from tests.metrics import planted
from tfgan_zoo import metrics, pictures
from tfgan_zoo.cli import html_report
from tfgan_zoo.cli.workdir import Workdir


class Page(html.parser.HTMLParser):
    """Collects images, headings, list items and table rows."""

    def __init__(self, text):
        super().__init__()
        self.images, self.texts, self.stack, self.others = [], {}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("src", "href"):
                self.others.append(value)
        if tag == "img":
            self.images.append(dict(attributes)["src"])
        elif tag not in ("meta", "br"):
            self.stack.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag  # tags are closed in order

    def handle_data(self, data):
        if self.stack:
            self.texts[self.stack[-1]][-1] += data

    def picture(self, number):
        data = self.images[number].removeprefix("data:image/png;base64,")
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    digits, path = planted.digits(), tmp_path_factory.mktemp("report")
    scorer = metrics.Scorer(
        metrics.extractors.get("digits"),
        digits.test,
        split="test <of digits>",
        real_labels=digits.test_labels,
        scores=["frechet_distance", "f_8", "copying_share", "c_t"],
        training_images=digits.training,
    )
    comparison = scorer.compare(digits.fakes["mirrored_copies"])
    report = {"step": 70, "checkpoint": "last", "seed": 3, "truncation": None}
    report |= scorer.report_of(comparison)
    report["real"] = scorer.floor(report)
    workdir = Workdir(path / "run")
    workdir.path.mkdir()
    lines = [{"step": s, "loss": 1.0, "score[x, 5]": 9.0 - s} for s in (1, 2, 4)]
    workdir.metrics_file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    html_report.write(path / "a.html", report, comparison, workdir)
    return (path / "a.html").read_text(), report, comparison


@pytest.fixture(scope="module")
def page(made):
    return Page(made[0])


def test_nothing_is_fetched_from_elsewhere(made, page):
    assert page.others == page.images
    assert all(image.startswith("data:image/png;base64,") for image in page.images)
    assert "<script" not in made[0]
    assert page.stack == []


def test_every_score_with_what_it_depends_on_and_its_floor(made, page):
    text, report, _ = made
    floor = {metrics.short_name(n): v for n, v in report["real"]["scores"].items()}
    assert len(report["scores"]) == 4
    for name, value in report["scores"].items():
        short, _, depends = name[:-1].partition("[")
        row = next(line for line in text.splitlines() if line.startswith(f"<tr><td>{short} "))
        assert f">{value:.4g}<" in row
        assert f">{floor[short]:.4g}<" in row
        assert html.escape(depends) in row
    assert "360 samples against 360 real images of test <of digits>" in page.texts["p"][0]
    assert "360 real, train" in page.texts["th"]


def test_what_is_found_is_said_first(made, page):
    _, report, comparison = made
    said = [sentence for _, sentence in metrics.findings(report, comparison)]
    assert said[0] == "100% of the samples are copies of training images, mirrored."
    assert [line.strip() for line in page.texts["li"]] == said


def test_pictures_are_the_samples_the_extremes_and_their_neighbours(made, page):
    _, _, comparison = made
    assert len(page.images) == 4 + 12
    shown = pictures.enlarge(pictures.grid(comparison.fake.images[:100]), 16)
    np.testing.assert_array_equal(page.picture(0), shown[..., 0])
    found = metrics.realism(comparison.real.features, comparison.fake.features)
    best = comparison.fake.images[np.argsort(found)[::-1][:16]]
    np.testing.assert_array_equal(
        page.picture(1), pictures.enlarge(pictures.grid(best), 16)[..., 0]
    )
    # A sample and its nearest training images, the first of which is its mirror image.
    row = page.picture(4)
    cell = 17 * 3
    sample, nearest = row[3:51, 3:51], row[3:51, 3 + cell : 51 + cell]
    np.testing.assert_array_equal(sample, nearest[:, ::-1])
    assert "0.0 levels of 255, mirrored" in page.texts["td"]


def test_charts_of_classes_of_the_curve_and_of_the_run(made, page):
    assert "Classes" in page.texts["h2"]
    assert "Precision and recall" in page.texts["h2"]
    assert "While training" in page.texts["h2"]
    assert made[0].count("<svg") == 3
    assert "score[x, 5]" in page.texts["title"]


def test_without_a_run_and_training_images(tmp_path):
    digits = planted.digits()
    scorer = metrics.Scorer(
        metrics.extractors.get("digits"), digits.test, split="test", scores=["recall"]
    )
    comparison = scorer.compare(digits.fakes["real"])
    report = {"source": "a & b"} | scorer.report_of(comparison)
    report["real"] = scorer.floor(report)
    html_report.write(tmp_path / "a.html", report, comparison)
    page = Page((tmp_path / "a.html").read_text())
    assert page.texts["h1"] == ["Evaluation of a & b"]
    assert "Nearest training images" not in page.texts["h2"]
    assert len(page.images) == 4
