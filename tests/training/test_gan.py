"""What GAN and AdversarialModel add beyond what the battery checks for every model."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tests.training.two_players import SHAPE, data, make, networks, sgd
from tfgan_zoo.training import NonFiniteError, faults
from tfgan_zoo.training.averaging import average_rate

# --- the algorithm --------------------------------------------------------------------------------


@pytest.mark.parametrize("share_fakes", [False, True])
def test_the_first_step_is_the_paper_s(share_fakes):
    """One SGD step of each player against gradients taken by hand from the formulas."""
    gan = make({**sgd(), "share_fakes": share_fakes})
    images = battery.images(4, SHAPE)
    w, b = (v.numpy().astype(np.float64) for v in gan.discriminator.trainable_variables)
    gw, gb = (v.numpy().astype(np.float64) for v in gan.generator.trainable_variables)
    latents = []
    fakes = gan.fakes

    def recorded(batch, training=True):
        stream = gan.random
        gan._open.stream = type(stream)(gan.seed, gan.iterations.value, 4)
        gan._open.stream._uses = dict(stream._uses)
        latents.append(gan._open.stream.normal((3,), "latents").numpy().astype(np.float64))
        gan._open.stream = stream
        return fakes(batch, training)

    gan.fakes = recorded
    gan.train_step(tf.constant(images))

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    x = images.reshape(4, 16).astype(np.float64)
    fake = np.tanh(latents[0] @ gw + gb)
    # d/dw of mean softplus(-real) + mean softplus(fake)
    real_slope, fake_slope = sigmoid(x @ w + b) - 1, sigmoid(fake @ w + b)
    new_w = w - 0.1 * (x.T @ real_slope + fake.T @ fake_slope) / 4
    new_b = b - 0.1 * (real_slope + fake_slope).mean(0)
    got_w, got_b = (v.numpy() for v in gan.discriminator.trainable_variables)
    np.testing.assert_allclose(got_w, new_w, atol=1e-6)
    np.testing.assert_allclose(got_b, new_b, atol=1e-6)
    # The generator meets the discriminator that has just moved, with fresh latents unless they are shared.
    assert len(latents) == (1 if share_fakes else 2)
    assert share_fakes or np.abs(latents[0] - latents[1]).min() > 0
    fake = np.tanh(latents[-1] @ gw + gb)
    slope = (sigmoid(fake @ new_w + new_b) - 1) @ new_w.T * (1 - fake**2)
    got_gw, got_gb = (v.numpy() for v in gan.generator.trainable_variables)
    np.testing.assert_allclose(got_gw, gw - 0.1 * latents[-1].T @ slope / 4, atol=1e-6)
    np.testing.assert_allclose(got_gb, gb - 0.1 * slope.mean(0), atol=1e-6)


class SharedFakes(battery.ModelBattery):
    """The parts of the battery that sharing could break, with batch norm in both networks."""

    batch = {"image": battery.images(8, (16, 16, 1))}

    def make(self, **kwargs):
        return zoo.DCGAN((16, 16, 1), 4, 8, 8, ema_decay=0.9, **kwargs)

    def compiled(self, compile_options=None, **kwargs):
        return super().compiled(
            compile_options={"share_fakes": True, **(compile_options or {})}, **kwargs
        )


@pytest.mark.long
@pytest.mark.parametrize(
    "check",
    [
        "test_two_replicas_equal_one",
        "test_a_loss_that_is_not_finite_names_player_and_step_and_changes_nothing",
    ],
)
def test_shared_fakes_in_the_battery(check):
    getattr(SharedFakes(), check)()


def test_shared_fakes_move_the_generator_s_statistics_once_and_in_its_turn():
    """Its moving mean after a step is that of one batch of fakes; a turn that fails leaves it as it was."""
    norm = keras.layers.BatchNormalization(momentum=0.75)
    generator = keras.Sequential([keras.Input((3,)), norm, keras.layers.Dense(16, "tanh")])
    generator.add(keras.layers.Reshape(SHAPE))
    gan = zoo.GAN(generator, networks()[1])
    gan.compile(share_fakes=True)
    batch = {"image": tf.constant(battery.images(4, SHAPE))}
    gan.unpack(batch)
    mean = gan.random.normal((3,), "latents").numpy().mean(0)
    gan.train_step(batch)
    np.testing.assert_allclose(norm.moving_mean.numpy(), 0.25 * mean, atol=1e-6)
    before = battery.values(generator.weights)
    battery.poison(gan, "discriminator")
    with pytest.raises(NonFiniteError, match="the discriminator's"):
        gan.fit(data(), verbose=0)
    for variable, old in zip(generator.weights, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), old, err_msg=variable.path)


def test_a_turn_that_was_begun_does_not_undo_others_turns():
    gan = zoo.DCGAN((16, 16, 1), 4, generator_width=2, discriminator_width=2)
    gan.compile(share_fakes=True)
    norm = gan.discriminator.get_layer("norm_2")
    batch = {"image": tf.constant(battery.images(4, (16, 16, 1)))}
    gan.unpack(batch)
    fakes = gan.begin("generator", lambda: gan.fakes(batch))
    np.testing.assert_array_equal(norm.moving_mean, np.zeros(4))
    gan.update("discriminator", lambda: gan.discriminator_loss(batch, fakes))
    moved = norm.moving_mean.numpy()
    assert np.abs(moved).min() > 0.0
    gan.update("generator", lambda: gan.generator_loss(batch, fakes))
    np.testing.assert_array_equal(norm.moving_mean, moved)


@pytest.mark.parametrize("options", [{}, {"share_fakes": True}, {"steps_per_execution": 2}])
def test_the_step_is_traced_once(options):
    gan, traced = make(options), []
    step = gan.train_step
    gan.train_step = lambda data: traced.append(1) or step(data)
    for _ in range(2):
        gan.fit(data(), epochs=2, verbose=0)
    assert len(traced) == 1


def test_xla_is_off_on_a_cpu_and_on_beside_a_gpu(monkeypatch):
    if not tf.config.list_physical_devices("GPU"):
        assert not make().jit_compile
    beside = [*tf.config.list_physical_devices(), tf.config.PhysicalDevice("GPU:0", "GPU")]
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: beside)
    assert make().jit_compile


def test_discriminator_steps():
    gan = make({"discriminator_steps": 3})
    gan.fit(data(), steps_per_epoch=2, verbose=0)
    turns = {player: int(o.iterations.numpy()) for player, o in gan.optimizers.items()}
    assert turns == {"discriminator": 6, "generator": 2}


@pytest.mark.parametrize("name", zoo.losses.names())
def test_every_loss_trains_and_is_restored(name, tmp_path):
    gan = make({"loss": name})
    history = gan.fit(data(), verbose=0).history
    assert np.isfinite(history["generator_loss"]).all()
    gan.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert type(loaded.adversarial_loss) is type(zoo.losses.get(name))
    battery.assert_same(gan, loaded)


def test_a_loss_of_one_s_own_gets_real_logits_in_the_generator_s_turn():
    seen = []

    class Own:
        def discriminator(self, real_logits, fake_logits):
            return tf.reduce_mean(fake_logits - real_logits)

        def generator(self, real_logits, fake_logits):
            seen.append(real_logits.shape)
            return tf.reduce_mean(real_logits - fake_logits)

    gan = make({"loss": Own(), "run_eagerly": True})
    gan.train_step(tf.constant(battery.images(4, SHAPE)))
    assert seen == [(4, 1)]


def test_held_out_losses():
    gan = make()
    before = battery.values(gan.state_variables)
    result = gan.evaluate(data(), verbose=0, return_dict=True)
    assert {"discriminator_loss", "generator_loss"} <= set(result)
    for v, old in zip(gan.state_variables, before, strict=True):
        np.testing.assert_array_equal(v.numpy(), old)
    # An untrained linear discriminator's losses, from its own logits.
    history = gan.fit(data(), validation_data=data(), verbose=0).history
    assert np.isfinite(history["val_discriminator_loss"]).all()


def test_held_out_images_are_checked_too():
    gan = make()
    with pytest.raises(zoo.training.BatchValueError, match=r"values in \[-\d"):
        gan.evaluate(battery.images(4, SHAPE) * 9, verbose=0)
    gan.fit(data(), verbose=0)  # and the fault is not carried into training


# --- averaging ------------------------------------------------------------------------------------


def test_the_average_is_the_recurrence():
    gan = make(ema_decay=0.3)
    expected = [np.float64(w) for w in gan.generator.get_weights()]
    for t in range(5):
        gan.fit(data(1), verbose=0)
        decay = min(0.3, (1 + t) / (10 + t))
        expected = [
            decay * e + (1 - decay) * w
            for e, w in zip(expected, gan.generator.get_weights(), strict=True)
        ]
        for e, w in zip(expected, gan.averaged_generator.get_weights(), strict=True):
            np.testing.assert_allclose(w, e, atol=1e-6)
    np.testing.assert_allclose(average_rate(0.999, 0), 0.9, atol=1e-6)
    np.testing.assert_allclose(average_rate(0.999, 10**6), 0.001, atol=1e-6)


def test_sampling_uses_the_average():
    gan = make(ema_decay=0.9)
    gan.averaged_generator.set_weights([w * 0 for w in gan.averaged_generator.get_weights()])
    np.testing.assert_array_equal(gan.generate(2, seed=0), np.zeros([2, *SHAPE], np.float32))
    assert np.abs(make().generate(2, seed=0)).max() > 0


# --- faults ---------------------------------------------------------------------------------------


def test_after_a_fault_nothing_moves_until_the_end_of_the_execution():
    gan = make({"steps_per_execution": 4}, ema_decay=0.9)
    battery.poison(gan, "discriminator", from_step=2)
    with pytest.raises(NonFiniteError, match="at step 2;") as caught:
        gan.fit(data(), verbose=0)
    assert (caught.value.player, caught.value.step) == ("discriminator", 2)
    assert int(gan.iterations.numpy()) == 2
    assert int(gan.generator_optimizer.iterations.numpy()) == 2
    assert int(gan.discriminator_optimizer.iterations.numpy()) == 2


def test_rolling_back_goes_on_from_a_copy_with_the_next_batch(monkeypatch):
    monkeypatch.setattr(faults, "SNAPSHOT_EVERY", 4)
    gan = make({"on_non_finite": "roll_back"})
    battery.poison(gan, "generator", from_step=6, until_step=7)
    copies = []
    keep = faults.RollBack.keep

    def watched(self, step):
        before = self._step
        keep(self, step)
        if self._step != before:
            copies.append((step, battery.values(gan.generator.weights)))

    monkeypatch.setattr(faults.RollBack, "keep", watched)
    gan.make_train_function(force=True)
    stream = iter(data(16))
    for _ in range(6):
        gan.train_function(stream)
    assert [step for step, _ in copies] == [0, 4]
    gan.train_function(stream)  # step 6 fails: back to the weights of step 4, on to step 7
    assert int(gan.iterations.numpy()) == 7
    for w, kept in zip(gan.generator.weights, copies[-1][1], strict=True):
        np.testing.assert_array_equal(w.numpy(), kept)
    gan.train_function(stream)
    assert int(gan.iterations.numpy()) == 8


def test_rolling_back_gives_up(monkeypatch):
    monkeypatch.setattr(faults, "SNAPSHOT_EVERY", 4)
    gan = make({"on_non_finite": "roll_back"})
    battery.poison(gan, "generator", from_step=2)
    with pytest.raises(NonFiniteError, match="at step 5;"):  # steps 2, 3 and 4 are rolled back
        gan.fit(data(), verbose=0)


def test_float16_overflow_halves_the_scale_instead():
    generator, _ = networks()
    wide = keras.Sequential(
        [
            keras.Input(SHAPE),
            keras.layers.Flatten(),
            keras.layers.Dense(1, kernel_initializer="ones", dtype="mixed_float16"),
            keras.layers.Rescaling(1e4, dtype="float32"),
        ]
    )
    gan = zoo.GAN(generator, wide)
    gan.compile(loss="least_squares")
    before = battery.values(gan.discriminator.trainable_variables)
    gan.fit(data(1), verbose=0)  # gradients of 1e4² · 2¹⁵ do not fit into float16
    scale = float(gan.discriminator_optimizer.dynamic_scale.numpy())
    assert scale == 2.0**14
    for v, old in zip(gan.discriminator.trainable_variables, before, strict=True):
        np.testing.assert_array_equal(v.numpy(), old)


# --- replicas -------------------------------------------------------------------------------------


def test_replicas_that_reduce_to_one_device():
    """The other of TensorFlow's two ways to reduce, with merge_call instead of collectives."""
    one = make(sgd(), ema_decay=0.9)
    start = one.get_weights()
    strategy = tf.distribute.MirroredStrategy(
        ["CPU:0", "CPU:1"], cross_device_ops=tf.distribute.ReductionToOneDevice()
    )
    with strategy.scope():
        two = make(sgd(), ema_decay=0.9)
    two.set_weights(start)
    one.fit(data(), verbose=0)
    two.fit(data(), verbose=0)
    assert int(two.iterations.numpy()) == 8
    for a, b in zip(one.state_variables, two.state_variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-6, err_msg=a.path)


