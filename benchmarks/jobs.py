"""Many short trainings, a few at a time, each measured once.

A benchmark gives jobs as key -> arguments of one function; results are JSON lines in one file, and a key
that is there is not measured again, so an interrupted benchmark goes on where it was.
"""

import argparse
import datetime
import json
import multiprocessing
import os
import platform
import sys
import time
from pathlib import Path


def parser(text, out):
    """Return the arguments that all benchmarks of jobs have.

    Args:
        text: the module's docstring.
        out: where results are kept.
    """
    made = argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--tables", action="store_true", help="measure nothing")
    made.add_argument("--processes", type=int, default=2, help="how many trainings at a time")
    made.add_argument("--out", type=Path, default=out, help="JSON lines of results")
    return made


def results(path):
    """Return dict of key -> result of what is measured already."""
    path = Path(path)
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {result["key"]: result for result in map(json.loads, lines)}


def run(jobs, function, path, processes=2):
    """Run the jobs that have no result yet.

    Args:
        jobs: dict of key -> keyword arguments of `function`.
        function: a module's function that returns a dict; each process calls it for job after job.
        path: JSON lines file that results are appended to.
        processes: how many at a time, each with one thread.

    Returns:
        Dict of key -> result, of all jobs that have one.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = [
        (function, key, arguments) for key, arguments in jobs.items() if key not in results(path)
    ]
    start = time.monotonic()
    # A new process now and then: TensorFlow never lets go of a step that it has traced.
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _one_thread, maxtasksperchild=10) as pool:
        for done, result in enumerate(pool.imap_unordered(_measure, waiting), start=1):
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(result) + "\n")
            left = (time.monotonic() - start) / done * (len(waiting) - done)
            print(
                f"{done}/{len(waiting)} {result['key']}, about {left / 60:.0f} min left", flush=True
            )
    return {key: result for key, result in results(path).items() if key in jobs}


def _one_thread():
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def _measure(job):
    function, key, arguments = job
    import keras

    keras.utils.clear_session()
    start = time.monotonic()
    result = function(**arguments)
    return {
        "key": key,
        **result,
        "seconds": round(time.monotonic() - start, 1),
        "date": datetime.date.today().isoformat(),
        "machine": machine_line(),
    }


def when(found, setting=""):
    """Say when and on what results were measured.

    Args:
        found: dict of key -> result.
        setting: only those whose keys begin with `setting/`; all, if it is empty.
    """
    start = f"{setting}/" if setting else ""
    chosen = [result for key, result in found.items() if key.startswith(start)]
    if not chosen:
        return ""
    dates = sorted({result["date"] for result in chosen})
    days = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    return f"Measured {days}: " + "; ".join(sorted({r["machine"] for r in chosen})) + "."


def machine_line():
    """Say on what the numbers were measured."""
    import keras
    import tensorflow as tf

    lines = Path("/proc/cpuinfo")
    names = lines.read_text(encoding="utf-8").splitlines() if lines.exists() else []
    processor = next(
        (line.split(":")[1].strip() for line in names if line.startswith("model name")),
        platform.processor(),
    )
    return (
        f"TensorFlow {tf.__version__}, Keras {keras.__version__}, Python {sys.version.split()[0]}; "
        f"{processor}, {os.cpu_count()} cores, one thread a training"
    )
