"""The scenes are deterministic, and images, factors, labels and captions agree."""

import hashlib
import multiprocessing

import numpy as np
import pytest

from tfgan_zoo.datasets import captions, load, load_arrays, shapes_drawing, shapes_scene


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A data_dir with a small `shapes` set (the builder's code, fewer examples)."""
    directory = tmp_path_factory.mktemp("tfds")
    build(directory)
    return directory


def build(directory):
    from tfgan_zoo.datasets import shapes

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shapes, "SIZES", {"train": 300, "test": 60})
        load_arrays("shapes", split="train", data_dir=directory)


def test_examples_are_pinned():
    images = [shapes_scene.render(shapes_scene.make_scene(s, i)) for s in (0, 1) for i in range(50)]
    assert hashlib.sha256(np.stack(images).tobytes()).hexdigest()[:16] == "59ca34edac5129f8"
    assert str(shapes_scene.make_scene(0, 0).caption) == (
        "a large purple diamond below a small cyan cross"
    )


def test_a_set_has_what_its_scenes_have(built):
    arrays = load_arrays("shapes", split="test", data_dir=built)
    assert arrays.info.label_names == captions.SHAPES
    texts = [str(shapes_scene.make_scene(1, index).caption) for index in range(60)]
    assert arrays.info.example_captions == tuple(texts)
    np.testing.assert_array_equal(arrays.info.tokenizer.tokens(texts), arrays.extras["caption"])
    shouted = [text.upper() for text in texts]  # as people may type a caption
    np.testing.assert_array_equal(arrays.info.tokenizer.tokens(shouted), arrays.extras["caption"])
    assert arrays.images.shape == (60, 32, 32, 3)
    for index in range(60):
        scene = shapes_scene.make_scene(1, index)
        np.testing.assert_array_equal(arrays.images[index], shapes_scene.render(scene))
        assert captions.decode(arrays.extras["caption"][index]) == str(scene.caption)
        assert captions.SHAPES[arrays.labels[index]] == scene.main.shape
        for key, value in shapes_scene.factors(scene).items():
            np.testing.assert_array_equal(arrays.extras[f"factor_{key}"][index], value)


def test_batches(built):
    dataset = load("shapes", data_dir=built, batch_size=16)
    batch = next(iter(dataset))
    assert set(batch) == set(dataset.info.keys)
    assert batch["caption"].shape == (16, captions.MAX_TOKENS)
    assert {str(v.dtype).split("'")[1] for k, v in batch.items() if k != "image"} == {"int32"}
    for tokens in batch["caption"].numpy():
        assert captions.is_valid(captions.decode(tokens))


def test_two_builds_are_equal(built, tmp_path):
    build(tmp_path)
    one, other = (load_arrays("shapes", split="train", data_dir=d) for d in (built, tmp_path))
    np.testing.assert_array_equal(one.images, other.images)
    np.testing.assert_array_equal(one.extras["caption"], other.extras["caption"])


@pytest.mark.long  # two interpreters that import TensorFlow; the test below has the same race
def test_two_processes_may_build_at_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=build, args=(tmp_path,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert [entry.name for entry in (tmp_path / "shapes").iterdir()] == ["1.0.0"]


def test_the_loser_of_a_race_uses_the_winners_set(tmp_path, monkeypatch):
    from tfgan_zoo.datasets.shapes import Shapes

    original = Shapes._split_generators

    def overtaken(self, dl_manager):
        monkeypatch.setattr(Shapes, "_split_generators", original)
        build(tmp_path)  # the other process finishes first
        return original(self, dl_manager)

    monkeypatch.setattr(Shapes, "_split_generators", overtaken)
    build(tmp_path)
    assert len(load_arrays("shapes", split="test", data_dir=tmp_path).images) == 60
    assert [entry.name for entry in (tmp_path / "shapes").iterdir()] == ["1.0.0"]


def test_a_build_that_fails_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OSError, match=r"could not be prepared .*data_dir="):
        load("shapes", data_dir=tmp_path / "file")


def test_scenes_keep_their_word():
    scenes = [shapes_scene.make_scene(0, i) for i in range(2000)]
    relations = {
        "left of": lambda a, b: b.x - a.x > abs(a.y - b.y),
        "right of": lambda a, b: a.x - b.x > abs(a.y - b.y),
        "above": lambda a, b: b.y - a.y > abs(a.x - b.x),
        "below": lambda a, b: a.y - b.y > abs(a.x - b.x),
    }
    for scene in scenes:
        if len(scene.things) == 2:
            first, second = scene.things
            assert relations[scene.relation](first, second)
            assert first.size != second.size
            assert first.colour != second.colour
            assert scene.main.size == "large"
        for thing in scene.things:  # whole objects, in their colour (the middle is never empty)
            pixel = shapes_scene.render(scene)[thing.y, thing.x]
            assert tuple(pixel) == shapes_drawing.RGB[thing.colour]
    counts = np.bincount([len(scene.things) for scene in scenes])
    assert counts[1] / 2000 == pytest.approx(1 / 3, abs=0.04)
    for shape in captions.SHAPES:
        share = np.mean([scene.main.shape == shape for scene in scenes])
        assert share == pytest.approx(1 / 5, abs=0.04)


def test_every_object_lies_inside_the_picture():
    for shape in captions.SHAPES:
        for size in captions.SIZES:
            covered = shapes_drawing.coverage(shape, size)
            assert covered.max() == 16
            reach = len(covered) // 2
            for index in range(300):
                for thing in shapes_scene.make_scene(1, index).things:
                    if (thing.shape, thing.size) == (shape, size):
                        assert reach <= min(thing.x, thing.y)
                        assert max(thing.x, thing.y) <= 32 - reach


def test_every_caption_survives_parsing_and_tokens():
    for index in range(500):
        caption = shapes_scene.make_scene(0, index).caption
        text = str(caption)
        assert captions.parse(text) == caption
        assert captions.decode(captions.encode(text)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' where 'a' belongs"),
        ("a red small circle", "'red' where a size"),
        ("a small red", "'the end' where a shape"),
        ("a small red circle under a large blue square", "'under' where one of left of"),
        ("a small red circle left a large blue square", "'left' where one of"),
        ("a small red circle above a large blue square above", "'above' where the end"),
    ],
)
def test_what_is_no_caption(text, message):
    assert not captions.is_valid(text)
    with pytest.raises(ValueError, match=message):
        captions.parse(text)


def test_tokens_outside_the_vocabulary():
    with pytest.raises(ValueError, match="'tiny' is not in the vocabulary"):
        captions.encode("a tiny red circle")
    with pytest.raises(ValueError, match="token 99 is outside"):
        captions.decode([1, 99])
