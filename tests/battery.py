"""The checks that every model must pass.

A model's test is a subclass of `ModelBattery` that says how to make a small one and what a batch holds:

    class TestDCGAN(ModelBattery):
        batch = {"image": battery.images(8, (16, 16, 1))}

        def make(self, **kwargs):
            return zoo.DCGAN((16, 16, 1), generator_width=8, discriminator_width=8, **kwargs)
"""

import functools
import json
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo
from tests.served import assert_serves
from tfgan_zoo.callbacks import Checkpoint
from tfgan_zoo.training import BatchValueError, NonFiniteError, RandomStream, randomness


@functools.cache
def two_replicas():
    """Return one strategy for the whole process.

    TensorFlow numbers the collectives of each strategy from the same start, and lets two strategies of
    one process get in each other's way.
    """
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


def images(count, shape, seed=0):
    """Return smooth random images in [-1, 1]."""
    noise = np.random.default_rng(seed).normal(size=(count, *shape))
    return np.tanh(noise).astype(np.float32)


def values(variables):
    """Copy variables' values."""
    return [np.array(v.numpy()) for v in variables]


def assert_same(left, right):
    """Assert that two models' whole states are bit-identical."""
    names = [v.path for v in left.state_variables]
    assert len(names) == len(right.state_variables)
    different = [
        name
        for name, a, b in zip(
            names, values(left.state_variables), values(right.state_variables), strict=True
        )
        if not np.array_equal(a, b)
    ]
    assert not different


def as_written(config):
    """Return a config as a file holds it: without tuples."""
    return json.loads(json.dumps(config, default=repr))


