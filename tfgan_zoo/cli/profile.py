"""`tfgan-zoo profile`."""

from pathlib import Path

from absl import flags

DESCRIPTION = "measure where a config's step time goes; nothing is trained or kept"

_WARM_UP = 3  # executions until caches, threads and the input pipeline run evenly
_MOST_PROFILED = 10  # each is thousands of events; more would not change the picture


def define_flags(values):
    """Define this command's flags."""
    flags.DEFINE_string(
        "config",
        None,
        "a config's name (see `tfgan-zoo list`) or path; --config.field=value changes a field",
        flag_values=values,
    )
    flags.DEFINE_integer(
        "steps", 20, "how many steps to time", lower_bound=1, flag_values=values
    )  # fmt: skip
    flags.DEFINE_string(
        "data_dir", None, "where prepared TensorFlow Datasets are", flag_values=values
    )
    flags.DEFINE_string(
        "tensorboard", None, "keep the profile in this folder, for TensorBoard", flag_values=values
    )
    flags.DEFINE_string("json", None, "also write the numbers to this file", flag_values=values)


def main(values, overrides):
    """Measure and print."""
    from tfgan_zoo import files
    from tfgan_zoo.cli import configs
    from tfgan_zoo.cli.main import UsageError

    if not values.config:
        raise UsageError("profile needs --config=…, a config's name or path")
    config, _ = configs.load(values.config)
    configs.override(config, overrides)
    # Made now: a place that cannot be written to should be known before the measurement.
    if values.json:
        Path(values.json).parent.mkdir(parents=True, exist_ok=True)
    if values.tensorboard:
        Path(values.tensorboard).mkdir(parents=True, exist_ok=True)
    report = profile(config, values.steps, values.data_dir, values.tensorboard)
    report = {"config": values.config, **report}
    print(f"\n{table(report)}")
    if values.json:
        files.write_json(values.json, report)
        print(f"\nNumbers: {values.json}")
    if values.tensorboard:
        print(f"\nTensorBoard: tensorboard --logdir={values.tensorboard}")
        print("Its profile page needs: pip install tensorboard-plugin-profile")


def profile(config, steps=20, data_dir=None, tensorboard=None):
    """Measure training steps of a config, as `train` would run them but for its callbacks.

    Args:
        config: the config.
        steps: how many steps to time.
        data_dir: where prepared TensorFlow Datasets are.
        tensorboard: folder to keep TensorFlow's profile in, or None.

    Returns:
        Dict of the measurements, which JSON can hold; times are in seconds.

    Raises:
        ValueError: the config runs eagerly, so that there is no compiled step.
    """
    import os
    import shutil
    import tempfile

    import numpy as np
    import tensorflow as tf

    from tfgan_zoo.cli import experiment
    from tfgan_zoo.cli.workdir import environment
    from tfgan_zoo.training import flops
    from tfgan_zoo.training.attribution import Attribution

    if config.train.deterministic:
        tf.config.experimental.enable_op_determinism()
    memory_before, load = _peak_memory(), os.getloadavg()[0]
    _say("preparing the data and the model")
    data = experiment.make_data(config, data_dir)
    model = experiment.make_model(config, data.info)
    if model.run_eagerly:
        raise ValueError("compile.run_eagerly is on: there is no compiled step to profile")
    with tempfile.TemporaryDirectory() as folder:
        watch, memory, peak = _run(model, data, steps, folder)
        timeline = _read(folder)
        if tensorboard:
            shutil.copytree(folder, tensorboard, dirs_exist_ok=True)
    _say("counting the step's operations")
    step = tf.function(model.train_step).get_concrete_function(data.element_spec)
    counted = flops.count(step)
    peak = max(peak, flops.matmul_peak())

    per_execution = model.steps_per_execution
    profiled = timeline.steps * per_execution
    times = np.asarray(watch.seconds) / per_execution
    median = float(np.median(times))
    return {
        "model": config.model.name,
        "batch_size": config.data.batch_size,
        "steps": len(times) * per_execution,
        "first_step": watch.first,
        "step": {
            "median": median,
            "p10": float(np.quantile(times, 0.1)),
            "p90": float(np.quantile(times, 0.9)),
        },
        "images_per_second": config.data.batch_size / median,
        "flops": {
            "step": counted.total,
            "per_second": counted.total / median,
            "share_of_peak": counted.total / median / peak,
            "not_counted": counted.unknown,
            "loops_counted_once": counted.loops,
        },
        "matmul_peak": peak,
        "memory": {"peak": memory, "before": memory_before, "gpus": _gpu_memory()},
        "profiled": {
            "steps": profiled,
            "step": timeline.wall / profiled,
            "data_wait": timeline.data_wait / profiled,
            "python": timeline.python / profiled,
            "compiled": timeline.compiled / profiled,
            "busy": timeline.busy / profiled,
            "input_pipeline": timeline.input_pipeline / profiled,
            "groups": _groups(timeline, counted, Attribution(model), profiled),
        },
        "load_before": load,
        "cores": os.cpu_count(),
        "environment": environment(),
    }


