"""SavedModels that translate images without this package."""

import numpy as np
import tensorflow as tf

from tfgan_zoo.training import export, randomness

_IMAGES = 2


def export_routes(model, filepath):
    """Write a translation model as a SavedModel, with its weights frozen into the graph.

    A signature for each of the model's routes, the first of which is `serving_default`, too: `images` float32
    [B, H, W, C] in [-1, 1], and what else the route takes (`label` int32 [B]) -> `images` float32 in
    [-1, 1], or `probabilities` float32 [B, classes] of a classifier. The batch size is free; so are the sizes
    of images where the networks are, multiples of the model's `size_multiple`. Of images there is
    `…_uint8`, too, which returns uint8 in 0…255; and, where the generator has noise, `…_seeded` with a `seed`
    int64 scalar. Without it the seed is 0. The answers are those of the model's `translate` and `classify`.

    Args:
        model: a `Translation`.
        filepath: folder to write.

    Raises:
        FileExistsError: filepath is there and is not a SavedModel.
    """
    export.write_savedmodel(
        filepath, lambda folder: (_write_signatures(model, folder), _write_extras(model, folder))
    )


def _write_signatures(model, folder):
    endpoints = {}
    for name in model.routes:
        endpoints |= _endpoints(model, name)
    first = next(iter(model.routes))
    defaults = {"serving_default": first, "serving_uint8": f"{first}_uint8"}
    endpoints |= {name: endpoints[e] for name, e in defaults.items() if e in endpoints}
    served = tf.Module()
    served.endpoints = endpoints
    tf.saved_model.save(served, str(folder), endpoints)


def _endpoints(model, name):
    """Return dict of name -> function of one route's signatures."""
    _, channels, others, output = model.routes[name]
    size = (None, None) if model.free_size else model.image_shape[:2]
    images = tf.TensorSpec([None, *size, channels], tf.float32, name="images")
    seed = tf.TensorSpec([], tf.int64, name="seed")

    def through(images, seed, *told):
        rows = tf.range(tf.shape(images, tf.int64)[0])
        return model.noisy(name, images, rows, seed, *told)

    translate = export.frozen(through, [images, seed, *others.values()])

    def answer(images, seed, told):
        multiple = model.size_multiple
        fits = tf.debugging.assert_equal(
            tf.shape(images)[1:3] % multiple, 0, f"both sides must be multiples of {multiple}"
        )
        least = model.smallest_side
        large = tf.debugging.assert_greater_equal(
            tf.shape(images)[1:3], least, f"both sides must have at least {least} pixels"
        )
        with tf.control_dependencies([check for check in (fits, large) if check is not None]):
            return translate(tf.identity(images), seed, *[told[key] for key in others])

    def plain(images, **told):
        return {output: answer(images, tf.constant(0, tf.int64), told)}

    def as_uint8(images, **told):
        return {output: export.to_uint8(plain(images, **told)[output])}

    def seeded(images, seed, **told):
        return {output: answer(images, seed, told)}

    kinds = {name: (plain, {})}
    if output == "images":
        kinds[f"{name}_uint8"] = (as_uint8, {})
    if output == "images" and model.has_noise:
        kinds[f"{name}_seeded"] = (seeded, {"seed": seed})
    return {
        kind: tf.function(function).get_concrete_function(images, **extra, **others)
        for kind, (function, extra) in kinds.items()
    }


def _write_extras(model, folder):
    reference = {}
    for route, (_, channels, others, output) in model.routes.items():
        shape = (*model.image_shape[:2], channels)
        images = randomness.uniforms(_IMAGES, shape, export.REFERENCE_SEED).numpy() * 2.0 - 1.0
        told = {
            name: np.zeros([_IMAGES], spec.dtype.as_numpy_dtype) for name, spec in others.items()
        }
        made = model.through(route, images, _IMAGES, **told)
        asked = {"images": images, **told}
        reference |= {f"{route}/input/{name}": values for name, values in asked.items()}
        reference[f"{route}/output/{output}"] = made
    info = {
        "image_shape": list(model.image_shape),
        "size_multiple": model.size_multiple,
        "routes": list(model.routes),
    }
    export.write_extras(model, folder, reference, info)
