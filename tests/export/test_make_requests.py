"""The requests: valid for both loaders, and the answer is the stored one."""

import json

import numpy as np
import pytest
import tensorflow as tf
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from tensorflow.core.framework import tensor_pb2

import tfgan_zoo as zoo
from tests.export.rest_server import tensors_of
from tests.export.rooms import SCRIPTS, script
from tfgan_zoo.training import latents

SIGNATURES = ["sample", "sample_uint8", "serving_default", "serving_uint8"]
EXAMPLES = SCRIPTS / "serving" / "examples"


def predict_request():
    """Return an empty PredictRequest, declared here: tensorflow_serving need not be installed.

    Names and numbers are those of tensorflow_serving/apis/predict.proto and model.proto.
    """
    kind = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="test_predict.proto", package="test_serving", syntax="proto3"
    )
    file.dependency.append(tensor_pb2.DESCRIPTOR.name)
    spec = file.message_type.add(name="ModelSpec")
    for name, number in (("name", 1), ("signature_name", 3)):
        spec.field.add(name=name, number=number, type=kind.TYPE_STRING, label=kind.LABEL_OPTIONAL)
    request = file.message_type.add(name="PredictRequest")
    entry = request.nested_type.add(name="InputsEntry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, type=kind.TYPE_STRING, label=kind.LABEL_OPTIONAL)
    for message, name, number, type_name, label in (
        (entry, "value", 2, ".tensorflow.TensorProto", kind.LABEL_OPTIONAL),
        (request, "model_spec", 1, ".test_serving.ModelSpec", kind.LABEL_OPTIONAL),
        (request, "inputs", 2, ".test_serving.PredictRequest.InputsEntry", kind.LABEL_REPEATED),
    ):
        message.field.add(
            name=name, number=number, type=kind.TYPE_MESSAGE, type_name=type_name, label=label
        )
    pool = descriptor_pool.Default()
    try:
        found = pool.FindMessageTypeByName("test_serving.PredictRequest")
    except KeyError:
        pool.Add(file)
        found = pool.FindMessageTypeByName("test_serving.PredictRequest")
    return message_factory.GetMessageClass(found)()


def read_grpc(file):
    request = text_format.Parse(file.read_text(), predict_request())
    inputs = {name: tf.make_ndarray(value) for name, value in request.inputs.items()}
    return request.model_spec, inputs


@pytest.fixture(scope="module")
def requests(savedmodel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("requests")
    script("make_requests").write(savedmodel, "tiny", folder)
    return folder


@pytest.fixture(scope="module")
def loaders(savedmodel):
    check = script("check_savedmodel")
    return [load(str(savedmodel)) for load in (check.by_object_loader, check.by_session_loader)]


def test_every_signature_has_both_requests(requests):
    assert sorted(p.name for p in requests.iterdir()) == sorted(
        f"{name}.{suffix}" for name in SIGNATURES for suffix in ("json", "textproto")
    )


@pytest.mark.parametrize("signature", SIGNATURES)
def test_both_loaders_answer_with_the_stored_images(signature, requests, loaders, savedmodel):
    with np.load(savedmodel / "assets.extra" / "reference.npz") as stored:
        expected = stored["images"][:2]
    if signature.endswith("uint8"):
        expected = np.round((expected + 1) * 127.5)
    body = json.loads((requests / f"{signature}.json").read_text())
    assert body["signature_name"] == signature
    infos = script("make_requests").read_signatures(savedmodel)[signature]
    rest = tensors_of(body, infos)
    spec, grpc = read_grpc(requests / f"{signature}.textproto")
    assert (spec.name, spec.signature_name) == ("tiny", signature)
    for inputs in (rest, grpc):
        for ask in loaders:
            images = ask(signature, inputs, "images")
            assert images.shape == expected.shape
            np.testing.assert_allclose(images.astype(float), expected, atol=1e-5)
    for name in infos:  # float32 survives both texts bit by bit
        assert rest[name].dtype == grpc[name].dtype
        np.testing.assert_array_equal(rest[name], grpc[name])


@pytest.mark.parametrize("signature", SIGNATURES)
def test_the_committed_examples_are_what_the_script_writes(signature):
    rows = latents(8, (100,), 42).numpy()[:2]
    body = json.loads((EXAMPLES / f"{signature}.json").read_text())
    spec, inputs = read_grpc(EXAMPLES / f"{signature}.textproto")
    assert body["signature_name"] == spec.signature_name == signature
    assert f'name: "{spec.name}"' in (SCRIPTS / "serving" / "models.config").read_text()
    if signature.startswith("sample"):
        assert body["inputs"] == {"n": 2, "seed": 42} == {k: int(v) for k, v in inputs.items()}
    else:
        np.testing.assert_allclose([r["latents"] for r in body["instances"]], rows, rtol=1e-6)
        np.testing.assert_allclose(inputs["latents"], rows, rtol=1e-6)


def test_models_that_translate_or_animate(tmp_path):
    models = {
        "stargan": zoo.StarGAN((8, 12, 3), 3, blocks=1, generator_width=4, discriminator_width=4),
        "head": zoo.TalkingHeadGAN((16, 16, 3), 4, generator_width=4, embedding_dim=6),
    }
    for name, model in models.items():
        model.export(tmp_path / name)
        script("make_requests").write(tmp_path / name, name, tmp_path / "out")
        with np.load(tmp_path / name / "assets.extra" / "reference.npz") as stored:
            (expected,) = (rows[:2] for key, rows in stored.items() if "/output/" in key)
        ask = script("check_savedmodel").by_object_loader(str(tmp_path / name))
        infos = script("make_requests").read_signatures(tmp_path / name)["serving_default"]
        body = json.loads((tmp_path / "out" / "serving_default.json").read_text())
        _, grpc = read_grpc(tmp_path / "out" / "serving_default.textproto")
        for inputs in (tensors_of(body, infos), grpc):
            made = ask("serving_default", inputs, "images")
            np.testing.assert_allclose(made, expected, atol=1e-4)


def test_strings_are_tensors_too():
    text = script("make_requests")._tensor_text(np.array(["a circle", "é"]))
    array = tf.make_ndarray(text_format.Parse(text, tensor_pb2.TensorProto()))
    assert array.tolist() == [b"a circle", "é".encode()]


def test_what_is_no_export_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no saved_model\.pb"):
        script("make_requests").write(tmp_path, "tiny", tmp_path / "out")
