"""Write a REST and a gRPC request for every signature of an exported SavedModel.

    python export/make_requests.py exported/dcgan_digits/1 --name=dcgan_digits \
        --output=export/serving/examples

For each signature: `NAME.json`, the body of a REST request, and `NAME.textproto`, a
`tensorflow.serving.PredictRequest` in text format. All of them ask for the first images that the exporter
stored in `assets.extra/reference.npz`, so that the right answer is known. Needs TensorFlow and NumPy.
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow starts
import numpy as np
import tensorflow as tf
from google.protobuf import text_format
from tensorflow.core.framework import tensor_pb2
from tensorflow.core.protobuf import saved_model_pb2

IMAGES = 2  # asked for in each request


def read_signatures(path):
    """Return dict of signature name -> its inputs (dict of name -> `TensorInfo`), as a server reads it."""
    file = Path(path) / "saved_model.pb"
    if not file.exists():
        raise FileNotFoundError(f"{str(path)!r} is not a SavedModel: no saved_model.pb in it")
    saved = saved_model_pb2.SavedModel.FromString(file.read_bytes())
    (graph,) = (g for g in saved.meta_graphs if tf.saved_model.SERVING in g.meta_info_def.tags)
    return {
        name: dict(sorted(graph.signature_def[name].inputs.items()))
        for name in sorted(graph.signature_def)
        if not name.startswith("__")  # TensorFlow's own
    }


def example_inputs(signature, infos, reference):
    """Return dict of input name -> array that asks for the first reference images.

    Raises:
        ValueError: an input that this script knows no example for.
    """
    rows = {name: value[:IMAGES] for name, value in reference.items() if value.ndim}
    known = {
        **rows,  # latents, and what else a sample is made of: labels, truncation
        **_of_route(signature, rows),
        "n": np.array(IMAGES),
        "seed": reference.get("seed", np.array(0)),
    }
    inputs = {}
    for name, info in infos.items():
        if name not in known:
            raise ValueError(f"signature {signature!r} takes {name!r}, which has no example here")
        # Strings as Unicode: TensorFlow's own are Python objects to NumPy.
        is_text = tf.as_dtype(info.dtype) == tf.string
        inputs[name] = known[name].astype(str if is_text else tf.as_dtype(info.dtype).name)
    return inputs


def _of_route(signature, rows):
    """Return what a signature of a model that translates or animates takes, stored by its route."""
    routes = list(dict.fromkeys(name.split("/")[0] for name in rows if "/input/" in name))
    fits = [route for route in routes if signature == route or signature.startswith(f"{route}_")]
    if not routes:
        return {}
    start = f"{(fits or routes)[0]}/input/"  # the first route is what a server does by itself
    return {name.removeprefix(start): row for name, row in rows.items() if name.startswith(start)}


def rest_request(signature, inputs):
    """Return the body of a REST request.

    Rows (`instances`), where the first axis of every input counts images; columns (`inputs`) where an
    input is a scalar, since a row of scalars would arrive as vectors.
    """
    lists = {name: _as_lists(value) for name, value in inputs.items()}
    if any(value.ndim == 0 for value in inputs.values()):
        return {"signature_name": signature, "inputs": lists}
    rows = [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
    return {"signature_name": signature, "instances": rows}


def _as_lists(value):
    if value.dtype == np.float32:
        value = value.astype(str).astype(np.float64)  # 0.1, not 0.10000000149011612
    return value.tolist()


def grpc_request(model, signature, inputs):
    """Return a `tensorflow.serving.PredictRequest` in text format, made without its Python package."""
    lines = [
        "# proto-file: tensorflow_serving/apis/predict.proto",
        "# proto-message: tensorflow.serving.PredictRequest",
        f'model_spec {{ name: "{model}" signature_name: "{signature}" }}',
    ]
    for name, value in inputs.items():
        lines += ["inputs {", f'  key: "{name}"', "  value {", _tensor_text(value), "  }", "}"]
    return "\n".join(lines) + "\n"


def _tensor_text(value):
    proto = tensor_pb2.TensorProto(dtype=tf.as_dtype(value.dtype).as_datatype_enum)
    for size in value.shape:
        proto.tensor_shape.dim.add(size=size)
    if value.dtype.kind == "U":
        proto.string_val.extend(text.encode() for text in value.ravel().tolist())
    else:
        field = {"float32": "float_val", "int32": "int_val", "int64": "int64_val"}[value.dtype.name]
        getattr(proto, field).extend(value.ravel().tolist())
    if value.ndim == 0:
        proto.tensor_shape.SetInParent()  # a scalar's shape is there, and empty
    return text_format.MessageToString(proto, indent=4, use_short_repeated_primitives=True).rstrip(
        "\n"
    )


def write(path, model, output):
    """Write the requests of a SavedModel; return the files."""
    reference_file = Path(path) / "assets.extra" / "reference.npz"
    signatures = read_signatures(path)
    if not reference_file.exists():
        raise FileNotFoundError(f"{str(path)!r} was not exported by tfgan_zoo: no {reference_file}")
    with np.load(reference_file) as stored:
        reference = dict(stored)
    output = Path(output)
    output.mkdir(parents=True, exist_ok=True)
    files = []
    for signature, infos in signatures.items():
        inputs = example_inputs(signature, infos, reference)
        body = json.dumps(rest_request(signature, inputs))
        for suffix, text in (
            ("json", body + "\n"),
            ("textproto", grpc_request(model, signature, inputs)),
        ):
            files.append(output / f"{signature}.{suffix}")
            files[-1].write_text(text, encoding="utf-8")
    return files


def main():
    """Write the requests of one SavedModel."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("savedmodel", help="folder of the SavedModel")
    parser.add_argument("--name", default="dcgan_digits", help="the model's name on the server")
    parser.add_argument("--output", default="requests", help="folder for the files")
    flags = parser.parse_args()
    try:
        files = write(flags.savedmodel, flags.name, flags.output)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    for file in files:
        print(file)


if __name__ == "__main__":
    sys.exit(main())
