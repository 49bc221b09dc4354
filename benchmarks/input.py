"""Show that training does not wait for data, and that memory stays flat; fills docs/speed.md.

    python -m benchmarks.input                              # all data sets, about ten minutes
    python -m benchmarks.input digits --steps=2000          # one of them, for longer
    python -m benchmarks.input --write_docs                 # only fill docs/speed.md

For each data set: the batches a second that its pipeline delivers by itself; how long a training step waits
for its batch; and the process's resident memory after a tenth of the steps and at the end. The model is the
data set's config; the folder holds PNG files made here, and trains by the config of the shapes. MNIST and
Fashion-MNIST are read where TFDS_DATA_DIR says.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.documents import fill

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = {
    "digits": "dcgan_digits",
    "shapes": "dcgan_shapes",
    "folder": "dcgan_shapes",
    "mnist": "dcgan_mnist",
    "fashion_mnist": "dcgan_fashion_mnist",
}


def make_folder(folder, count=2000):
    """Write PNG files of noise, 40×40, which have to be resized."""
    import numpy as np
    from PIL import Image

    draw = np.random.default_rng(0)
    for index in range(count):
        pixels = draw.integers(0, 256, (40, 40, 3), np.uint8)
        Image.fromarray(pixels).save(Path(folder) / f"{index:05d}.png")
    return f"folder:{folder}"


def resident():
    """Return this process's resident memory in MB, as it is now."""
    pages = Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]
    return int(pages) * 4096 / 1e6


def measure(name, steps):
    """Measure one data set; in a process of its own, so that its memory is its own."""
    import numpy as np
    import tensorflow as tf

    from tfgan_zoo.cli import configs, experiment

    with tempfile.TemporaryDirectory() as folder:
        config, _ = configs.load(CONFIGS[name])
        if name == "folder":
            config.data.name = make_folder(folder)
        data = experiment.make_data(config)
        gan = experiment.make_model(config, data.info)
    alone = _batches_per_second(iter(data))
    step = tf.function(gan.train_step)
    iterator = iter(data)
    waits, times, memory = [], [], {}
    for number in range(1, steps + 1):
        start = time.perf_counter()
        batch = next(iterator)
        waits.append(time.perf_counter() - start)
        for value in step(batch).values():
            value.numpy()
        times.append(time.perf_counter() - start)
        if number in (steps // 10, steps):
            memory[number] = resident()
    waits, times = (
        np.array(waits[10:]),
        np.array(times[10:]),
    )  # the first ones trace and fill buffers
    return {
        "data": name,
        "config": CONFIGS[name],
        "batches_per_second": alone,
        "step": float(np.median(times)),
        "wait": float(np.median(waits)),
        "share": float(waits.sum() / times.sum()),
        "memory": memory,
    }


def _batches_per_second(iterator, seconds=3):
    for _ in range(20):
        next(iterator)
    start, batches = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        next(iterator)
        batches += 1
    return batches / (time.perf_counter() - start)


def table(results):
    """Return the Markdown table of what was measured."""
    lines = [
        "| data | config | batches/s alone | step, ms | waits, ms | share of time | resident memory |",
        "|---|---|---|---|---|---|---|",
    ]
    for r in results:
        (early, before), (late, after) = r["memory"].items()
        lines.append(
            f"| {r['data']} | `{r['config']}` | {r['batches_per_second']:.0f} | {1e3 * r['step']:.1f} | "
            f"{1e3 * r['wait']:.2f} | {100 * r['share']:.1f}% | "
            f"{before:.0f} MB after {int(early):,} steps, {after:.0f} MB after {int(late):,} |"
        )
    return "\n".join(lines)


def main():
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="*", choices=[*CONFIGS, []], help="all if left away")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "input")
    parser.add_argument("--write_docs", action="store_true", help="only fill docs/speed.md")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.data[0], arguments.steps)))
        return
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in [] if arguments.write_docs else arguments.data or CONFIGS:
        command = [
            sys.executable,
            "-m",
            "benchmarks.input",
            name,
            f"--steps={arguments.steps}",
            "--one",
        ]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        path = arguments.out / f"{name}.json"
        path.write_text(done.stdout.splitlines()[-1] + "\n", encoding="utf-8")
    results = [
        json.loads(path.read_text(encoding="utf-8"))
        for name in CONFIGS
        if (path := arguments.out / f"{name}.json").exists()
    ]
    print(table(results))
    fill(ROOT / "docs" / "speed.md", {"input": table(results)})


if __name__ == "__main__":
    main()
