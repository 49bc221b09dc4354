"""What `benchmarks.conditional` measures: real images reach the ceiling, those of others are at chance."""

import dataclasses

import numpy as np
import pytest

from benchmarks import conditional, conditional_runs, conditional_scores, heads_scores
from tfgan_zoo import datasets
from tfgan_zoo.datasets.conditional import junction, placed_captions, tones


def test_labels_of_real_digits_and_of_others():
    real = datasets.load_arrays("digits", split="test", image_size=28)
    found = conditional_scores.labels(real.images, real.labels, real)
    assert found["label_accuracy"] > 0.6  # of pixels that are enlarged
    assert found["conditional_diversity"] == pytest.approx(1, abs=1e-6)
    assert found["frechet_distance"] == pytest.approx(0, abs=1e-3)
    same = np.stack([real.images[real.labels == label][0] for label in real.labels])
    found = conditional_scores.labels(same, (real.labels + 1) % 10, real)
    assert found["label_accuracy"] < 0.2
    assert found["conditional_diversity"] < 0.05


def test_classes_of_groups_and_the_way_a_code_takes_a_measure():
    classes, groups = np.array([0, 0, 1, 1, 1, 2]), np.array([2, 2, 2, 1, 1, 1])
    assert conditional_scores.matched(classes, groups) == pytest.approx(4 / 6)
    assert conditional_scores.matched(0 * classes, groups) == 1 / 2  # one class for two groups
    code = np.random.default_rng(0).permutation(20)
    assert conditional_scores.swept(code, -3.0 * code) == pytest.approx(3 * (18.5 - 0.5))
    assert conditional_scores.correlation(code, code**3) == pytest.approx(1)
    assert conditional_scores.correlation(code, np.ones(20)) == 0


def _leaning(slants, widths, height=4.0):
    """Draw normal distributions that lean to the right by so much for each pixel up."""
    up, right = 13.5 - np.arange(28)[:, None], np.arange(28)[None] - 13.5
    slants, widths = (np.reshape(each, [-1, 1, 1]) for each in (slants, widths))
    density = np.exp(-(((right - slants * up) / widths) ** 2 + (up / height) ** 2) / 2)
    return (2 * density - 1)[..., None].astype(np.float32)


def test_slant_and_width_are_those_of_the_drawing():
    slants, widths = np.array([-0.5, 0.0, 0.4]), np.array([1.5, 2.0, 1.5])
    found = conditional_scores.slant_and_width(_leaning(slants, widths))
    np.testing.assert_allclose(found["slant"], slants, atol=0.02)
    np.testing.assert_allclose(found["width"], np.hypot(widths, 4 * slants), rtol=0.03)


def test_codes_that_mean_the_class_and_the_slant(monkeypatch):
    random = np.random.default_rng(0)
    categories, continuous = np.arange(300) % 3, random.uniform(-1, 1, [300, 2])
    images = _leaning(0.4 * continuous[:, 1], 1 + random.uniform(0, 1, 300))
    monkeypatch.setattr(conditional_scores, "classes_of", lambda images: 2 - categories)
    found = conditional_scores.codes(images, categories, continuous)
    assert (found["nmi"], found["matched"]) == (pytest.approx(1), 1)
    assert found["slant"] > 0.99
    assert found["slant_swept"] == pytest.approx(0.4 * 1.8, rel=0.05)
    assert found["width"] < 0.3
    drawn = random.integers(0, 3, 300)
    monkeypatch.setattr(conditional_scores, "classes_of", lambda images: drawn)
    found = conditional_scores.codes(images, categories, continuous)
    assert found["nmi"] < 0.05
    assert found["matched"] == pytest.approx(1 / 3, abs=0.1)


def test_captions_of_real_scenes_and_of_others():
    test = datasets.load_arrays("shapes_combinations", split="test_unseen[:12]")
    texts = [placed_captions.decode(tokens) for tokens in test.extras["caption"]]
    found = conditional_scores.captions(test.images, texts)
    assert found.keys() >= set(conditional.SHOWN["captions"])
    assert set(found.values()) == {1.0}
    found = conditional_scores.captions(np.roll(test.images, 1, axis=0), texts)
    assert found["caption"] < 0.1
    assert found["colour"] < 0.5


def test_sounds_with_shapes_of_their_own_and_of_others():
    count, corners = 20, [(x, y) for x in (10.0, 22.0) for y in (10.0, 22.0)]
    labels, volumes = np.arange(count) % 5, np.linspace(0, 1, count)
    areas = tones.area_of(volumes) / 2  # so that they fit into the corners
    images = np.stack(
        [tones.draw(labels, areas, *np.full([2, count], [[x], [y]])) for x, y in corners]
    )
    # In the data each tone is at one place, in the model's images at all four.
    places = np.array([corners[i % 4] for i in range(count)]).T
    rows = {"label": labels, "factor_volume": volumes, "factor_x": places[0], "factor_y": places[1]}
    found = conditional_scores.sounds(images, rows)
    assert found["class"] == 1
    assert found["area"] > 0.99
    assert found["other_class"] == 0  # the next one's is always another
    assert found["other_area"] < 0.9
    assert found["spread"] == pytest.approx(np.sqrt(4 / 3), rel=0.01)
    assert conditional_scores.sounds(images[[0, 0]], rows)["spread"] == 0


