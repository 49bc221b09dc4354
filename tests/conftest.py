"""Settings for all tests; they must come before TensorFlow starts."""

import gc
import os
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# NumPy's products and decompositions in one thread, as TensorFlow's below.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# What tests keep is not in the user's cache.
os.environ.setdefault("TFGAN_ZOO_CACHE", os.path.join(tempfile.gettempdir(), "tfgan_zoo_tests"))
import keras
import pytest
import tensorflow as tf
from tensorflow.python.framework import ops

# Two logical devices stand for two replicas on any machine.
_CPU = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(_CPU, [tf.config.LogicalDeviceConfiguration()] * 2)
# One thread: test processes share the cores, and sums come out the same every time. (Op determinism would
# do so too, but Keras refuses XLA with it.)
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(2)

# Data this small need no tuning, and an iterator that tunes waits up to half a second at its end.
_UNTUNED = tf.data.Options()
_UNTUNED.autotune.enabled = False
_begin = tf.data.Dataset.__iter__
tf.data.Dataset.__iter__ = lambda dataset: _begin(dataset.with_options(_UNTUNED))

# Begun last, each of these would leave the other cores idle for a minute.
_SLOWEST = ("test_readme.py", "test_kill.py", "test_multi_worker.py")


def pytest_collection_modifyitems(items):
    """Begin with the slowest files."""
    items.sort(key=lambda item: item.path.name not in _SLOWEST)


@pytest.fixture(autouse=True)
def _fresh_keras():
    """Give every test the same global seed and none of the former test's names."""
    # Without a collection of garbage, which takes seconds when a thousand tests have left theirs.
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(0)
    keras.mixed_precision.set_global_policy("float32")


@pytest.fixture(autouse=True, scope="module")
def _short_collections():
    """Let go of a file's traced steps; have later collections of garbage skip what outlives it."""
    yield
    keras.utils.clear_session(free_memory=False)
    # Every traced step of Keras reduces its gradients by a function with a gradient of its own, and
    # TensorFlow keeps those by name forever, with the graphs that they hold: gigabytes over a suite.
    kept = ops.gradient_registry._registry
    for name in [name for name in kept if name.startswith("CustomGradient-")]:
        del kept[name]
    gc.collect()
    gc.freeze()
