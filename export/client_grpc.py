"""Ask a TensorFlow Serving server for images over gRPC, and save them as a PNG grid.

    pip install grpcio tensorflow-serving-api
    python export/client_grpc.py --model=dcgan_digits --n=64 --seed=0 --output=samples.png
    python export/client_grpc.py --request=export/serving/examples/sample_uint8.textproto

Needs grpcio and tensorflow-serving-api (which needs TensorFlow), besides NumPy and Pillow. tfgan_zoo
depends on neither; the REST client does without both.
"""

import argparse
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow starts
try:
    import grpc
    from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc
except ImportError as error:
    sys.exit(f"client_grpc.py: {error}; pip install grpcio tensorflow-serving-api")
import numpy as np
import tensorflow as tf
from google.protobuf import text_format
from grid import save_grid


def make_request(model, n, seed):
    """Return a PredictRequest for n uint8 images."""
    request = predict_pb2.PredictRequest()
    request.model_spec.name = model
    request.model_spec.signature_name = "sample_uint8"
    request.inputs["n"].CopyFrom(tf.make_tensor_proto(n, tf.int32))
    request.inputs["seed"].CopyFrom(tf.make_tensor_proto(seed, tf.int64))
    return request


def predict(server, request, timeout=60.0):
    """Send one request; return the images, uint8 `[N, H, W, C]`."""
    # Without a bound: gRPC refuses answers over 4 MB by default.
    options = [("grpc.max_receive_message_length", -1)]
    with grpc.insecure_channel(server, options) as channel:
        stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        answer = stub.Predict(request, timeout=timeout)
    images = tf.make_ndarray(answer.outputs["images"])
    if images.dtype == np.uint8:
        return images
    return np.clip(np.round((images + 1.0) * 127.5), 0, 255).astype(np.uint8)


def main():
    """Ask and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", default="localhost:8500", help="host:port")
    parser.add_argument("--model", default="dcgan_digits", help="the model's name on the server")
    parser.add_argument("--n", type=int, default=64, help="how many images")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same images")
    parser.add_argument("--request", help="send this PredictRequest (text format) instead")
    parser.add_argument("--output", default="samples.png", help="the PNG file")
    flags = parser.parse_args()
    request = make_request(flags.model, flags.n, flags.seed)
    if flags.request:
        with open(flags.request, encoding="utf-8") as file:
            request = text_format.Parse(file.read(), predict_pb2.PredictRequest())
    try:
        images = predict(flags.server, request)
    except grpc.RpcError as error:
        print(f"client_grpc.py: {flags.server}: {error.details()}", file=sys.stderr)
        return 1
    save_grid(flags.output, images)
    print(f"{len(images)} images of {images.shape[1:]}: {flags.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
