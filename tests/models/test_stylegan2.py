"""StyleGAN2 passes the battery; its styles are mixed, tracked and truncated as they should be."""

import types

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tfgan_zoo.features import features_of


class _Whole(battery.ModelBattery):
    batch = {"image": battery.images(8, (16, 20, 1))}

    def make(self, **kwargs):
        sizes = {"generator_width": 4, "discriminator_width": 4, "max_width": 8}
        sizes |= {"mapping_depth": 2, "convolutions": 1}
        return zoo.StyleGAN2((16, 20, 1), 6, **{"ema_decay": 0.9, **sizes, **kwargs})


# Below, with penalties: exact resume; and what is exported.
@battery.keeping("test_training_is_finite_and_moves_everything")
class TestStyleGAN2(_Whole):
    def compiled(self, *, compile_options=None, **kwargs):
        # The penalties' second derivatives take most of the time; the tests below have them.
        options = {"penalties": [], **(compile_options or {})}
        return super().compiled(compile_options=options, **kwargs)


@pytest.mark.long
def test_with_its_penalties_resume_is_exact(tmp_path):
    _Whole().test_resume_is_exact(tmp_path)


@pytest.mark.long
def test_with_its_penalties_two_replicas_equal_one():
    _Whole().test_two_replicas_equal_one()


@pytest.mark.long
def test_with_its_penalties_compiled_by_xla_it_trains_alike(monkeypatch):
    _Whole().test_compiled_by_xla_it_trains_alike(monkeypatch)


@pytest.mark.long
def test_with_its_penalties_mixed_precision():
    _Whole().test_mixed_precision("mixed_float16")


def opened(gan, batch=8):
    """Open a step of the model, and return its batch."""
    return gan.unpack({"image": tf.constant(battery.images(batch, gan.image_shape))})


def layer(gan, name):
    return gan.generator.get_layer(name)


def test_styles_mix_per_sample_from_a_place_on():
    """A sample's places take one style, then another's: in 90 %, with each border as likely."""
    gan = _Whole().make()
    count, places = 4000, layer(gan, "synthesis").input_shape[1]
    assert places == 5  # four stages, and the last image
    opened(gan, 4)
    gan._open.stream = zoo.training.RandomStream(0, gan.iterations.value, count)
    latents = gan.draw_latents()
    with gan.random.active():
        mixed = gan.mapping(latents).numpy()
    own = layer(gan, "mapping")(latents).numpy()
    assert mixed.shape == (count, places, 6)
    same = np.isclose(mixed, own[:, None], atol=1e-5).all(axis=2)
    borders = same.sum(axis=1)
    assert (same == (np.arange(places) < borders[:, None])).all()
    others = mixed[borders < places, -1]
    assert len(np.unique(others, axis=0)) == len(others)  # each its own other
    for row, border in zip(mixed[:50], borders[:50], strict=True):
        np.testing.assert_array_equal(row[border:], np.tile(row[-1], [places - border, 1]))
    shares = np.bincount(borders, minlength=places + 1) / count
    expected = np.array([0.0] + [0.9 / (places - 1)] * (places - 1) + [0.1])
    np.testing.assert_allclose(shares, expected, atol=4 * (0.25 / count) ** 0.5)


def test_without_training_or_with_mixing_0_nothing_mixes():
    gan = _Whole().make(mixing=0.0)
    opened(gan)
    latents = gan.draw_latents()
    own = layer(gan, "mapping")(latents).numpy()
    for styles in (gan.mapping(latents), _Whole().make().mapping(latents, training=False)):
        np.testing.assert_allclose(styles, np.repeat(own[:, None], 5, axis=1), atol=1e-6)
    images = gan.synthesis(gan.mapping(latents, training=False), training=False)
    np.testing.assert_allclose(images, gan.generator(latents), atol=1e-5)


