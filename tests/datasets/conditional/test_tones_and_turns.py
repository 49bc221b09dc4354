"""Tones with shapes, and the walker at a junction: what is told is true, and what is not told is free."""

import numpy as np
import pytest
from scipy import stats

from tfgan_zoo import datasets
from tfgan_zoo.datasets import load, load_arrays
from tfgan_zoo.datasets.conditional import junction, tones


@pytest.fixture(scope="module")
def sounds():
    return load_arrays("tones", split="test[:200]")


@pytest.fixture(scope="module")
def walks():
    return load_arrays("junction:0.7", split="train[:1500]")


def test_tones_say_what_they_are(sounds):
    factors = [f"factor_{key}" for key in ("volume", "frequency", "area", "x", "y")]
    assert sounds.info == datasets.ConditionalInfo(
        name="tones",
        split="test[:200]",
        num_examples=200,
        image_shape=(32, 32, 1),
        num_classes=5,
        label_names=("circle", "square", "triangle", "cross", "diamond"),
        keys=("image", "label", "audio", *factors),
        shapes={"image": (32, 32, 1), "label": (), "audio": (4000,), **dict.fromkeys(factors, ())},
        sample_rate=8000,
    )


def test_the_pitch_tells_the_shape_and_the_volume_its_area(sounds):
    audio, factors = sounds.extras["audio"], sounds.extras
    assert audio.dtype == np.float32
    assert 0.9 < abs(audio).max() <= 1
    spectrum = abs(np.fft.rfft(audio, axis=1))
    heard = spectrum.argmax(axis=1) * tones.SAMPLE_RATE / tones.LENGTH
    np.testing.assert_allclose(heard, factors["factor_frequency"], atol=2.1)
    nearest = abs(np.log(heard[:, None] / np.array(tones.FREQUENCIES))).argmin(axis=1)
    np.testing.assert_array_equal(nearest, sounds.labels)
    loud = audio[:, 500:-500].std(axis=1)
    assert stats.spearmanr(loud, factors["factor_area"])[0] > 0.99
    np.testing.assert_allclose(
        loud, np.hypot((0.05 + 0.9 * factors["factor_volume"]) / 2**0.5, 0.01 / 3**0.5), rtol=0.02
    )
    # and neither tells the place
    for place in ("factor_x", "factor_y"):
        for told in (heard, loud):
            assert abs(stats.spearmanr(told, factors[place])[0]) < 0.2
        assert factors[place].std() > 4


def test_images_of_shapes_are_read(sounds):
    found = tones.read(sounds.images)
    np.testing.assert_array_equal(found["label"], sounds.labels)
    for key, within in (("area", 1e-3), ("x", 0.15), ("y", 0.15)):
        np.testing.assert_allclose(found[key], sounds.extras[f"factor_{key}"], atol=within)
    # a wrong image is read as what it is
    other = tones.read(sounds.images[::-1])
    np.testing.assert_array_equal(other["label"], sounds.labels[::-1])
    share = found["area"] / tones.area_of(sounds.extras["factor_volume"])
    assert 0.88 < share.min() < share.max() < 1.12
    with pytest.raises(
        ValueError, match=r"float64 \(1, 32, 32, 1\), expected uint8 \(N, 32, 32, 1\)"
    ):
        tones.read(np.zeros((1, 32, 32, 1)))


@pytest.mark.parametrize(("shape", "area"), [(0, 150.0), (1, 64.0), (2, 112.0), (4, 162.0)])
def test_a_shape_has_the_area_that_is_asked_for(shape, area):
    image = tones.draw([shape], [area], [16.0], [16.0])
    assert tones.read(image)["area"][0] == pytest.approx(area, rel=0.05)


def test_an_example_depends_on_its_own_number_alone(sounds):
    alone = load_arrays("tones", split="test[150:152]")
    np.testing.assert_array_equal(alone.images, sounds.images[150:152])
    np.testing.assert_array_equal(alone.extras["audio"], sounds.extras["audio"][150:152])
    train = load_arrays("tones", split="train[150:152]")
    assert (train.extras["audio"] != alone.extras["audio"]).mean() > 0.9