def _run(model, data, steps, folder):
    """Run the steps; return the stopwatch, the peak memory without the profiler, and `matmul_peak`."""
    from tfgan_zoo.cli.stopwatch import Stopwatch
    from tfgan_zoo.training import flops

    found = []

    def between():
        found.append(_peak_memory())
        _say("timing a matrix product")
        # Beside the timed steps, so that what slows down the one slows down the other.
        found.append(flops.matmul_peak())
        _say(f"running {profiled * model.steps_per_execution} more under TensorFlow's profiler")

    timed = -(-steps // model.steps_per_execution)
    profiled = -(-min(steps, _MOST_PROFILED) // model.steps_per_execution)
    watch = Stopwatch(_WARM_UP, timed, profiled, folder, between)
    _say(f"tracing the step, then timing {timed * model.steps_per_execution} of them")
    try:
        model.fit(
            data,
            epochs=1,
            steps_per_epoch=watch.executions * model.steps_per_execution,
            verbose=0,
            callbacks=[watch],
        )
    finally:
        watch.release()
    return watch, *found


def _read(folder):
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    from tfgan_zoo.training import timeline

    (file,) = Path(folder).rglob("*.xplane.pb")
    return timeline.read(xplane_pb2.XSpace.FromString(file.read_bytes()))


def _groups(timeline, counted, group_of, steps):
    """Return a dict for each group of operations, the longest first."""
    from collections import Counter

    from tfgan_zoo.training.timeline import by_group

    flops = Counter()
    for name, value in counted.by_operation.items():
        flops[group_of(name)] += value
    sums = by_group(timeline.operations, group_of)
    return [
        {
            **group._asdict(),
            "seconds": seconds / steps,
            "share": seconds / timeline.busy,
            "calls": calls / steps,
            "flops": flops[group],
        }
        for group, (seconds, calls) in sorted(sums.items(), key=lambda item: -item[1][0])
    ]


def _say(what):
    print(f"{what} …", flush=True)


def _peak_memory():
    """Return the most memory that this process has held, in bytes."""
    import resource
    import sys

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024  # Linux counts in KiB


def _gpu_memory():
    import tensorflow as tf

    names = [
        device.name.rpartition("device:")[-1] for device in tf.config.list_logical_devices("GPU")
    ]
    return {name: tf.config.experimental.get_memory_info(name)["peak"] for name in names}


# --- the report -----------------------------------------------------------------------------------


def table(report):
    """Return the report as lines for a terminal."""
    return "\n".join([*_summary(report), "", *_parts(report), "", *_operations(report)])


def _summary(report):
    step, flops, memory = report["step"], report["flops"], report["memory"]
    lines = [
        f"{report['config']}: {report['model']}, {report['batch_size']} images a step",
        f"  step      {_ms(step['median'])} ms (median of {report['steps']}; 10% took less than "
        f"{_ms(step['p10'])}, 10% more than {_ms(step['p90'])}); "
        f"{report['images_per_second']:,.0f} images/s",
        f"  first     {report['first_step']:.1f} s, tracing the step included",
        f"  FLOPs     {flops['step'] / 1e9:.2f} G a step (matrix products and convolutions): "
        f"{flops['per_second'] / 1e9:.0f} GFLOP/s, {flops['share_of_peak']:.0%} of the "
        f"{report['matmul_peak'] / 1e9:.0f} of a large float32 matrix product",
        f"  memory    {memory['peak'] / 1e9:.2f} GB at most, TensorFlow itself included "
        f"({memory['before'] / 1e9:.2f} GB before data and model)",
    ]
    lines += [f"  {name:9} {peak / 1e9:.2f} GB at most" for name, peak in memory["gpus"].items()]
    if report["load_before"] > 0.25 * report["cores"]:
        lines.append(
            f"  others    the load average was {report['load_before']:.1f} before: other processes use "
            f"the {report['cores']} cores too; times are longer for it, the share of the peak uncertain"
        )
    if flops["not_counted"]:
        lines.append(f"  not counted, for want of a shape: {', '.join(flops['not_counted'])}")
    if flops["loops_counted_once"]:
        lines.append(
            f"  loops whose bodies are counted once: {', '.join(flops['loops_counted_once'])}"
        )
    return lines


def _parts(report):
    profiled = report["profiled"]
    slower = profiled["step"] / report["step"]["median"] - 1
    python = "Python between the compiled steps"
    if report["memory"]["gpus"]:
        python += ", and waiting for the GPU"
    rows = [
        (profiled["data_wait"], "waiting for data"),
        (profiled["python"], python),
        (profiled["compiled"], "the compiled step"),
    ]
    return [
        f"Where the time went, in ms a step (of {profiled['steps']} under the profiler, which took "
        f"{_ms(profiled['step'])}: {slower:+.0%})",
        *(
            f"  {_ms(seconds):>8}  {seconds / profiled['step']:6.1%}  {name}"
            for seconds, name in rows
        ),
        f"  {_ms(profiled['input_pipeline']):>8}  {'':6}  preparing batches, in threads beside it",
    ]


def _operations(report):
    profiled = report["profiled"]
    rows = [("ms", "share", "calls", "MFLOP", "GFLOP/s", "operations")]
    for group in profiled["groups"]:
        flops = group["flops"]
        rows.append(
            (
                _ms(group["seconds"]),
                f"{group['share']:.1%}",
                f"{group['calls']:.0f}",
                f"{flops / 1e6:,.1f}" if flops else "",
                f"{flops / group['seconds'] / 1e9:.0f}" if flops else "",
                " ".join(filter(None, (group["network"], group["part"], group["direction"]))),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    where = "launching them on the GPU" if report["memory"]["gpus"] else "the threads' time"
    return [
        f"What the compiled step did: {where}, {_ms(profiled['busy'])} ms a step. Operations overlap, so "
        "this is not",
        "the time on the clock, and one that shares the cores with another takes longer.",
        *(
            "  " + "  ".join([*(f"{c:>{w}}" for c, w in zip(row, widths, strict=False)), row[5]])
            for row in rows
        ),
    ]


def _ms(seconds):
    return f"{1000 * seconds:,.2f}" if seconds < 0.1 else f"{1000 * seconds:,.0f}"