def test_the_mean_style_follows_the_generators_turns():
    gan = _Whole().make(ema_decay=0.5)
    gan.compile(optimizers={p: keras.optimizers.SGD(0.0) for p in gan.players})
    batch, mean = {"image": _Whole.batch["image"]}, np.zeros(6)
    averaged = np.zeros(6)
    for step in range(4):
        stream = zoo.training.RandomStream(0, tf.constant(step, tf.int64), 8)
        stream.normal((6,), "latents")  # the discriminator's
        styles = layer(gan, "mapping")(stream.normal((6,), "latents")).numpy().mean(axis=0)
        gan.train_step(batch)
        mean += (1.0 - (1.0 + step) / (10.0 + step)) * (styles - mean)
        averaged += (1.0 - min(0.5, (1.0 + step) / (10.0 + step))) * (mean - averaged)
    np.testing.assert_allclose(layer(gan, "mean_style").mean.numpy(), mean, atol=1e-5)
    kept = gan.averaged_generator.get_layer("mean_style").mean.numpy()
    np.testing.assert_allclose(kept, averaged, atol=1e-5)
    assert np.abs(mean).max() > 0.05


def test_a_bad_turn_leaves_the_mean_style_as_it_was():
    gan = _Whole().make()
    gan.compile(penalties=[])
    batch = {"image": _Whole.batch["image"]}
    gan.train_step(batch)
    before = layer(gan, "mean_style").mean.numpy()
    battery.poison(gan, "generator")
    gan.train_step(batch)
    np.testing.assert_array_equal(layer(gan, "mean_style").mean.numpy(), before)


def test_truncation_moves_styles_towards_their_mean(tmp_path):
    gan = _Whole().make(ema_decay=None)
    layer(gan, "mean_style").mean.assign(np.linspace(-1.0, 1.0, 6))
    latents = zoo.training.randomness.latents(5, (6,), 7)
    mean = layer(gan, "mean_style").mean.numpy()
    styles = mean + 0.4 * (layer(gan, "mapping")(latents).numpy() - mean)
    expected = layer(gan, "synthesis")(np.repeat(styles[:, None], 5, axis=1))
    cut = gan.generate(5, seed=7, truncation=0.4)
    np.testing.assert_allclose(cut, expected, atol=1e-5)
    assert np.abs(cut - gan.generate(5, seed=7)).max() > 0.1
    np.testing.assert_allclose(gan.generate(5, seed=7), gan(latents), atol=1e-5)
    np.testing.assert_allclose(gan.generate(5, seed=7, truncation=1), gan(latents), atol=1e-5)
    same = gan.generate(5, seed=7, truncation=0)
    np.testing.assert_allclose(same, np.repeat(same[:1], 5, axis=0), atol=1e-5)
    for wrong in (-0.1, "much", float("nan"), True, [0.5]):
        with pytest.raises(ValueError, match="truncation is"):
            gan.generate(2, truncation=wrong)
        with pytest.raises(ValueError, match="truncation is"):
            gan.sampling_conditions(2, psi=wrong)
    for given in (0.7, "much"):
        with pytest.raises(ValueError, match="ψ is given as truncation"):
            gan.generate(2, psi=given)
    np.testing.assert_allclose(gan.generate(5, seed=7, truncation=np.float32(0.4)), cut, atol=1e-6)

    gan.export(tmp_path / "saved")
    serve = tf.saved_model.load(str(tmp_path / "saved")).signatures["serving_default"]
    served = serve(latents=latents, truncation=tf.constant([0.4, 1.0, 0.4, 0.4, 0.0]))["images"]
    np.testing.assert_allclose(served[0], cut[0], atol=1e-5)
    np.testing.assert_allclose(served[1], gan(latents)[1], atol=1e-5)
    np.testing.assert_allclose(served[4], same[0], atol=1e-5)


def test_the_default_optimizers_are_corrected_for_lazy_penalties():
    gan = _Whole().make()
    gan.compile()
    for player, k in (("discriminator", 16), ("generator", 4)):
        adam, c = gan.optimizers[player], k / (k + 1)
        np.testing.assert_allclose(float(adam.learning_rate), 2e-3 * c, rtol=1e-6)
        assert adam.beta_1 == 0.0
        np.testing.assert_allclose(adam.beta_2, 0.99**c, rtol=1e-9)
    gan.compile(penalties=["r1"])
    for adam in gan.optimizers.values():
        np.testing.assert_allclose(float(adam.learning_rate), 2e-3, rtol=1e-6)
        np.testing.assert_allclose(adam.beta_2, 0.99, rtol=1e-9)


