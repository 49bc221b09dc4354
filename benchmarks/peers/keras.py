"""The competitors in Keras: the zoo's own, and the same models of stock Keras layers.

Peers: `zoo` and `stock` in float32, `zoo_bfloat16` and `stock_bfloat16` in mixed precision. A peer's name may end
in `_eigen`: then TensorFlow runs without oneDNN, as it does by default on CPUs without neural-network
instructions.
"""

import os
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

import tfgan_zoo as zoo
from tfgan_zoo import layers
from tfgan_zoo.layers import conv_routes
from tfgan_zoo.networks import dcgan as networks
from tfgan_zoo.training import flops

BATCH = 64


def stock(network):
    """Return the same network of stock Keras layers."""

    def same(layer):
        cls = type(layer)
        if cls.__module__.startswith(layers.__name__):
            cls = getattr(keras.layers, cls.__name__)
        return cls.from_config(layer.get_config())

    return keras.models.clone_model(network, clone_function=same)


def _gan(peer, size, width, kernel_size=4, batch_norm_in_critic=True, cls=zoo.GAN):
    dtype = "mixed_bfloat16" if "bfloat16" in peer else None
    generator = networks.generator((size, size, 3), 100, width, kernel_size, dtype=dtype)
    discriminator = networks.discriminator((size, size, 3), width, kernel_size, dtype=dtype)
    if not batch_norm_in_critic:
        discriminator = _without_batch_norm(discriminator)
    if peer.startswith("stock"):
        generator, discriminator = stock(generator), stock(discriminator)
    return cls(generator, discriminator, dtype=dtype)


def _without_batch_norm(network):
    x = inputs = keras.Input(network.input_shape[1:])
    for layer in network.layers[1:]:
        if isinstance(layer, keras.layers.BatchNormalization):
            continue
        x = type(layer).from_config(
            {**layer.get_config(), **({"use_bias": True} if hasattr(layer, "use_bias") else {})}
        )(x)
    return keras.Model(inputs, x, name="discriminator")


def _training(gan, size, batch=BATCH):
    """Return one training step, and what is to be known of it."""
    images = np.random.default_rng(0).uniform(-1, 1, (batch, size, size, 3)).astype(np.float32)
    iterator = iter(tf.data.Dataset.from_tensors(images).repeat())
    train = gan.make_train_function()

    def step():
        # All results are waited for, as `fit` does.
        return [value.numpy() for value in train(iterator).values()]

    return step, {**_facts(), "flops": _flops(gan, images)}


def _flops(gan, images):
    """Count the arithmetic of a step as the algorithm has it, whatever routes the machine takes."""
    chosen = conv_routes.backend
    conv_routes.backend = lambda: "gpu"  # where the stock kernels do all
    try:
        step = tf.function(lambda images: gan.train_step({"image": images}))
        return flops.count(step.get_concrete_function(tf.TensorSpec(images.shape))).total
    finally:
        conv_routes.backend = chosen


def _facts():
    return {
        "version": f"TensorFlow {tf.__version__}, Keras {keras.__version__}",
        "backend": conv_routes.backend(),
    }


def dcgan(peer, size=64, width=64, batch=BATCH):
    """One step of DCGAN, with the fakes shared between the turns as PyTorch's example does."""
    gan = _gan(peer, size, width)
    gan.compile(share_fakes=True)
    return _training(gan, size, batch)


class _WGANGP(zoo.GAN):
    """Wasserstein GAN with gradient penalty (Gulrajani et al. 2017, arXiv 1704.00028)."""

    def discriminator_loss(self, batch, fakes=None, training=True):
        real = batch["image"]
        fakes = tf.stop_gradient(self.fakes(training) if fakes is None else fakes)
        mix = self.random.uniform((1, 1, 1), "penalty")
        between = mix * real + (1 - mix) * fakes
        with tf.GradientTape() as tape:
            tape.watch(between)
            scores = self.discriminator(between, training=training)
        squares = tf.reduce_sum(tf.square(tape.gradient(scores, between)), axis=[1, 2, 3])
        penalty = tf.reduce_mean(tf.square(tf.sqrt(squares + 1e-12) - 1.0))
        real, fake = (self.discriminator(x, training=training) for x in (real, fakes))
        return tf.reduce_mean(fake) - tf.reduce_mean(real) + 10.0 * penalty


class _Wasserstein:
    generator_needs_real = False

    def generator(self, real, fake):
        return -tf.reduce_mean(fake)

    def discriminator(self, real, fake):
        return tf.reduce_mean(fake) - tf.reduce_mean(real)


def wgan_gp(peer, size=32, width=64):
    """Five critic updates with a gradient penalty, one generator update."""
    gan = _gan(peer, size, width, kernel_size=5, batch_norm_in_critic=False, cls=_WGANGP)
    adam = {p: keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9) for p in gan.players}
    gan.compile(adam, loss=_Wasserstein(), discriminator_steps=5)
    return _training(gan, size)


def _inference(batch):
    def build(peer):
        gan = _gan(peer, 64, 64)
        gan.compile()
        with tempfile.TemporaryDirectory() as folder:
            if peer.startswith("stock"):
                # What Keras users have: the generator's own export.
                gan.generator.export(folder, verbose=False)
            else:
                gan.export(folder)
            serve = tf.saved_model.load(folder).signatures["serving_default"]
        (name,) = serve.structured_input_signature[1]
        latents = tf.random.normal([batch, 100])

        def run():
            return [images.numpy() for images in serve(**{name: latents}).values()]

        return run, {**_facts(), "model": serve}

    def quiet(peer):
        run, facts = build(peer)
        facts.pop("model")
        return run, facts

    return quiet


WORKLOADS = {
    "dcgan64": dcgan,
    "wgan_gp32": wgan_gp,
    "inference1": _inference(1),
    "inference16": _inference(16),
    "inference64": _inference(64),
}
