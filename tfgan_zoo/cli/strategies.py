"""`--strategy`: on how many devices, and in how many processes, a run trains."""

import contextlib
import json
import os
import signal
import threading

from tfgan_zoo import errors

NAMES = ("one_device", "mirrored", "multi_worker")

HELP = (
    "one_device; mirrored: all GPUs of this machine; multi_worker: all GPUs of the machines that "
    "TF_CONFIG names, with this command running on each of them. The run may be resumed with another one."
)

_EXAMPLE = (
    'TF_CONFIG=\'{"cluster": {"worker": ["first.host:12345", "second.host:12345"]}, '
    '"task": {"type": "worker", "index": 0}}\''
)


def make(name):
    """Make the strategy of this process.

    TensorFlow wants a multi-worker strategy to be made before any of its operations runs. Making it waits
    until all workers are there.

    Args:
        name: one of `NAMES`.

    Returns:
        A `tf.distribute.Strategy`.

    Raises:
        ValueError: another name, or `TF_CONFIG` does not describe the workers.
    """
    if name not in NAMES:
        raise ValueError(errors.unknown("strategy", name, NAMES))
    addresses = _workers() if name == "multi_worker" else []
    import tensorflow as tf

    if name == "one_device":
        return tf.distribute.get_strategy()
    if name == "mirrored":
        strategy = tf.distribute.MirroredStrategy()
    else:
        print(f"Waiting for all {len(addresses)} workers: {', '.join(addresses)}", flush=True)
        with _ctrl_c_ends_the_process():
            strategy = tf.distribute.MultiWorkerMirroredStrategy()
    count = strategy.num_replicas_in_sync
    print(f"Training on {count} {'device' if count == 1 else 'devices'}.", flush=True)
    return strategy


@contextlib.contextmanager
def _ctrl_c_ends_the_process():
    # Python's own handler would come to its turn when all workers are there, an hour later if need be.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _workers():
    """Return the addresses of the workers that `TF_CONFIG` names, the chief's first."""
    text = os.environ.get("TF_CONFIG")
    if not text:
        raise ValueError(
            "--strategy=multi_worker needs TF_CONFIG in the environment, the same on every worker but for "
            f"the index: {_EXAMPLE}"
        )
    try:
        value = json.loads(text)
        cluster, task = value["cluster"], value["task"]
        jobs = {job: list(cluster[job]) for job in ("chief", "worker") if job in cluster}
        kind, index = task["type"], task["index"]
        fault = _fault(cluster, jobs, kind, index)
    except ValueError as error:
        fault = f"it is not JSON ({error})"
    except KeyError as error:
        fault = f"it lacks {error}"
    except TypeError:
        fault = "it is JSON, but of another form"
    if fault:
        raise ValueError(f"TF_CONFIG is {text!r}: {fault}. Expected something like {_EXAMPLE}")
    return jobs.get("chief", []) + jobs.get("worker", [])


def _fault(cluster, jobs, kind, index):
    """Say in words what is wrong with a `TF_CONFIG`, or None."""
    for job in cluster:
        if job not in ("chief", "worker"):
            return f"its cluster holds {job!r}; all are workers here, one may be called chief"
    addresses = [address for job in jobs.values() for address in job]
    for address in addresses:
        host, _, port = str(address).rpartition(":")
        if not (host and port.isdigit()):
            return f"{address!r} is not host:port"
    if len(set(addresses)) < len(addresses):
        return "two workers have the same address"
    if len(jobs.get("chief", ())) > 1:
        return "there is more than one chief"
    if kind not in jobs:
        return f"its task is of type {kind!r}, its cluster holds {' and '.join(jobs) or 'nobody'}"
    with contextlib.suppress(ValueError):
        if 0 <= int(index) < len(jobs[kind]):
            return None
    return f"its task is {kind} {index}, its cluster holds {len(jobs[kind])}, counted from 0"
