"""The competitors in Keras: the zoo's own, and the same models of stock Keras layers.

Peers: `zoo` and `stock` in float32, `zoo_bfloat16` and `stock_bfloat16` in mixed precision. A name may end
in `_eigen`: then TensorFlow runs without oneDNN, as it does by default on CPUs without neural-network
instructions.
"""

import functools
import itertools
import os
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

import tfgan_zoo as zoo
from benchmarks.peers import each
from tfgan_zoo import callbacks, layers
from tfgan_zoo.cli import configs, experiment
from tfgan_zoo.layers import conv_routes
from tfgan_zoo.networks import dcgan as networks
from tfgan_zoo.networks import text
from tfgan_zoo.training import RandomStream, decoding, flops

BATCH = 64


def stock(network):
    """Return the same network of stock Keras layers."""

    def same(layer):
        cls = type(layer)
        if cls.__module__.startswith(layers.__name__):
            cls = getattr(keras.layers, cls.__name__)
        return cls.from_config(layer.get_config())

    return keras.models.clone_model(network, clone_function=same)


def _gan(peer, size, width, kernel_size=4, norm="batch"):
    dtype = "mixed_bfloat16" if "bfloat16" in peer else None
    generator = networks.generator((size, size, 3), 100, width, kernel_size, dtype=dtype)
    discriminator = networks.discriminator((size, size, 3), width, kernel_size, norm, dtype=dtype)
    if peer.startswith("stock"):
        generator, discriminator = stock(generator), stock(discriminator)
    return zoo.GAN(generator, discriminator, dtype=dtype)


def _noise(batch, size, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (batch, size, size, 3)).astype(np.float32)


def _training(gan, images):
    """Return one training step on a batch that repeats, and what is to be known of it."""
    iterator = iter(tf.data.Dataset.from_tensors(images).repeat())
    train = gan.make_train_function()

    def step():
        # All results are waited for, as `fit` does.
        return [value.numpy() for value in train(iterator).values()]

    return each(step), {**_facts(), "flops": _flops(gan, images)}


def _flops(gan, images):
    """Count the arithmetic of a step as the algorithm has it, whatever routes the machine takes."""
    chosen = conv_routes.backend
    conv_routes.backend = lambda: "gpu"  # where the stock kernels do all
    try:
        step = tf.function(gan.train_step)
        specs = tf.nest.map_structure(lambda array: tf.TensorSpec(array.shape), images)
        return flops.count(step.get_concrete_function(specs)).total
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
    return _training(gan, {"image": _noise(batch, size)})


def wgan_gp(peer, size=32, width=64):
    """Five critic updates with a gradient penalty, one generator update."""
    gan = _gan(peer, size, width, kernel_size=5, norm="none")
    adam = {p: keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9) for p in gan.players}
    critic = {"loss": "wasserstein", "penalties": ["gradient_penalty"], "discriminator_steps": 5}
    gan.compile(adam, **critic)
    return _training(gan, {"image": _noise(BATCH, size)})


def cyclegan(peer, size=64, batch=1):
    """A turn of both generators, then one of both discriminators, with pools of 50 images."""
    model = zoo.CycleGAN((size, size, 3))
    model.compile()
    weights = sum(int(np.prod(v.shape)) for v in model.trainable_variables)
    images = {domain: _noise(batch, size, seed) for seed, domain in enumerate("ab")}
    step, found = _training(model, images)
    return step, {**found, "weights": weights}


def inference(peer, batch):
    """One call of the exported 64-pixel generator."""
    gan = _gan(peer, 64, 64)
    gan.compile()
    with tempfile.TemporaryDirectory() as folder:
        if peer.startswith("stock"):
            gan.generator.export(folder, verbose=False)  # what Keras users have
        else:
            gan.export(folder)
        loaded = tf.saved_model.load(folder)
    serve = loaded.signatures["serving_default"]
    (name,) = serve.structured_input_signature[1]
    latents = tf.random.normal([batch, 100])

    def run():
        (images,) = serve(**{name: latents}).values()
        return images.numpy()

    return each(run), _facts()


def mnist_fit(peer):
    """A step of the config dcgan_mnist: the bare step on one batch, or all that `tfgan-zoo train` does.

    The data set is read where TFDS_DATA_DIR says. The callbacks are those of the command at the config's
    own intervals; scores and checkpoints, which come every 2,000 and 1,000 steps, are left out, since how
    often somebody wants them is no property of the step.
    """
    config, _ = configs.load("dcgan_mnist")
    data = experiment.make_data(config)
    gan = experiment.make_model(config, data.info)
    if peer == "zoo":
        batch = next(iter(data))
        train = gan.make_train_function()
        iterator = iter(tf.data.Dataset.from_tensors(batch).repeat())
        return each(lambda: [value.numpy() for value in train(iterator).values()]), _facts()

    folder = tempfile.mkdtemp()

    def fit(count):
        start = time.perf_counter()
        gan.fit(
            data,
            epochs=1,
            steps_per_epoch=count,
            verbose=0,
            callbacks=[
                callbacks.ProgressBar(10**9),
                callbacks.SampleGrid(folder, every=config.train.sample_every, real=data),
                callbacks.RunLogger(folder, every=config.train.log_every),
            ],
        )
        return [(time.perf_counter() - start) / count] * count

    return fit, _facts()


def text_roll_outs(peer, batch=BATCH, length=20, vocabulary=5000, count=16):
    """Write sentences, complete each beginning 16 times, and judge all of them by SeqGAN's CNN."""
    generator = text.RecurrentGenerator(
        vocabulary, start_token=0, never_written=(), initializer=0.1
    )
    judge = text.text_cnn(vocabulary, length)

    @tf.function
    def turn(step):
        stream = RandomStream(0, step, batch)
        tokens = decoding.sample(generator, stream.uniform((length,), "tokens"), end_token=None)
        uniforms = stream.uniform((count, length - 1, length), "roll_outs")
        completed = decoding.roll_out(generator, tokens, uniforms, end_token=None)
        judged = tf.sigmoid(judge(tf.reshape(completed, [-1, length])))
        return tf.reduce_mean(tf.reshape(judged, [length - 1, count, batch]), axis=1)

    steps = itertools.count()
    return each(lambda: turn(tf.constant(next(steps), tf.int64)).numpy()), _facts()


WORKLOADS = {
    "dcgan64": dcgan,
    "wgan_gp32": wgan_gp,
    "cyclegan64": cyclegan,
    **{f"inference{batch}": functools.partial(inference, batch=batch) for batch in (1, 16, 64)},
    "mnist_fit": mnist_fit,
    "text_roll_outs": text_roll_outs,
}
