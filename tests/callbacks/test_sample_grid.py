import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tests.callbacks import events, tiny
from tfgan_zoo import pictures, training
from tfgan_zoo.callbacks import RunLogger, SampleGrid
from tfgan_zoo.training.sampling import Sampling


def read(path):
    image = np.asarray(Image.open(path))
    return image if image.ndim == 3 else image[..., None]


def drawn(folder):
    return [int(p.stem.removeprefix("step_")) for p in sorted((folder / "samples").glob("*.png"))]


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_the_picture_is_what_the_model_generates(tmp_path, channels):
    model = tiny.gan(channels)
    tiny.fit(model, 3, [SampleGrid(tmp_path, every=2, samples=5, seed=7)])
    assert drawn(tmp_path) == [0, 2, 3]
    picture = read(tmp_path / "samples" / "step_00000003.png")
    # 5 images of 4×4 in 3 columns, 1 pixel around each, 12 times enlarged
    assert picture.shape == (11 * 12, 16 * 12, channels)
    expected = pictures.enlarge(pictures.grid(model.generate(5, seed=7)), 4)
    np.testing.assert_array_equal(picture, expected)
    assert not np.array_equal(picture, read(tmp_path / "samples" / "step_00000000.png"))

    images = events.read(tmp_path / "tensorboard" / "samples")["samples"]
    assert [step for step, _ in images] == [0, 2, 3]
    np.testing.assert_array_equal(events.picture(images[-1][1]).reshape(picture.shape), picture)


def test_the_same_latents_every_time(tmp_path):
    model = tiny.gan()
    for player in model.optimizers.values():
        player.learning_rate = 0.0
    tiny.fit(model, 2, [SampleGrid(tmp_path, every=1, samples=4)])
    first, *others = [read(tmp_path / "samples" / f"step_0000000{i}.png") for i in range(3)]
    for other in others:
        np.testing.assert_array_equal(first, other)


@pytest.mark.parametrize("kind", ["array", "uint8", "dicts", "tensors", "pairs"])
def test_real_images_beside(tmp_path, kind):
    real = tiny.images(12, channels=3, seed=1)
    dataset = tf.data.Dataset.from_tensor_slices(real)
    given = {
        "array": real,
        "uint8": pictures.to_uint8(real),
        "dicts": dataset.map(lambda x: {"image": x}).batch(5).repeat(),
        "tensors": dataset.batch(5),
        "pairs": dataset.map(lambda x: (x, 0)).batch(5),
    }[kind]
    model = tiny.gan(3)
    tiny.fit(model, 1, [SampleGrid(tmp_path, samples=9, real=given)])
    picture = read(tmp_path / "samples" / "step_00000001.png")[::12, ::12]
    left, bar, right = picture[:, :16], picture[:, 16:22], picture[:, 22:]
    np.testing.assert_array_equal(left, pictures.grid(model.generate(9, seed=0)))
    assert (bar == 128).all()
    np.testing.assert_array_equal(right, pictures.grid(real[:9]))


class Shades(Sampling):
    """Stands in for a conditional GAN: shades are 0.1 times the condition plus a hundredth of the latent."""

    latent_shape, image_shape, iterations, _sampler = (1,), (4, 4, 1), tf.Variable(3), None
    sampling_inputs = {
        "latents": tf.TensorSpec([None, 1]),
        "label": tf.TensorSpec([None], tf.int32),
    }

    condition_count = 0

    def __init__(self, count):
        self.condition_count = count

    def sampling_conditions(self, n):
        return [tf.range(n) % self.condition_count]

    def __call__(self, inputs, training):
        latents, label = inputs
        shade = 0.1 * (tf.cast(label, tf.float32)[:, None] % 10) - 0.5 + 0.01 * latents
        return tf.ones([1, 4, 4, 1]) * shade[:, :, None, None]


@pytest.mark.parametrize(
    ("count", "samples", "conditions"),
    [
        (5, 12, [0, 1, 2, 3, 4]),  # all of them, two latents each
        (40, 17, [0, 10, 20, 30]),  # of too many, some that are spread evenly
        (43, 9, [0, 14, 28]),
    ],
)
def test_rows_have_a_condition_and_columns_have_latents(tmp_path, count, samples, conditions):
    real = tiny.images(samples)
    grid = SampleGrid(tmp_path, samples=samples, seed=7, real=real)
    grid.set_model(Shades(count))
    picture, side = grid.picture()
    rows, columns = len(conditions), samples // len(conditions)
    shade = 0.1 * (np.array(conditions) % 10)[:, None] - 0.5
    shade = shade + 0.01 * training.latents(columns, (1,), 7).numpy()[:, 0]
    images = np.broadcast_to(shade.reshape(-1, 1, 1, 1), [rows * columns, 4, 4, 1])
    expected = pictures.grid(images.astype(np.float32), columns)
    np.testing.assert_array_equal(picture[:, : 5 * columns + 1], expected)
    beside = pictures.grid(real[: rows * columns], columns)
    np.testing.assert_array_equal(picture[:, -5 * columns - 1 :], beside)
    assert side == 4


def test_fewer_real_images_than_samples(tmp_path):
    tiny.fit(tiny.gan(), 1, [SampleGrid(tmp_path, samples=9, real=tiny.images(2))])
    assert read(tmp_path / "samples" / "step_00000001.png").shape == (
        16 * 12,
        (16 + 6 + 11) * 12,
        1,
    )


def test_a_resumed_run_draws_no_picture_at_its_start(tmp_path):
    model = tiny.gan()
    model.iterations.assign(3)
    tiny.fit(model, 4, [SampleGrid(tmp_path, every=5, samples=1)])
    assert drawn(tmp_path) == [5, 7]


def test_the_last_picture_is_drawn_once(tmp_path):
    tiny.fit(tiny.gan(), 4, [SampleGrid(tmp_path / "one", every=2, samples=1)])
    model = tiny.gan(steps_per_execution=3)
    tiny.fit(model, 6, [SampleGrid(tmp_path / "three", every=4, samples=1)])
    for name, steps in {"one": [0, 2, 4], "three": [0, 6]}.items():
        images = events.read(tmp_path / name / "tensorboard" / "samples")["samples"]
        assert [step for step, _ in images] == steps


def test_a_tensorboard_that_watches_the_run_sees_pictures_and_scalars(tmp_path):
    # Its reader goes from one file of a folder to the next, and never back.
    grid = SampleGrid(tmp_path, every=2, samples=1)
    logger = RunLogger(tmp_path, every=1)
    folders = [tmp_path / "tensorboard" / name for name in ("samples", "scalars")]
    watchers = []

    def look():
        logger._writer.flush()
        watchers[:] = watchers or [EventAccumulator(str(folder)) for folder in folders]
        for watcher in watchers:
            watcher.Reload()

    tiny.fit(tiny.gan(), 4, [grid, logger, *(tiny.At(i, look) for i in range(1, 5))])
    look_at_images, look_at_scalars = watchers
    assert [e.step for e in look_at_images.Tensors("samples")] == [0, 2, 4]
    assert [e.step for e in look_at_scalars.Tensors("generator/loss")] == [1, 2, 3, 4]
    # and nothing lies where the two would get in each other's way
    assert not list((tmp_path / "tensorboard").glob("events*"))