@pytest.mark.parametrize(
    "make_strategy", [tf.distribute.OneDeviceStrategy, tf.distribute.MirroredStrategy]
)
def test_a_strategy_of_one_replica_is_like_none(make_strategy):
    plain = make(ema_decay=0.9)
    start = plain.get_weights()
    with make_strategy(
        "CPU:0" if make_strategy is tf.distribute.OneDeviceStrategy else ["CPU:0"]
    ).scope():
        single = make(ema_decay=0.9)
    single.set_weights(start)
    plain.fit(data(), verbose=0)
    single.fit(data(), verbose=0)
    battery.assert_same(plain, single)


def test_a_wrong_value_on_the_second_replica_is_named_and_stops_both():
    with battery.two_replicas().scope():
        gan = make(sgd())
    before = battery.values(gan.state_variables)
    images = battery.images(4, SHAPE)
    images[3, 0, 0, 0] = 5.0
    with pytest.raises(
        zoo.training.BatchValueError, match=r"at step 0 holds values in \[-0.*, 5\]"
    ):
        gan.fit(tf.data.Dataset.from_tensors(images), verbose=0)
    for v, old in zip(gan.state_variables, before, strict=True):
        for copy in battery.two_replicas().experimental_local_results(v.value):
            np.testing.assert_array_equal(copy, old, err_msg=v.path)


