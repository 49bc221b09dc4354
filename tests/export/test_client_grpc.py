"""The gRPC client, against a small server that answers from a real SavedModel."""

import sys
from concurrent import futures

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.export.rooms import script

grpc = pytest.importorskip("grpc")
pytest.importorskip("tensorflow_serving", reason="tensorflow-serving-api is not a dependency")


@pytest.fixture(scope="module")
def address(savedmodel):
    from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

    model = tf.saved_model.load(str(savedmodel))

    class Servicer(prediction_service_pb2_grpc.PredictionServiceServicer):
        def Predict(self, request, context):
            if request.model_spec.name != "tiny":
                context.abort(grpc.StatusCode.NOT_FOUND, "Servable not found")
            inputs = {k: tf.constant(tf.make_ndarray(v)) for k, v in request.inputs.items()}
            images = model.signatures[request.model_spec.signature_name](**inputs)["images"]
            answer = predict_pb2.PredictResponse()
            answer.outputs["images"].CopyFrom(tf.make_tensor_proto(images))
            return answer

    server = grpc.server(futures.ThreadPoolExecutor(2))
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(Servicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None)


def ask(monkeypatch, address, output, *arguments):
    arguments = ["client_grpc.py", f"--server={address}", f"--output={output}", *arguments]
    monkeypatch.setattr(sys, "argv", arguments)
    return script("client_grpc").main()


def test_by_arguments_and_by_request_files(address, savedmodel, tmp_path, monkeypatch):
    output = tmp_path / "x.png"
    assert ask(monkeypatch, address, output, "--model=tiny", "--n=2", "--seed=42") == 0
    picture = np.array(Image.open(output))
    files = script("make_requests").write(savedmodel, "tiny", tmp_path)
    for file in (f for f in files if f.suffix == ".textproto"):
        assert ask(monkeypatch, address, output, f"--request={file}") == 0
        np.testing.assert_allclose(np.array(Image.open(output)).astype(int), picture, atol=1)


def test_an_error_is_one_line(address, tmp_path, monkeypatch, capsys):
    assert ask(monkeypatch, address, tmp_path / "x.png", "--model=absent") == 1
    assert "Servable not found" in capsys.readouterr().err
