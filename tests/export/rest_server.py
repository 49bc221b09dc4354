"""A small server that speaks TensorFlow Serving's REST dialect and answers from a real SavedModel.

As strict as the real one in what the clients could get wrong: names, types, shapes, rows or columns. See
https://www.tensorflow.org/tfx/serving/api_rest and json_tensor.cc in tensorflow/serving.
"""

import contextlib
import http.server
import json
import threading

import numpy as np
import tensorflow as tf


class RequestError(ValueError):
    """A request that the server answers with status 400."""


def _tensor(name, value, info):
    dtype = tf.as_dtype(info.dtype).as_numpy_dtype
    array = np.array(value)
    integers = np.issubdtype(dtype, np.integer)
    if array.dtype == object or (integers and not np.issubdtype(array.dtype, np.integer)):
        raise RequestError(f"JSON Value: {value} is not of expected type: {dtype.__name__}")
    shape = [dim.size for dim in info.tensor_shape.dim]
    fits = array.ndim == len(shape) and all(
        s in (-1, n) for s, n in zip(shape, array.shape, strict=True)
    )
    if not fits:
        raise RequestError(f"input {name!r} has shape {array.shape}, expected {shape}")
    return array.astype(dtype)


def tensors_of(body, infos):
    """Return the arrays of a predict request, by the signature's inputs (dict of `TensorInfo`)."""
    if ("instances" in body) == ("inputs" in body):
        raise RequestError("expecting one of 'inputs' or 'instances'")
    if "instances" in body:
        rows = body["instances"]
        if not isinstance(rows[0], dict):
            if len(infos) > 1:
                raise RequestError("instances is a plain list, but expecting list of objects")
            rows = [{next(iter(infos)): row} for row in rows]
        for row in rows:
            if set(row) != set(infos):
                raise RequestError(f"keys must be equal to: {','.join(infos)}")
        columns = {name: [row[name] for row in rows] for name in infos}
    else:
        columns = body["inputs"]
        if not isinstance(columns, dict):
            if len(infos) > 1:
                raise RequestError("inputs is a plain value/list, but expecting an object")
            columns = {next(iter(infos)): columns}
        for name in infos:
            if name not in columns:
                raise RequestError(f"Missing named input: {name} in 'inputs' object.")
    return {name: _tensor(name, columns[name], info) for name, info in infos.items()}


@contextlib.contextmanager
def serving(name, savedmodel, infos):
    """Serve a SavedModel on this machine; yields the URL.

    Args:
        name: the model's name.
        savedmodel: its folder.
        infos: dict of signature name -> its inputs, as `make_requests.read_signatures` returns it.
    """
    model = tf.saved_model.load(str(savedmodel))

    def answer(path, body):
        if path != f"/v1/models/{name}:predict":
            return 404, {"error": f"Servable not found for request: Latest({path})"}
        signature = body.get("signature_name", "serving_default")
        if signature not in infos:
            return 400, {
                "error": f'Serving signature name: "{signature}" not found in signature def'
            }
        try:
            inputs = tensors_of(body, infos[signature])
        except RequestError as error:
            return 400, {"error": str(error)}
        tensors = {key: tf.constant(value) for key, value in inputs.items()}
        images = model.signatures[signature](**tensors)["images"].numpy().tolist()
        # One output only: its value stands there bare.
        return 200, {"predictions" if "instances" in body else "outputs": images}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, reply = answer(self.path, json.loads(body))
            data = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