def test_batches_that_replicas_cannot_share():
    with battery.two_replicas().scope():
        gan = make()
    with pytest.raises(ValueError, match=r"batch of 5 .* 2 replicas; .* such as 4 or 6"):
        gan.fit(data().unbatch().batch(5, drop_remainder=True), verbose=0)
    with pytest.raises(ValueError, match=r"batch of 1 .* multiple of 2, such as 2"):
        gan.fit(data().unbatch().batch(1, drop_remainder=True), verbose=0)


# --- fit and evaluate -----------------------------------------------------------------------------


class Unwritable:
    """A loss without get_config."""

    generator_needs_real = False

    def discriminator(self, real_logits, fake_logits):
        return tf.reduce_mean(tf.nn.relu(1 - real_logits)) + tf.reduce_mean(
            tf.nn.relu(1 + fake_logits)
        )

    def generator(self, real_logits, fake_logits):
        return -tf.reduce_mean(fake_logits)


def test_a_loss_of_one_s_own_resumes_from_checkpoints(tmp_path):
    keras.utils.set_random_seed(0)
    through = make({"loss": Unwritable()})
    through.fit(data(), verbose=0)
    for batches in (4, 8):
        keras.utils.set_random_seed(0)  # the same weights at the start
        gan = make({"loss": Unwritable()})
        checkpoint = zoo.callbacks.Checkpoint(tmp_path, every=2)
        gan.fit(stream(), steps_per_epoch=batches, verbose=0, callbacks=[checkpoint])
    battery.assert_same(through, gan)
    loaded = zoo.load_model(tmp_path / "step_00000008" / "model.keras")
    with pytest.raises(ValueError, match="call compile"):
        loaded.fit(data(), verbose=0)


