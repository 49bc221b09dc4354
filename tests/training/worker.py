"""One of two workers, as a user's script would be; `test_multi_worker.py` starts it twice.

Usage: worker.py SHARED OWN: a folder that both see, and one for what this worker reports.
"""

import json
import sys
from pathlib import Path

import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(1)
strategy = tf.distribute.MultiWorkerMirroredStrategy()

import keras  # noqa: E402 - the strategy comes before everything else
import numpy as np  # noqa: E402

import tfgan_zoo as zoo  # noqa: E402
from tests.callbacks import tiny  # noqa: E402
from tests.models.test_battery import TestDCGAN  # noqa: E402

SHARED, OWN = map(Path, sys.argv[1:])
RANK = strategy.cluster_resolver.task_id
written = []


def watch(event, arguments):
    """Note the files that Python writes, renames or makes in the shared folder."""
    writes = event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir") or (
        event == "open" and arguments[2] & 3  # O_WRONLY or O_RDWR
    )
    if writes and str(arguments[0]).startswith(str(SHARED)):
        written.append(f"{event} {arguments[0]}")


def message(function):
    """Return what a call that must fail says."""
    try:
        function()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    raise AssertionError("nothing was raised")


def small():
    with strategy.scope():
        return tiny.gan(run_eagerly=False)


def watched(model):
    """Train with everything that writes."""
    test = TestDCGAN()
    images = np.zeros([4, *model.image_shape], np.float32)
    test.train(
        model,
        4,
        callbacks=[
            zoo.callbacks.ProgressBar(steps=4, every=2),
            zoo.callbacks.SampleGrid(SHARED, every=2, samples=4, real=images),
            zoo.callbacks.ScoreLogger(tiny.FixedScores(3.0, 2.0), every=2, samples=4),
            zoo.callbacks.RunLogger(SHARED, every=1),
            zoo.callbacks.Checkpoint(SHARED / "checkpoints", every=2, best_by="frechet_distance"),
        ],
    )


def same_weights():
    sys.addaudithook(watch)
    with strategy.scope():
        model = TestDCGAN().compiled(sgd=True)
    watched(model)
    values = {f"{i}": v.numpy() for i, v in enumerate(model.state_variables)}
    np.savez(OWN / "weights.npz", **values)
    return {"written": written, "names": [v.path for v in model.state_variables]}


def one_stops_all_stop():
    model = small()
    stop = tiny.At(2, lambda: setattr(model, "stop_training", RANK == 1))
    tiny.fit(model, 6, callbacks=[stop])
    return int(model.iterations.numpy())


def disagreeing_step():
    model = small()
    model.iterations.assign(5 + RANK)
    return message(lambda: tiny.fit(model))


def a_folder_that_is_not_shared():
    folder = SHARED / "mine" if RANK == 0 else OWN / "mine"
    if RANK == 0:
        model = tiny.gan()  # outside of the strategy: a run of one process
        tiny.fit(model, callbacks=[zoo.callbacks.Checkpoint(folder, every=3)])
    return message(lambda: tiny.fit(small(), callbacks=[zoo.callbacks.Checkpoint(folder)]))


def a_chief_that_fails():
    folder = SHARED / "file"
    if RANK == 0:
        folder.write_text("not a folder")
    return message(lambda: tiny.fit(small(), callbacks=[zoo.callbacks.Checkpoint(folder)]))


def a_wrong_value_on_one():
    images = tiny.images(4)
    images[3, 0, 0, 0] = 7.0  # in the second worker's half
    data = tf.data.Dataset.from_tensors({"image": images})
    data = data.with_options(_by_data())
    return message(lambda: small().fit(data, verbose=0))


def _by_data():
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    return options


CHECKS = (
    same_weights,
    one_stops_all_stop,
    disagreeing_step,
    a_folder_that_is_not_shared,
    a_chief_that_fails,
    a_wrong_value_on_one,
)
if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    report = {check.__name__: check() for check in CHECKS}
    (OWN / "report.json").write_text(json.dumps(report))