class ModelBattery:
    """Checks for one model; see the module's docstring."""

    batch = None
    # Trainable variables whose gradient is 0 by the mathematics of the loss, by the ends of their paths.
    still = ()
    # Of float16, for models whose gradients overflow at Keras's; it comes down, but not within three steps.
    first_loss_scale = None
    # How far losses in half precision may be from those in single precision after three steps.
    half_tolerance = 0.02
    # How much of the largest value other latents change, at the least, after three steps.
    latents_change = 0.1
    # What is said of a batch that leaves a replica without samples.
    too_small = (ValueError, r"step 0 is too small for 2 replicas.* drop_remaind")

    def make(self, **kwargs):
        """Return a small model, not compiled."""
        raise NotImplementedError

    # --- helpers ------------------------------------------------------------------------------

    def compiled(self, *, sgd=False, compile_options=None, **kwargs):
        model = self.make(**kwargs)
        options = dict(compile_options or {})
        if sgd:
            # Adam's steps hardly depend on a gradient's scale; SGD's do, so that a wrong factor shows.
            options["optimizers"] = {
                player: keras.optimizers.SGD(0.005) for player in model.players
            }
        model.compile(**options)
        return model

    def stream(self, batches=64):
        """Return a data set whose batch at a step is a function of the step, and which can start anywhere."""

        def from_step(step):
            def batch(i):
                shift = tf.cast(i % 7, tf.int32)
                return {k: tf.roll(tf.constant(v), shift, axis=0) for k, v in self.batch.items()}

            dataset = tf.data.Dataset.range(step, batches).map(batch)
            dataset.at, dataset.steps_per_epoch = from_step, batches
            return dataset

        return from_step(0)

    def train(self, model, steps, **kwargs):
        return model.fit(
            self.stream(), steps_per_epoch=steps, epochs=1, verbose=0, **kwargs
        ).history

    # --- the checks ---------------------------------------------------------------------------

    def test_training_is_finite_and_moves_everything(self):
        model = self.compiled()
        before = values(model.state_variables)
        history = self.train(model, 3)
        assert int(model.iterations.numpy()) == 3
        for player in model.players:
            assert f"{player}_loss" in history
            assert f"{player}_gradient_norm" in history
        assert all(np.isfinite(v).all() for v in history.values())
        for variable, old in zip(model.state_variables, before, strict=True):
            assert np.isfinite(variable.numpy()).all(), variable.path
            if variable.trainable:
                moved = not np.array_equal(variable.numpy(), old)
                assert moved != variable.path.endswith(self.still or "nothing"), variable.path

    def test_an_update_moves_its_own_player_and_nobody_else(self):
        model = self.compiled()
        networks = {
            player: [v for network in nets for v in network.weights]
            for player, nets in model.players.items()
        }
        update, seen = model.update, []

        def watched(player, loss_fn):
            before = {name: values(variables) for name, variables in networks.items()}
            # Where its last turn left it: what a player has begun is part of its turn.
            before[player] = own[player]
            logs = update(player, loss_fn)
            own[player] = values(networks[player])
            for name, variables in networks.items():
                for variable, old in zip(variables, before[name], strict=True):
                    moved = not np.array_equal(variable.numpy(), old)
                    still = variable.path.endswith(self.still or "nothing")
                    assert moved == (name == player and not still), (player, variable.path)
            seen.append(player)
            return logs

        batch = {k: tf.constant(v) for k, v in self.batch.items()}
        model.train_step(batch)  # a block whose last layer is 0 at first has its others move later
        own = {name: values(variables) for name, variables in networks.items()}
        model.update = watched
        model.train_step(batch)
        assert set(seen) == set(model.players)

    def test_resume_is_exact(self, tmp_path):
        through = self.compiled(seed=3)
        self.train(through, 6, callbacks=[Checkpoint(tmp_path, every=3)])
        shutil.rmtree(tmp_path / "step_00000006")  # what a run leaves that is killed after step 5
        second, done = self.compiled(seed=3), []
        watch = keras.callbacks.LambdaCallback(on_train_batch_end=lambda *_, **__: done.append(1))
        self.train(second, 6, callbacks=[Checkpoint(tmp_path, every=3), watch])
        assert len(done) == 3
        assert int(second.iterations.numpy()) == 6
        assert_same(through, second)

    def test_two_replicas_equal_one(self):
        one = self.compiled(sgd=True)
        self.train(one, 4)
        strategy = two_replicas()
        with strategy.scope():
            two = self.compiled(sgd=True)
        self.train(two, 4)
        for a, b in zip(one.state_variables, two.state_variables, strict=True):
            np.testing.assert_allclose(a.numpy(), b.numpy(), atol=2e-5, rtol=2e-4, err_msg=a.path)
        for variable in two.state_variables:
            copies = strategy.experimental_local_results(variable.value)
            for copy in copies[1:]:
                np.testing.assert_array_equal(copies[0], copy, err_msg=variable.path)

    def test_load_model_gives_the_same_model(self, tmp_path):
        model = self.compiled()
        self.train(model, 2)
        model.save(tmp_path / "model.keras")
        loaded = tfgan_zoo.load_model(tmp_path / "model.keras")
        assert type(loaded) is type(model)
        assert as_written(loaded.get_config()) == as_written(model.get_config())
        assert_same(model, loaded)
        self.train(model, 2)
        self.train(loaded, 2)
        assert_same(model, loaded)

    @pytest.mark.parametrize(
        "policy", ["mixed_float16", pytest.param("mixed_bfloat16", marks=pytest.mark.long)]
    )
    def test_mixed_precision(self, policy):
        model = self.compiled(dtype=policy)
        if self.first_loss_scale and policy == "mixed_float16":
            for optimizer in model.optimizers.values():
                optimizer.dynamic_scale.assign(self.first_loss_scale)
        history = self.train(model, 3)
        assert all(np.isfinite(v).all() for v in history.values())
        assert {v.dtype for p in model.players for v in model.player_variables(p)} == {"float32"}
        compute = {
            layer.compute_dtype
            for nets in model.players.values()
            for network in nets
            for layer in network._flatten_layers()
        }
        assert policy.removeprefix("mixed_") in compute
        scaled = [
            isinstance(o, keras.optimizers.LossScaleOptimizer) for o in model.optimizers.values()
        ]
        assert scaled == [policy == "mixed_float16"] * len(scaled)
        # In the same places as in float32, if less precisely.
        plain = self.train(self.compiled(), 3)
        for player in model.players:
            key = f"{player}_loss"
            np.testing.assert_allclose(history[key], plain[key], rtol=0.1, atol=self.half_tolerance)

    def test_compiled_by_xla_it_trains_alike(self, monkeypatch):
        # XLA's random numbers are not those of TensorFlow's own kernels; the arithmetic must be.
        def rows(stream, draw, shape, use):
            stream.key(use)  # counts the use
            count = stream._local_batch * int(np.prod(shape))
            waves = tf.sin(1.7 * tf.range(count, dtype=tf.float32) + float(stream._uses[use]))
            uniform = draw is randomness._uniform
            return tf.reshape(tf.abs(waves) if uniform else waves, [-1, *shape])

        monkeypatch.setattr(RandomStream, "_rows", rows)
        plain = self.compiled(sgd=True)
        fast = self.compiled(sgd=True, compile_options={"jit_compile": True})
        assert fast.jit_compile
        self.train(plain, 2)
        self.train(fast, 2)
        for a, b in zip(plain.state_variables, fast.state_variables, strict=True):
            np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-4, rtol=1e-3, err_msg=a.path)

    def test_several_steps_per_execution_train_alike(self):
        single = self.compiled()
        several = self.compiled(compile_options={"steps_per_execution": 3})
        self.train(single, 6)
        self.train(several, 6)
        assert_same(single, several)

    def test_the_export_serves_in_a_fresh_process(self, tmp_path):
        model = self.compiled(ema_decay=0.5)
        self.train(model, 2)
        model.export(tmp_path / "saved")
        assert_serves(tmp_path / "saved")
        # The check compares with images stored by the exporter: are they this model's?
        sample = tf.saved_model.load(str(tmp_path / "saved")).signatures["sample"]
        expected = model.generate(70, seed=5)
        for n in (0, 1, 64, 70):  # none, part of a chunk, a whole one, more than one
            images = sample(n=tf.constant(n), seed=tf.constant(5, tf.int64))["images"]
            assert images.shape == (n, *model.image_shape)
            np.testing.assert_allclose(images, expected[:n], atol=1e-5)

    def test_the_seed_decides(self):
        one, same, other = (self.compiled(seed=s) for s in (1, 1, 2))
        for model in (one, same, other):
            self.train(model, 2)
        assert_same(one, same)
        for player in one.players:
            a, b = values(one.player_variables(player)), values(other.player_variables(player))
            assert all(not np.array_equal(x, y) for x, y in zip(a, b, strict=True) if x.ndim > 1)

    def test_generate_repeats_and_extends(self):
        model = self.compiled()
        self.train(model, 3)  # an untrained generator with batch norm makes next to nothing
        many = model.generate(9, seed=4, batch_size=4)
        assert many.shape == (9, *model.image_shape)
        assert many.dtype == np.float32
        assert np.abs(many).max() <= 1.0
        np.testing.assert_allclose(model.generate(3, seed=4), many[:3], atol=1e-6)
        change = np.abs(model.generate(9, seed=5) - many).max()
        assert change > self.latents_change * np.abs(many).max() > 0
        with pytest.raises(ValueError, match="n is 0"):
            model.generate(0)

    def test_wrong_batches_get_clear_errors(self):
        model = self.compiled()
        image = self.batch["image"]

        def fit(batch):
            model.fit(tf.data.Dataset.from_tensors(batch), verbose=0)

        others = {k: v for k, v in self.batch.items() if k != "image"}
        with pytest.raises(ValueError, match=r"lacks a key .* 'image' .*did you mean 'images'"):
            fit({"images": image, **others})
        with pytest.raises(ValueError, match=r"dtype uint8.* / 127\.5 - 1"):
            fit({**others, "image": np.uint8(image * 100 + 100)})
        with pytest.raises(ValueError, match=r"has shape .*, the model expects \(None,"):
            fit({**others, "image": image[:, :-1]})
        before = values(model.state_variables)
        with pytest.raises(BatchValueError, match=r"at step 0 holds values in \[0, 255\]"):
            fit({**others, "image": np.float32(np.clip(image * 1e6 + 128, 0, 255))})
        broken = image.copy()
        broken[2, 1, 3] = np.nan
        with pytest.raises(BatchValueError, match=r"'image'.*not finite"):
            fit({**others, "image": broken})
        for variable, old in zip(model.state_variables, before, strict=True):
            np.testing.assert_array_equal(variable.numpy(), old, err_msg=variable.path)

    def test_a_batch_smaller_than_the_replicas_gets_a_clear_error_and_changes_nothing(self):
        strategy = two_replicas()
        with strategy.scope():
            model = self.compiled()
        before = values(model.state_variables)
        one = tf.data.Dataset.from_tensor_slices(self.batch).take(1).batch(4)
        error, message = self.too_small
        with pytest.raises(error, match=message):
            model.fit(one, verbose=0)
        for variable, old in zip(model.state_variables, before, strict=True):
            for copy in strategy.experimental_local_results(variable.value):
                np.testing.assert_array_equal(copy, old, err_msg=variable.path)

    def test_a_loss_that_is_not_finite_names_player_and_step_and_changes_nothing(self):
        for index, player in enumerate(self.make().players):
            model = self.compiled()
            self.train(model, 1)
            poison(model, player)
            before = values(model.player_variables(player) + model.optimizers[player].variables)
            with pytest.raises(NonFiniteError, match=f"the {player}'s loss .* at step 1;"):
                self.train(model, 3)
            after = values(model.player_variables(player) + model.optimizers[player].variables)
            for a, b in zip(before, after, strict=True):
                np.testing.assert_array_equal(a, b)
            for nets in model.players.values():
                for network in nets:
                    assert all(np.isfinite(w).all() for w in network.get_weights()), index