def stream():
    whole = data()
    whole.at = lambda step: data().skip(step)
    whole.steps_per_epoch = 8
    return whole


@pytest.mark.parametrize("arrays", [True, False])
def test_the_same_script_again_ends_at_the_same_step(tmp_path, arrays):
    for _ in range(2):
        gan = make()
        checkpoint = zoo.callbacks.Checkpoint(tmp_path, every=5)
        if arrays:
            x = battery.images(18, SHAPE)  # five batches, the last one short
            gan.fit(x, None, 4, 3, verbose=0, callbacks=checkpoint)
        else:
            gan.fit(data(5), epochs=3, verbose=0, callbacks=[checkpoint])
        assert int(gan.iterations.numpy()) == 15


def test_a_resumed_run_must_know_its_epochs(tmp_path):
    for again in (False, True):
        gan = make()
        endless = data().repeat()
        options = {"callbacks": [zoo.callbacks.Checkpoint(tmp_path, every=5)], "verbose": 0}
        if again:
            with pytest.raises(ValueError, match="give steps_per_epoch"):
                gan.fit(endless, **options)
        else:
            gan.fit(endless, steps_per_epoch=2, **options)


def test_held_out_streams_end():
    held_out = zoo.datasets.load("digits", split="train[90%:]", batch_size=32, image_size=16)
    gan = zoo.VanillaGAN((16, 16, 1), 4, generator_width=8, discriminator_width=4)
    gan.compile()
    assert np.isfinite(gan.evaluate(held_out, verbose=0, return_dict=True)["generator_loss"])
    history = gan.fit(held_out, validation_data=held_out, steps_per_epoch=1, verbose=0).history
    assert np.isfinite(history["val_generator_loss"]).all()


def test_a_second_fit_rolls_back_to_what_it_began_with():
    gan = make({"on_non_finite": "roll_back"})
    gan.fit(data(2), verbose=0)
    gan.set_weights([w * 0 + 1 if w.dtype == np.float32 else w for w in gan.get_weights()])
    update = gan.update
    battery.poison(gan, "generator", from_step=2, until_step=3)
    gan.fit(data(1), verbose=0)
    gan.update = update
    for w in gan.generator.get_weights():
        np.testing.assert_array_equal(w, np.ones_like(w))


def test_a_loss_scale_of_one_s_own_is_restored(tmp_path):
    scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(), initial_scale=64.0)
    gan = make({"optimizers": {"generator": scaled}})
    gan.fit(data(1), verbose=0)
    gan.save(tmp_path / "m.keras")
    loaded = zoo.load_model(tmp_path / "m.keras")
    assert loaded.generator_optimizer.initial_scale == 64.0
    battery.assert_same(gan, loaded)
