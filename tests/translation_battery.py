"""The checks that every model that translates images must pass: the battery, with its own use and export."""

import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tests.served import assert_serves
from tfgan_zoo.training import BatchValueError

KEPT = (
    "test_training_is_finite_and_moves_everything",
    "test_resume_is_exact",
    "test_two_replicas_equal_one",
    "test_the_export_serves_in_a_fresh_process",
)
# The rest is left to `make test-all`: Pix2Pix tells it of the base that all share.
kept = battery.keeping(*KEPT)


class TranslationBattery(battery.ModelBattery):
    """Checks for one model; `images` says which of the batch are translated in the tests."""

    key = "source"

    def ways(self):
        """Return the ways to translate, a list of keywords of `translate` with the signature of each."""
        return [({}, "serving_default", {})]

    def use(self, model, images, **which):
        """Return what a model makes of images."""
        return model.translate(images, **which)

    @property
    def sources(self):
        return self.batch[self.key]

    def test_generate_repeats_and_extends(self):
        model = self.compiled()
        self.train(model, 2)
        for which, _, _ in self.ways():
            many = self.use(model, self.sources, batch_size=3, **which)
            assert len(many) == len(self.sources)
            assert many.dtype == np.float32
            assert 0.0 < np.abs(many).max() <= 1.0
            few = self.use(model, self.sources[:2], **which)
            np.testing.assert_allclose(few, many[:2], atol=1e-5)
            assert np.abs(many[1] - many[0]).max() > 1e-4
        if model.has_noise:
            other = model.translate(self.sources, seed=1)
            assert np.abs(other - model.translate(self.sources)).max() > 1e-4

    def test_the_export_serves_in_a_fresh_process(self, tmp_path):
        model = self.compiled()
        self.train(model, 2)
        model.export(tmp_path / "saved")
        assert_serves(tmp_path / "saved")
        # The check compares with what the exporter stored: is it this model's?
        served = tf.saved_model.load(str(tmp_path / "saved"))
        sizes = [self.sources[:3], *([self.larger(model)] if model.free_size else [])]
        for which, signature, told in self.ways():
            for images in sizes:
                asked = {name: tf.fill([len(images)], value) for name, value in told.items()}
                answer = served.signatures[signature](images=tf.constant(images), **asked)
                expected = self.use(model, images, **which)
                ((_, made),) = answer.items()
                np.testing.assert_allclose(made, expected, atol=1e-5)
        wrong = self.larger(model)[:, 1:]
        with pytest.raises(ValueError, match=r"the nearest that works is|, and no other"):
            self.use(model, wrong, **which)
        if model.free_size:
            with pytest.raises(tf.errors.InvalidArgumentError, match="multiples of"):
                served.signatures[signature](images=tf.constant(wrong), **asked)
        if model.free_size and model.smallest_side > model.size_multiple:
            small = self.sources[:3, : model.size_multiple, : model.size_multiple]
            with pytest.raises(tf.errors.InvalidArgumentError, match="at least"):
                served.signatures[signature](images=tf.constant(small), **asked)

    def larger(self, model):
        """Return images of another size than those of training."""
        _, height, width, channels = self.sources.shape
        size = (height + model.size_multiple, width + 2 * model.size_multiple, channels)
        return battery.images(2, size, seed=5)

    def test_wrong_batches_get_clear_errors(self):
        model = self.compiled()
        images, key = self.sources, self.key
        others = {k: v for k, v in self.batch.items() if k != key}

        def fit(given):
            model.fit(tf.data.Dataset.from_tensors(given), verbose=0)

        with pytest.raises(ValueError, match=f"lacks a key .* '{key}'"):
            fit(others)
        with pytest.raises(ValueError, match=r"dtype uint8.* / 127\.5 - 1"):
            fit({**others, key: np.uint8(images * 100 + 100)})
        with pytest.raises(ValueError, match=r"has shape .*, the model expects \(None,"):
            fit({**others, key: images[:, :-1]})
        before = battery.values(model.state_variables)
        with pytest.raises(BatchValueError, match=r"at step 0 holds values in \[0, 255\]"):
            fit({**others, key: np.float32(np.clip(images * 1e6 + 128, 0, 255))})
        for variable, old in zip(model.state_variables, before, strict=True):
            np.testing.assert_array_equal(variable.numpy(), old, err_msg=variable.path)
        for bad, message in (
            (images[0], r"expected \(N, H, W, \d\)"),
            (np.uint8(images * 100 + 100), r"x / 127\.5 - 1"),
            (images * 200, r"expected \[-1, 1\]"),
            (np.concatenate([images] * 5, axis=3), "images have shape"),
        ):
            with pytest.raises(ValueError, match=message):
                self.use(model, bad, **self.ways()[0][0])