def test_futures_of_either_kind_and_their_average():
    xs, ys = np.array([14, 16, 18, 15]), np.array([9, 12, 10, 14])
    rows, both = {"factor_x": xs, "factor_y": ys}, junction.futures(xs, ys)
    left, right = both[:, 0], both[:, 1]
    mixed = np.stack([left, np.concatenate([right[:1], left[1:]])])
    found = conditional_scores.futures(mixed, rows, 0.5)
    assert (found["left"], found["right"], found["both"]) == (7 / 8, 1 / 8, 0)
    assert found["both_ways"] == 1 / 4
    assert found["to_nearer"] == 0
    assert found["to_average"] == pytest.approx(abs(left - 1.0 * right).mean() / 2 / 127.5)
    blurred = np.rint(0.7 * left + 0.3 * right).astype(np.uint8)[None]
    found = conditional_scores.futures(blurred, rows, 0.7)
    assert found["both"] == 1
    assert found["to_average"] < 0.5 / 127.5
    assert found["to_nearer"] > found["to_average"]
    assert "both_ways" not in found


@pytest.fixture(scope="module")
def heads():
    return datasets.load_arrays("heads_speaking", split="test[:20]", image_size=32)


def test_heads_of_the_true_renderer_and_of_a_copy(heads):
    true = heads_scores.scores(heads.images, heads, read=2)
    assert true["ssim"] == pytest.approx(1)
    assert true["landmark_error"] < 0.3
    copied = heads_scores.scores(heads_scores.copies(heads), heads, read=0)
    assert copied["ssim"] < 0.99
    assert "landmark_error" not in copied
    nearest = heads_scores.scores(heads_scores.copies(heads, 4), heads, read=0)
    assert copied["ssim"] < nearest["ssim"] < 1
    marks = np.array(heads.extras["source_landmarks"])
    marks[:, 2] = heads.extras["landmarks"]
    third = dataclasses.replace(heads, extras={**heads.extras, "source_landmarks": marks})
    np.testing.assert_array_equal(heads_scores.copies(third, 4), heads.others["source"][:, 2])
    mean = heads_scores.mean_face(heads, 20)
    assert heads_scores.scores(mean, heads, read=0)["ssim"] < copied["ssim"]


def test_mouths_that_open_as_they_should_and_as_others_do(heads):
    assert heads_scores.mouth_correlation(heads.images, heads) > 0.98
    assert abs(heads_scores.mouth_correlation(heads_scores.copies(heads), heads)) < 0.8
    assert abs(heads_scores.mouth_correlation(heads_scores.mean_face(heads, 20), heads)) < 0.2


def test_clusters_of_real_images():
    labels = np.array([0, 0, 1, 1, 2, 2])
    seen = np.eye(3)[[2, 2, 0, 0, 1, 1]]
    found = conditional_scores.clusters(seen, labels)
    assert found["nmi_real"] == pytest.approx(1)
    assert found["matched_real"] == 1
    found = conditional_scores.clusters(np.eye(3)[[2, 2, 0, 0, 0, 0]], labels)
    assert found["matched_real"] == pytest.approx(4 / 6)
    assert found["nmi_real"] < 0.8


def test_the_table_has_a_line_for_each_part_that_is_scored_apart():
    def run(ssim):
        return {"1": {"ssim": ssim, "l1": 0.5}, "4": {"ssim": ssim + 0.1, "l1": 0.25}}

    found = {
        f"speaking/TalkingHeadGAN/{seed}": {
            "scores": run(0.5 + seed / 5),
            "seconds": 60 * (1 + seed),
        }
        for seed in (0, 1)
    }
    text = conditional.table(found, "speaking").splitlines()
    assert text[0].startswith("|  | sources | seeds | SSIM | L1 |")
    assert text[2:] == [
        "| TalkingHeadGAN | 1 | 2 | 0.600 ± 0.100 | 0.500 ± 0.000 |  | 1.5 |",
        "| TalkingHeadGAN | 4 | 2 | 0.700 ± 0.100 | 0.250 ± 0.000 |  | 1.5 |",
    ]


def test_what_rows_change_in_their_configs_is_there():
    rows = [row for setting in conditional_runs.ROWS.values() for row in setting.values() if row]
    assert len(rows) > 15
    for name, fields in rows:
        config = conditional_runs.prepared(name, fields, 7)
        assert config.train.seed == 7
