"""Cartoon heads: landmarks lie where things are drawn, films are smooth, and nobody is in both splits."""

import numpy as np
import pytest

from tfgan_zoo.datasets import Shared, cache, load, load_arrays
from tfgan_zoo.datasets.conditional import heads
from tfgan_zoo.datasets.conditional.heads import drawing, face, reading, speech


def posed(**given):
    """One pose: the middle of everything but what is given, eyes open."""
    pose = face.poses(np.full((1, 9), 0.5))
    pose["blink"] = np.zeros(1, np.float32)
    return pose | {key: np.array([value], np.float32) for key, value in given.items()}


def points(person, pose, size):
    found = face.in_pixels(face.landmarks(person, pose), size)[0]
    return dict(zip(face.LANDMARKS, found, strict=True))


@pytest.fixture(scope="module")
def some():
    return load_arrays("heads", split="test[5:25]", image_size=32)


def test_a_set_has_what_its_people_have(some):
    assert some.info.shapes == {
        "image": (32, 32, 3),
        "source": (4, 32, 32, 3),
        "landmarks": (26, 2),
        "source_landmarks": (4, 26, 2),
        "factor_person": (),
        **{f"factor_{key}": () for key in face.POSES},
    }
    assert some.extras["factor_person"].tolist() == [0] * 5 + [1] * 10 + [2] * 5
    who = heads.people("test", some.extras["factor_person"])
    pose = {key: some.extras[f"factor_{key}"] for key in face.POSES}
    np.testing.assert_array_equal(drawing.render(who, pose, 32), some.images)
    np.testing.assert_array_equal(
        face.in_pixels(face.landmarks(who, pose), 32), some.extras["landmarks"]
    )
    # The whole split, drawn at once, has the same; row 5 is person 0's sixth frame.
    other = load_arrays("heads", split="test[:6]", image_size=32)
    np.testing.assert_array_equal(other.images[5], some.images[0])
    np.testing.assert_array_equal(other.others["source"][5], some.others["source"][0])


def test_sources_are_other_frames_of_the_same_person(some):
    frames = {
        image.tobytes(): number for image, number in zip(some.images[5:15], range(10), strict=True)
    }
    for row in range(10):  # of person 1, all of whose frames are here
        sources = [frames[image.tobytes()] for image in some.others["source"][5 + row]]
        assert len({*sources, row}) == 5
        marks = some.extras["landmarks"][5:15][sources]
        np.testing.assert_array_equal(some.extras["source_landmarks"][5 + row], marks)


def test_people_of_the_splits_differ():
    train = face.people([(0, index) for index in range(60)])
    test = face.people([(1, index) for index in range(60)])
    for name in ("width", "eye_u", "mouth_width"):
        assert not set(train[name]) & set(test[name])
        assert train[name].std() > 0.01


def test_landmarks_lie_where_things_are_drawn():
    size = 256
    for number in range(4):
        who = face.people([(0, number)])
        who["glasses"] *= 0
        for given in ({}, {"yaw": 0.35, "roll": 0.15, "gaze_x": 0.5}, {"yaw": -0.3, "pitch": 0.2}):
            pose = posed(open=0.7, **given)
            image, at = drawing.render(who, pose, size)[0].astype(int), points(who, pose, size)
            for side in ("left", "right"):
                x, y = at[f"pupil {side}"].astype(int)
                assert image[y + 1, x + 1].max() < 60, "a pupil is dark"
                top, bottom = at[f"eye {side} top"], at[f"eye {side} bottom"]
                for edge, out in ((top, top - bottom), (bottom, bottom - top)):
                    x, y = np.rint(edge + 1.4 * out / np.linalg.norm(out)).astype(int)
                    assert image[y, x].max() < 110, "around an eye runs a dark line"
            # The mouth is dark between its landmarks, and skin or lip outside.
            middle = (at["mouth top"] + at["mouth bottom"]) / 2
            x, y = np.rint(middle).astype(int)
            assert abs(image[y, x] - drawing._MOUTH).max() < 12
            x, y = at["nose"].astype(int)
            low = y + int(100 * who["nose_size"][0])  # 0.8 of its size is 102 pixels
            assert image[low - 2, x].sum() < 0.93 * image[low + 6, x].sum(), "a nose ends below"
            # The chin is where the skin ends: a darker line follows.
            x, y = at["contour chin"]
            inside, line = image[int(y) - 3, int(x)].sum(), image[int(y) + 1, int(x)].sum()
            assert line < 0.9 * inside


def test_each_part_of_a_pose_does_what_it_says():
    who = face.people([(0, 1)])
    rest = points(who, posed(), 64)

    def moved(name, **given):
        return points(who, posed(**given), 64)[name] - rest[name]

    assert moved("nose", yaw=0.3)[0] > 4
    assert moved("nose", pitch=0.2)[1] > 2
    assert moved("contour chin", roll=0.1)[0] < -0.1 < 0.1 < moved("brow left middle", roll=0.1)[0]
    assert moved("mouth bottom", open=1.0)[1] > 2
    assert moved("mouth left", wide=1.0)[0] < -0.8
    assert moved("brow left middle", brows=1.0)[1] < -1
    assert moved("eye left top", blink=1.0)[1] > 2
    assert moved("pupil right", gaze_x=1.0)[0] > 1
    assert moved("pupil right", gaze_y=-1.0)[1] < -0.8
    np.testing.assert_array_equal(moved("contour chin", yaw=0.3), [0, 0])