def test_path_length_is_of_the_styles():
    """‖Jᵀ y‖² by the Jacobian of the images by a style for each place, written out."""
    gan = _Whole().make(mixing=0.0)
    gan.compile()
    (penalty,) = (p for p in gan.penalties if p.kind == "path_length")
    opened(gan, 2)
    turn = types.SimpleNamespace(
        latents=gan.draw_latents,
        mapping=gan.mapping,
        synthesis=gan.synthesis,
        random=gan.random,
    )
    ours = penalty.squared_lengths(turn).numpy()
    stream = zoo.training.RandomStream(0, tf.constant(0, tf.int64), 2)
    styles = gan.mapping(stream.normal((6,), "latents"), training=False)
    y = stream.normal(gan.image_shape, "path_length") / (16 * 20) ** 0.5

    @tf.function
    def jacobian():
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(styles)
            images = gan.synthesis(styles)
        return tape.batch_jacobian(images, styles, experimental_use_pfor=False)

    gradient = np.einsum("bhwcpf,bhwc->bpf", jacobian(), y)
    expected = np.square(gradient).sum(axis=2).mean(axis=1)
    np.testing.assert_allclose(ours, expected, rtol=1e-3)


@pytest.mark.parametrize("shape", [(16, 16, 4), (28, 28, 1), (50, 33, 3), (64, 128, 3)])
def test_images_of_any_shape(shape):
    gan = zoo.StyleGAN2(
        shape, 4, generator_width=2, discriminator_width=2, max_width=4, mapping_depth=1
    )
    images = gan.generate(2, seed=0)
    assert images.shape == (2, *shape)
    assert gan.discriminator(images).shape == (2, 1)
    features = features_of(gan.discriminator)
    assert features.outputs[0] is gan.discriminator.get_layer("features").output


def test_the_output_may_be_squashed():
    latents = 9.0 * np.random.default_rng(0).normal(size=(4, 6)).astype(np.float32)
    linear, squashed = _Whole().make(), _Whole().make(output_activation="tanh")
    raw = linear.generator(latents, training=True)  # clipped at inference only
    for training in (True, False):
        images = squashed.generator(latents, training=training)
        np.testing.assert_allclose(images, np.tanh(raw), atol=1e-6)
    assert squashed.get_config()["output_activation"] == "tanh"
    with pytest.raises(ValueError, match=r"unknown output_activation 'tahn'.*'tanh'"):
        _Whole().make(output_activation="tahn")


def test_latent_consistency_compares_latents_and_nothing_else():
    # With style mixing and noise; two independent draws would be worlds apart.
    gan = _Whole().make()
    images = tf.constant(_Whole.batch["image"])
    measured = {}
    for sigma in (1e-4, 1e-1):
        penalty = {
            "name": "latent_consistency",
            "player": "generator",
            "sigma": sigma,
            "weight": 1.0,
        }
        gan.compile(penalties=[penalty])
        gan.unpack({"image": images})
        with gan.random.active():
            _, logs = gan.generator_loss({"image": images})
        measured[sigma] = -float(logs["latent_consistency"])
    assert 0.0 < measured[1e-4] < 1e-4 * measured[1e-1]


def test_default_optimizers_before_compile():
    optimizers = _Whole().make().default_optimizers()
    assert float(optimizers["generator"].learning_rate) == pytest.approx(2e-3)


def test_sizes_that_cannot_be_are_refused_by_name():
    with pytest.raises(ValueError, match=r"StyleGAN2 makes images from 16 to 128"):
        zoo.StyleGAN2((8, 16, 1))
    with pytest.raises(ValueError, match="mapping_depth is 0"):
        zoo.StyleGAN2((16, 16, 1), mapping_depth=0)
    with pytest.raises(ValueError, match=r"mixing is 1\.5, expected a number in \[0, 1\]"):
        zoo.StyleGAN2((16, 16, 1), mixing=1.5)
    with pytest.raises(ValueError, match="StyleGAN2 takes no 'label'"):
        _Whole().make().generate(1, label=0)
