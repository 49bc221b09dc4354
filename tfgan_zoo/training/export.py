"""SavedModels that serve without this package."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from tfgan_zoo.training import batches, randomness

REFERENCE_FILE = "assets.extra/reference.npz"
INFO_FILE = "assets.extra/model.json"
REFERENCE_SEED, REFERENCE_SAMPLES = 42, 8

# Images made at a time inside the `sample` signature, which bounds the memory of a large request.
_CHUNK = 64


def to_uint8(images):
    """Return images in [-1, 1] as uint8 in 0…255."""
    return tf.cast(tf.clip_by_value(tf.round((images + 1.0) * 127.5), 0.0, 255.0), tf.uint8)


def export_generator(gan, filepath):
    """Write a model's sampling generator as a SavedModel, with its weights frozen into the graph.

    Signatures, all with a free batch size and inference statistics:

    * `serving_default`: `latents` float32 [B, …], and what a conditional model is told (`label` int32 [B],
      `caption` string [B], …; see its `serving_inputs`), -> `images` float32 [B, H, W, C] in [-1, 1];
    * `serving_uint8`: the same -> `images` uint8 in 0…255;
    * `sample`: `n` int32 and `seed` int64, both scalars -> `images` float32 [n, H, W, C], the same
      images as `model.generate(n, seed)`;
    * `sample_uint8`: the same, as uint8;
    * `sample_given`, of a conditional model: `seed` int64, a scalar, and what it is told -> `images` float32
      [B, H, W, C], the same images as `model.generate(B, seed, label=…)`;
    * `sample_given_uint8`: the same, as uint8.

    Args:
        gan: a model with what `training.sampling` offers.
        filepath: folder to write.

    Raises:
        FileExistsError: filepath is there and is not a SavedModel.
    """
    write_savedmodel(
        filepath, lambda folder: (_write_signatures(gan, folder), _write_extras(gan, folder))
    )


def write_savedmodel(filepath, write):
    """Write a SavedModel's folder, whole or not at all.

    Args:
        filepath: folder to write; an older SavedModel there is replaced as a whole.
        write: function that writes the files into the empty folder that it is given.

    Raises:
        FileExistsError: filepath is there and is not a SavedModel.
    """
    filepath = Path(filepath)
    if filepath.exists() and not _replaceable(filepath):
        raise FileExistsError(
            f"{str(filepath)!r} exists and is not a SavedModel; choose another path or remove it"
        )
    filepath.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and renamed, so that a server never loads half a model.
    scratch = Path(tempfile.mkdtemp(prefix=f".{filepath.name}-", dir=filepath.parent))
    try:
        os.chmod(scratch, 0o755)
        write(scratch)
        if filepath.exists():
            old = scratch.with_name(f"{scratch.name}-old")
            os.rename(filepath, old)
            os.rename(scratch, filepath)
            shutil.rmtree(old)
        else:
            os.rename(scratch, filepath)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise


def _replaceable(filepath):
    return filepath.is_dir() and (
        (filepath / "saved_model.pb").exists() or not any(filepath.iterdir())
    )


def frozen(function, specs):
    """Return a function whose weights are constants of its graph, to be served.

    With constants, TensorFlow arranges weights for its kernels once and not in every call.

    Args:
        function: from tensors to a tensor.
        specs: list of their `tf.TensorSpec`.
    """
    concrete = tf.function(function, input_signature=list(specs)).get_concrete_function()
    graph = convert_variables_to_constants_v2(concrete).graph
    definition = graph.as_graph_def()
    for node in definition.node:
        # Nobody trains what is served, and loading would warn about gradients that are not there.
        node.attr.pop("_gradient_op_type", None)

    def restored(*inputs):
        fed = {tensor.name: value for tensor, value in zip(graph.inputs, inputs, strict=True)}
        outputs = [graph.outputs[0].name]
        return tf.graph_util.import_graph_def(definition, fed, outputs, name="")[0]

    return tf.compat.v1.wrap_function(restored, list(specs))


def refusing(name, values, limit=None):
    """Return values of a request, in a served graph that refuses those outside ±limit, or no finite numbers.

    Args:
        name: what the error calls them.
        values: floats of any shape.
        limit: None for any finite number.
    """
    most = values.dtype.max if limit is None else limit + batches.RANGE_TOLERANCE
    fits = tf.reduce_all(tf.abs(values) <= most)  # nothing compares with what is no number
    bounds = "that are no finite numbers"
    if limit is not None:
        bounds = f"outside [-{limit:g}, {limit:g}], or that are no numbers"
    with tf.control_dependencies([tf.debugging.Assert(fits, [f"{name} has values {bounds}"])]):
        return tf.identity(values)


def _write_signatures(gan, folder):
    specs = gan.serving_inputs

    def call(*inputs):
        inputs = inputs[0] if len(inputs) == 1 else list(inputs)
        return tf.cast(gan(inputs, training=False), tf.float32)

    generator = frozen(call, gan.sampling_inputs.values())

    def decode(*inputs):
        return tf.ensure_shape(generator(*inputs), [None, *gan.image_shape])

    def drawn(n, seed):
        return randomness.latents(n, gan.latent_shape, seed)

    def sample(n, *inputs):
        """Make n images, some at a time, which bounds the memory of a large request."""
        size = tf.clip_by_value(n, 1, _CHUNK)
        chunks = tf.maximum((n + size - 1) // size, 1)

        def in_chunks(rows):
            # The last chunk is filled with zeros, cut off again below.
            padding = [[0, chunks * size - n]] + [[0, 0]] * (len(rows.shape) - 1)
            return tf.reshape(tf.pad(rows, padding), [chunks, size, *rows.shape[1:]])

        images = tf.map_fn(
            lambda chunk: decode(*chunk),
            tuple(map(in_chunks, inputs)),
            fn_output_signature=tf.TensorSpec([None, *gan.image_shape], tf.float32),
            parallel_iterations=1,
        )
        return tf.reshape(images, [-1, *gan.image_shape])[:n]

    def of_request(**inputs):
        return decode(*gan.from_request(*[inputs[name] for name in specs]))

    def of_seed(n, seed):
        return sample(n, drawn(n, seed), *gan.sampling_conditions(n))

    def of_seed_and_conditions(seed, **conditions):
        n = tf.shape(next(iter(conditions.values())))[0]
        inputs = {"latents": drawn(n, seed), **conditions}
        return sample(n, *gan.from_request(*[inputs[name] for name in specs]))

    n, seed = tf.TensorSpec([], tf.int32, name="n"), tf.TensorSpec([], tf.int64, name="seed")
    asked = {"serving": (of_request, specs), "sample": (of_seed, {"n": n, "seed": seed})}
    conditions = {name: spec for name, spec in specs.items() if name != "latents"}
    if conditions:
        asked["sample_given"] = (of_seed_and_conditions, {"seed": seed, **conditions})
    served, signatures = tf.Module(), {}
    served.tokenizer, served.endpoints = gan.tokenizer, {}  # a SavedModel holds what hangs in it
    for name, (make, inputs) in asked.items():
        for suffix, finish in (
            ("_default" * (name == "serving"), tf.identity),
            ("_uint8", to_uint8),
        ):
            served.endpoints[name + suffix] = answer = _answering(make, finish)
            signatures[name + suffix] = answer.get_concrete_function(**inputs)
    tf.saved_model.save(served, str(folder), signatures)


def _answering(make, finish):
    return tf.function(lambda **given: {"images": finish(make(**given))})


def _conditions(gan):
    names = list(gan.serving_inputs)[1:]
    return dict(zip(names, gan.serving_conditions(REFERENCE_SAMPLES), strict=True))


def _write_extras(gan, folder):
    latents = randomness.latents(REFERENCE_SAMPLES, gan.latent_shape, REFERENCE_SEED).numpy()
    arrays = {"latents": latents, **_conditions(gan), "images": gan.decode(latents)}
    info = {
        "latent_shape": list(gan.latent_shape),
        "image_shape": list(gan.image_shape),
        "averaged_generator": gan.averaged_generator is not None,
        **gan.serving_facts,
    }
    write_extras(gan, folder, arrays, info)


def write_extras(model, folder, reference, info):
    """Write what lies beside a SavedModel: answers to check it by, and what it is.

    Args:
        model: the model.
        folder: the SavedModel's.
        reference: dict of name -> array: requests with `REFERENCE_SEED`, and their answers.
        info: dict for JSON.
    """
    (folder / REFERENCE_FILE).parent.mkdir(exist_ok=True)
    np.savez(folder / REFERENCE_FILE, **reference, seed=np.int64(REFERENCE_SEED))
    info = {
        "model": type(model).__name__,
        **info,
        "step": int(model.iterations.numpy()),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
    }
    (folder / INFO_FILE).write_text(json.dumps(info, indent=2) + "\n", encoding="utf-8")