def test_edges_are_smooth():
    who = face.people([(0, 0)])
    whole = drawing.render(who, posed(), 32)[0].astype(float)
    fine = drawing.render(who, posed(), 512)[0].astype(float)
    means = fine.reshape(32, 16, 32, 16, 3).mean(axis=(1, 3))
    assert abs(whole - means).mean() < 3
    hard = fine[8::16, 8::16]  # one sample a pixel
    assert abs(whole - means).mean() < 0.7 * abs(hard - means).mean()


def test_a_film_is_continuous():
    film = heads.sequence(3, 24, size=32)
    assert film["image"].shape == (24, 32, 32, 3)
    assert np.ptp(film["pose"]["yaw"]) > 0.3
    steps = np.linalg.norm(np.diff(film["landmarks"], axis=0), axis=2)
    assert 0 < steps.max() < 2.5
    changes = abs(np.diff(film["image"].astype(float), axis=0)).mean(axis=(1, 2, 3))
    assert 0.1 < changes.min() < changes.max() < 12
    # ten times as many frames between two, and each step is smaller as much
    turn = face.poses(np.full((41, 9), 0.5)) | {"yaw": np.linspace(-0.5, 0.5, 41, dtype=np.float32)}
    fine = drawing.render(face.people([(0, 3)] * 41), turn, 32).astype(float)
    small = abs(np.diff(fine, axis=0)).mean(axis=(1, 2, 3)).max()
    large = abs(np.diff(fine[::10], axis=0)).mean(axis=(1, 2, 3)).max()
    assert small < 0.3 * large


def test_a_mouth_opens_as_far_as_the_voice_is_loud():
    film = heads.sequence(2, 50, size=32, speaking=True)
    loud = film["audio"][:, 256:768].std(axis=1)
    assert np.corrcoef(loud, film["pose"]["open"])[0, 1] > 0.95
    assert film["pose"]["open"].max() > 0.4
    assert film["pose"]["open"].min() < 0.1
    assert all(np.ptp(film["pose"][key]) == 0 for key in face.POSES if key != "open")
    # what comes with a frame is a part of the whole, the frame in its middle
    first = 20 * 320 + 160 - speech.LENGTH // 2
    np.testing.assert_array_equal(film["audio"][20], film["speech"][first : first + speech.LENGTH])
    some = load_arrays("heads_speaking", split="test[20:30]", image_size=16)
    assert some.info.shapes["audio"] == (1024,)
    assert some.info.sample_rate == 8000
    loud = some.extras["audio"][:, 256:768].std(axis=1)
    assert np.corrcoef(loud, some.extras["factor_open"])[0, 1] > 0.95
    assert np.ptp(some.extras["factor_yaw"]) == 0
    voices = [speech.voice([1, n], np.arange(32_000)) for n in range(20)]
    assert 0.3 < np.max(np.abs(voices)) <= 1


def test_poses_are_read():
    who = face.people([(1, 0), (1, 3), (1, 4)])
    shares = np.array(
        [
            [0.7, 0.4, 0.6, 0.8, 0.3, 0.6, 0.0, 0.7, 0.4],
            [0.1, 0.6, 0.5, 0.2, 0.7, 0.2, 0.3, 0.3, 0.6],
            [0.45, 0.2, 0.3, 0.5, 0.5, 0.8, 0.0, 0.5, 0.5],
        ]
    )
    truth = face.in_pixels(face.landmarks(who, face.poses(shares)), 32)
    found = reading.read_landmarks(drawing.render(who, face.poses(shares), 32), who)
    error = np.linalg.norm(found - truth, axis=2).mean(axis=1)
    assert error.max() < 0.5
    rest = face.in_pixels(face.landmarks(who, face.poses(np.full((3, 9), 0.5))), 32)
    assert np.linalg.norm(rest - truth, axis=2).mean(axis=1).min() > 1


def test_batches_share_frames():
    data = load("heads", split="train[:20]", batch_size=4, image_size=16)
    batch = next(iter(data))
    assert {key: tuple(value.shape[1:]) for key, value in batch.items()} == data.info.shapes
    arrays = load_arrays("heads", split="train[:20]", image_size=16)
    assert isinstance(arrays.others["source"], Shared)
    marks = arrays.extras["landmarks"]
    rows = [int(abs(marks - one).sum(axis=(1, 2)).argmin()) for one in batch["landmarks"].numpy()]
    sources = arrays.others["source"][rows] / 127.5 - 1
    np.testing.assert_allclose(batch["source"], sources, atol=1e-6)


def test_whole_splits_are_drawn_once(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_ZOO_CACHE", str(tmp_path))
    monkeypatch.setattr(heads, "_MANY", 2)
    first = load_arrays("heads", split="test[:20]", image_size=8)
    assert isinstance(first.images, np.memmap)
    monkeypatch.setattr(drawing, "render", None)
    again = load_arrays("heads", split="test[:20]", image_size=8)
    np.testing.assert_array_equal(first.images, again.images)
    batch = next(iter(load("heads", split="test[:20]", batch_size=3, image_size=8)))
    sources = first.others["source"][:3] / 127.5 - 1
    np.testing.assert_allclose(batch["source"], sources, atol=1e-6)
    assert len(list(cache.directory().iterdir())) == 1


def test_what_cannot_be_drawn():
    with pytest.raises(ValueError, match="16×32, expected squares"):
        load_arrays("heads", split="test", image_size=(16, 32))
    with pytest.raises(ValueError, match="heads is in colour, got channels=1"):
        load_arrays("heads", split="test", channels=1)