_OF_THE_ALGORITHM = (
    "test_training_is_finite_and_moves_everything",
    "test_an_update_moves_its_own_player_and_nobody_else",
    "test_resume_is_exact",
    "test_two_replicas_equal_one",
)

_OF_THE_NETWORKS = (
    "test_load_model_gives_the_same_model",
    "test_mixed_precision",
    "test_the_export_serves_in_a_fresh_process",
)

# How a game is run, whatever the networks: the smallest ones tell.
_OF_ANY_NETWORKS = (
    "test_several_steps_per_execution_train_alike",
    "test_the_seed_decides",
    "test_wrong_batches_get_clear_errors",
    "test_a_batch_smaller_than_the_replicas_gets_a_clear_error_and_changes_nothing",
    "test_a_loss_that_is_not_finite_names_player_and_step_and_changes_nothing",
)


def of_the_smallest_networks(cls):
    """Leave to `make test-all` what depends on the networks, but for the training.

    A decorator for the battery of the model that is traced soonest.
    """
    return keeping(_OF_THE_ALGORITHM[0], *_OF_ANY_NETWORKS)(cls)


def of_a_known_game(cls):
    """Leave to `make test-all` what the smallest networks' battery tells of the same game."""
    others = {name for name in dir(cls) if name.startswith("test_")} - {*_OF_ANY_NETWORKS}
    return keeping(*others)(cls)


