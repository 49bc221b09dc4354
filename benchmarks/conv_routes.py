"""Time every route of every convolution operation, and say which rows `ROUTES` should have.

    python -m benchmarks.conv_routes                                    # this process's backend
    TF_ENABLE_ONEDNN_OPTS=0 python -m benchmarks.conv_routes            # the Eigen kernels

The shapes are those of the zoo's networks, batch 64. Routes of one operation take turns, round by round, so
that a machine whose speed drifts is unfair to none; the number is the median. `*` marks the route that the
table takes; a faster one beside it, by more than the noise, means a row that is missing or wrong.

Tried on these shapes, and left out because it was never faster by more than 1% of a training step:
blocks for the product and the gradient by the filters; one matrix product over the columns of all taps, or
over extracted patches, for the gradient by the filters.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import tensorflow as tf

from tfgan_zoo.layers import conv_routes

# kernel, stride, size of the convolution's input, its channels, its filters
SHAPES = [
    (4, 2, 64, 3, 64),
    (4, 2, 32, 64, 128),
    (4, 2, 16, 128, 256),
    (4, 2, 8, 256, 512),
    (5, 2, 28, 1, 32),
    (5, 2, 14, 32, 64),
    (5, 2, 7, 64, 128),
    (5, 2, 64, 3, 64),
    (5, 2, 32, 64, 128),
    (5, 2, 16, 128, 256),
    (5, 2, 8, 256, 512),
    (3, 1, 32, 3, 64),
    (3, 1, 32, 64, 64),
    (3, 1, 16, 128, 128),
    (3, 1, 8, 256, 256),
]
OPERATIONS = {
    "product": {conv_routes.KERNEL: conv_routes._product},
    conv_routes.INPUT_GRADIENT: conv_routes._INPUT_GRADIENT,
    conv_routes.FILTER_GRADIENT: conv_routes._FILTER_GRADIENT,
}


def timers(operation, geometry, channels, filters, batch):
    """Return route name -> a function that runs the operation once by that route, traced and warm."""
    draw = tf.random.Generator.from_seed(0).normal
    x = draw([batch, *geometry.size, channels])
    dy = draw([batch, *geometry.output, filters])
    w = draw([*geometry.kernel, channels, filters])
    arguments = {
        "product": (x, w),
        conv_routes.INPUT_GRADIENT: (dy, w),
        conv_routes.FILTER_GRADIENT: (x, dy),
    }[operation]
    found = {}
    for name, route in OPERATIONS[operation].items():
        # In a graph with variables' layout changes inside, as in a training step.
        run = tf.function(lambda *a, route=route: tf.reduce_sum(route(*a, geometry)[:1, :1, :1]))
        run(*arguments).numpy()
        found[name] = lambda run=run: run(*arguments).numpy()
    return found


def measure(shape, rounds, batch):
    """Return a row for each operation: seconds by route, and the table's choice."""
    kernel, stride, size, channels, filters = shape
    geometry = conv_routes.Geometry.of((size, size), (kernel, kernel), stride, "same")
    rules = conv_routes.ROUTES[conv_routes.backend()]
    pixels = batch * geometry.output[0] * geometry.output[1]
    flops = 2 * pixels * kernel * kernel * channels * filters
    for operation in OPERATIONS:
        routes = timers(operation, geometry, channels, filters, batch)
        seconds = {name: [] for name in routes}
        for _ in range(rounds):
            for name, run in routes.items():
                start = time.perf_counter()
                run()
                seconds[name].append(time.perf_counter() - start)
        yield {
            "operation": operation,
            "shape": dict(
                zip(("kernel", "stride", "size", "channels", "filters"), shape, strict=True)
            ),
            "flops": flops,
            "milliseconds": {n: 1e3 * statistics.median(s) for n, s in seconds.items()},
            "chosen": geometry.route(operation, channels, rules),
        }


def line(row):
    """Return one row of the table for the terminal."""
    shape = row["shape"]
    fastest = min(row["milliseconds"].values())
    cells = "  ".join(
        f"{name}{'*' if name == row['chosen'] else ''} {ms:.2f} ms"
        for name, ms in sorted(row["milliseconds"].items(), key=lambda item: item[1])
    )
    return (
        f"{row['operation']:15} {shape['kernel']}/{shape['stride']} {shape['size']:3}² "
        f"{shape['channels']:3}→{shape['filters']:<3} {row['flops'] / fastest / 1e6:5.0f} GFLOP/s  {cells}"
    )


def main():
    """Measure, print, and write what was measured if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15, help="timed runs of each route")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    arguments = parser.parse_args()
    print(f"backend {conv_routes.backend()}, batch {arguments.batch}", flush=True)
    rows = []
    for shape in SHAPES:
        for row in measure(shape, arguments.rounds, arguments.batch):
            rows.append(row)
            print(line(row), flush=True)
    if arguments.json:
        arguments.json.write_text(
            json.dumps({"backend": conv_routes.backend(), "rows": rows}, indent=2) + "\n"
        )


if __name__ == "__main__":
    main()