def test_batches_of_tones_go_on_where_they_were():
    data = load("tones", split="train[:40]", batch_size=8, seed=3)
    batches = [batch for _, batch in zip(range(8), data, strict=False)]
    later = next(iter(data.at(7)))
    assert set(later) == set(data.info.keys)
    for key, shape in data.info.shapes.items():
        assert later[key].shape == (8, *shape)
        np.testing.assert_array_equal(later[key], batches[7][key])
    assert later["audio"].dtype == later["image"].dtype == "float32"
    assert later["label"].dtype == "int32"
    arrays = load_arrays("tones", split="train[:40]")
    rows = [
        int(abs(arrays.extras["audio"] - a).sum(axis=1).argmin()) for a in later["audio"].numpy()
    ]
    np.testing.assert_array_equal(arrays.labels[rows], later["label"])
    np.testing.assert_allclose(arrays.images[rows] / 127.5 - 1, later["image"], atol=1e-6)


def test_what_would_move_images_alone_is_refused():
    with pytest.raises(ValueError, match="jitter and flip would leave what comes with the images"):
        load("tones", split="train[:9]", batch_size=2, flip=True)


def test_other_sizes_and_channels():
    walks = load_arrays("junction", split="test[:2]", image_size=16, channels=3)
    assert walks.images.shape == (2, 16, 16, 3)
    assert walks.others["past"].shape == (2, 3, 16, 16, 3)
    assert walks.info.shapes["past"] == (3, 16, 16, 3)


def test_a_walker_has_two_futures_at_the_junction_only(walks):
    counts = np.bincount(walks.labels) / len(walks.labels)
    np.testing.assert_allclose(counts, [0.5, 0.35, 0.15], atol=0.03)
    past, x, y = (
        walks.others["past"],
        walks.extras["factor_x"],
        walks.extras["factor_y"],
    )
    nexts = {}
    for row in range(len(past)):
        nexts.setdefault(past[row].tobytes(), set()).add(walks.images[row].tobytes())
    at = walks.labels > 0
    number = np.array([len(nexts[each.tobytes()]) for each in past])
    assert number[~at].max() == 1
    assert number[at].mean() > 1.8
    # the last frame of the past shows the walker in the middle of the junction, where there are two
    middle = past[np.arange(len(past)), -1, y, x, 0] == 240
    np.testing.assert_array_equal(middle, at)


def test_turns_are_read(walks):
    at = walks.labels > 0
    images, x, y = walks.images[at], walks.extras["factor_x"][at], walks.extras["factor_y"][at]
    np.testing.assert_array_equal(junction.turns(images, x, y), walks.labels[at])
    both = junction.futures(x, y)
    turn = walks.labels[at] - 1
    np.testing.assert_array_equal(both[np.arange(len(both)), turn], images)
    average = np.rint(0.7 * both[:, 0] + 0.3 * both[:, 1]).astype(np.uint8)
    assert set(junction.turns(average, x, y)) == {junction.TURNS.index("both")}
    np.testing.assert_allclose(
        junction.weights(average, x, y), np.tile([0.7, 0.3], [len(x), 1]), atol=0.01
    )
    # the walker has not moved: it is on neither side
    stayed = walks.others["past"][at][:, -1]
    assert set(junction.turns(stayed, x, y)) == {junction.TURNS.index("neither")}


def test_the_probability_is_half_unless_told():
    labels = load_arrays("junction", split="train[:1500]").labels
    assert np.bincount(labels)[1] / (labels > 0).sum() == pytest.approx(0.5, abs=0.05)
    assert set(load_arrays("junction:1", split="test[:60]").labels) == {0, 1}


@pytest.mark.parametrize("name", ["junction:", "junction:often", "junction:1.5"])
def test_what_is_no_probability(name):
    with pytest.raises(ValueError, match=r"expected the probability .*junction:0\.7"):
        load_arrays(name, split="train")


def test_unknown_names_and_splits():
    with pytest.raises(ValueError, match=r"unknown data set 'tonse' \(did you mean 'tones'"):
        load_arrays("tonse", split="train")
    with pytest.raises(ValueError, match="unknown split 'validation'"):
        load_arrays("tones", split="validation")
    assert datasets.describe("junction:0.7") == datasets.describe("junction:P")