def of_known_networks(cls):
    """Leave to `make test-all` what another model's battery tells of the same networks.

    A decorator for batteries: export, mixed precision, XLA and the like do not depend on the algorithm.
    """
    return keeping(*_OF_THE_ALGORITHM)(cls)


def of_own_networks(cls):
    """Leave to `make test-all` what a model's own networks cannot change: how a game is run.

    A decorator for batteries of models of a known algorithm with networks of their own.
    """
    return keeping(*_OF_THE_ALGORITHM, *_OF_THE_NETWORKS)(cls)


def of_known_steps(cls):
    """Leave to `make test-all` what another model's battery tells of the same steps.

    A decorator for batteries of models that differ in what their losses are made of, and in nothing else.
    """
    return keeping(*_OF_THE_ALGORITHM[:2])(cls)


def keeping(*kept):
    """Return a decorator that leaves all tests of a battery but these to `make test-all`."""

    def decorate(cls):
        for name in dir(cls):
            if name.startswith("test_") and name not in kept:
                setattr(cls, name, pytest.mark.long(_copied(getattr(cls, name))))
        return cls

    return decorate


def _copied(test):
    """Return a test that can have marks of its own."""

    @functools.wraps(test)
    def same(*args, **kwargs):
        return test(*args, **kwargs)

    same.pytestmark = list(getattr(test, "pytestmark", []))
    return same


def poison(model, player, from_step=1, until_step=10**9):
    """Make a player's loss NaN from a step on."""
    update = model.update

    def poisoned(name, loss_fn):
        def bad_loss():
            loss = loss_fn()
            loss, logs = loss if isinstance(loss, tuple) else (loss, {})
            step = model.iterations.value
            bad = (step >= from_step) & (step < until_step)
            return loss * tf.where(bad, np.float32("nan"), 1.0), logs

        return update(name, bad_loss if name == player else loss_fn)

    model.update = poisoned
    model.make_train_function(force=True)
