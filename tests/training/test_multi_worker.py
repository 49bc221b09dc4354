"""Two workers in processes of their own: what one gives on the same global batch, written once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests import workers
from tests.models.test_battery import TestDCGAN as DCGANBattery
from tfgan_zoo.training import workers as together

ROOT = Path(__file__).parents[2]
SCRIPT = str(Path(__file__).parent / "worker.py")


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def reports(tmp_path_factory, shared):
    """Run two workers; return (folder, report) of each, the chief's first."""
    folders = [tmp_path_factory.mktemp("own") for _ in range(2)]
    processes = [
        subprocess.Popen(
            [sys.executable, SCRIPT, str(shared), str(own)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TF_CONFIG": config},
        )
        for own, config in zip(folders, workers.configs(), strict=True)
    ]
    try:
        for process in processes:
            out, _ = process.communicate(timeout=150)
            assert process.returncode == 0, out
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    return [(own, json.loads((own / "report.json").read_text())) for own in folders]


def test_two_workers_equal_one(reports):
    battery = DCGANBattery()
    one = battery.compiled(sgd=True)
    battery.train(one, 4)
    (chief, report), (other, _) = reports
    weights, others = np.load(chief / "weights.npz"), np.load(other / "weights.npz")
    names = report["same_weights"]["names"]
    assert len(names) == len(one.state_variables)
    for index, (name, variable) in enumerate(zip(names, one.state_variables, strict=True)):
        mine = weights[str(index)]
        np.testing.assert_array_equal(mine, others[str(index)], err_msg=name)
        np.testing.assert_allclose(variable.numpy(), mine, atol=2e-5, rtol=2e-4, err_msg=name)


def test_each_file_is_written_once_by_the_chief(reports, shared):
    (_, chief), (_, other) = reports
    assert other["same_weights"]["written"] == []
    assert any("metrics.jsonl" in path for path in chief["same_weights"]["written"])
    lines = [json.loads(line) for line in (shared / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines if "generator_loss" in line] == [1, 2, 3, 4]
    assert [line["step"] for line in lines if any("[" in key for key in line)] == [2, 4]
    for folder in ("scalars", "samples"):  # TensorFlow writes these, unseen by Python
        assert len(list((shared / "tensorboard" / folder).iterdir())) == 1
    assert sorted(p.name for p in (shared / "samples").iterdir()) == [
        f"step_{step:08d}.png" for step in (0, 2, 4)
    ]
    assert sorted(p.name for p in (shared / "checkpoints").glob("step_*")) == [
        "step_00000002",
        "step_00000004",
    ]


def test_a_worker_that_stops_stops_all(reports):
    assert [report["one_stops_all_stop"] for _, report in reports] == [2, 2]


def test_disagreement_is_an_error_on_all(reports):
    for _, report in reports:
        assert (
            "WorkerError: the replicas disagree about the step: [5, 6]"
            in (report["disagreeing_step"])
        )
        assert "CheckpointError: not all workers can read" in report["a_folder_that_is_not_shared"]
    assert "No such file" in reports[1][1]["a_folder_that_is_not_shared"]


def test_what_one_cannot_do_ends_all(reports):
    (_, chief), (_, other) = reports
    assert chief["a_chief_that_fails"].startswith("FileExistsError")
    assert other["a_chief_that_fails"] == (
        "WorkerError: the chief could not go on; its own output says why"
    )
    assert (
        "WorkerError: another worker's part of batch['image'] at step 0 holds values"
        in (chief["a_wrong_value_on_one"])
    )
    assert "BatchValueError: batch['image'] at step 0 holds" in other["a_wrong_value_on_one"]


def test_alone_everybody_is_the_chief():
    for strategy in (tf.distribute.get_strategy(), tf.distribute.OneDeviceStrategy("CPU:0")):
        assert together.is_chief(strategy)
        assert together.of_all(strategy, 4) == [4]


def test_only_a_lost_worker_becomes_our_error():
    error = tf.errors.UnavailableError(None, None, "no such server")
    with pytest.raises(tf.errors.UnavailableError), together.contact(tf.distribute.get_strategy()):
        raise error
