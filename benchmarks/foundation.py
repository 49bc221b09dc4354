"""Measure what the README claims of the first models, and write the numbers into it.

    python -m benchmarks.foundation --data_dir=…                     # all of it, an hour and a half
    python -m benchmarks.foundation dcgan_mnist --seeds=0,1,2        # one run, three seeds
    python -m benchmarks.foundation --write_readme                   # fill the README from what is measured

Runs:

    CONFIG   trains a config from its first to its last step, as `tfgan-zoo train` does; evaluates its last
             checkpoint and its best one with new latents; one row a seed.
    resume   trains a small run through, and again with a SIGKILL in the middle; compares every stored byte.
    sample   starts `tfgan-zoo sample` on a SavedModel five times; seconds and the modules it imported.

Results are JSON files in --out; a run that is there is not done again.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from benchmarks.documents import fill

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = (
    "dcgan_digits",
    "dcgan_mnist",
    "dcgan_fashion_mnist",
    "dcgan_shapes",
    "vanilla_gan_digits",
)
SCORES = {
    "frechet_distance": "Fréchet distance",
    "classifier_score": "classifier score",
    "confident_fraction": "p ≥ 0.9",
    "smallest_class_share": "rarest class",
    "largest_class_share": "most frequent class",
}


def command(*arguments):
    """Return the command line of `tfgan-zoo`."""
    return [sys.executable, "-m", "tfgan_zoo.cli.main", *map(str, arguments)]


def call(*arguments):
    """Run `tfgan-zoo` to its end; its output stays visible."""
    subprocess.run(command(*arguments), cwd=ROOT, check=True)


def measure_config(name, seed, out, data):
    """Train and evaluate one config with one seed."""
    workdir = out / f"{name}-seed{seed}"
    start = time.monotonic()
    call("train", f"--config={name}", f"--config.train.seed={seed}", f"--workdir={workdir}", *data)
    minutes = (time.monotonic() - start) / 60
    result = {"config": name, "seed": seed, "minutes": minutes}
    for which in ("last", "best"):
        call("evaluate", f"--workdir={workdir}", f"--checkpoint={which}", *data)
        result[which] = json.loads((workdir / "evaluation.json").read_text(encoding="utf-8"))
    result["environment"] = json.loads((workdir / "environment.json").read_text(encoding="utf-8"))
    return result


def measure_resume(out):
    """Kill a run with SIGKILL in the middle, start it again, compare with one that was left alone."""
    folder = Path(tempfile.mkdtemp(dir=out))
    fields = [
        "--config=dcgan_digits",
        "--config.train.steps=300",
        "--config.train.checkpoint_every=50",
    ]
    call("train", *fields, f"--workdir={folder / 'through'}")
    killed = subprocess.Popen(command("train", *fields, f"--workdir={folder / 'killed'}"), cwd=ROOT)
    while not (folder / "killed" / "checkpoints" / "step_00000100").exists():
        if killed.poll() is not None:
            raise RuntimeError("the run ended before it could be killed")
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    kept = sorted(p.name for p in (folder / "killed" / "checkpoints").glob("step_*"))
    call("train", *fields, f"--workdir={folder / 'killed'}")
    weights = []
    for run in ("through", "killed"):
        with zipfile.ZipFile(
            folder / run / "checkpoints" / "step_00000300" / "model.keras"
        ) as file:
            weights.append(_arrays(file.read("model.weights.h5")))
    same = weights[0].keys() == weights[1].keys() and all(
        (weights[0][key] == weights[1][key]).all() for key in weights[0]
    )
    return {"killed_after": kept[-1], "arrays": len(weights[0]), "identical": bool(same)}


def _arrays(content):
    import io

    import h5py

    arrays = {}
    with h5py.File(io.BytesIO(content)) as file:
        file.visititems(
            lambda name, item: arrays.update({name: item[()]}) if hasattr(item, "shape") else None
        )
    return arrays


def measure_sample(out):
    """Time `tfgan-zoo sample` on a SavedModel, process start and TensorFlow's import included."""
    workdir = out / "dcgan_digits-seed0"
    call("export", f"--workdir={workdir}")
    seconds = []
    for _ in range(5):
        start = time.monotonic()
        call("sample", f"--savedmodel={workdir / 'savedmodel'}", f"--output={out / 'sample.png'}")
        seconds.append(time.monotonic() - start)
    code = (
        "import sys; from tfgan_zoo.cli.main import run; "
        f"run(['sample', '--savedmodel={workdir / 'savedmodel'}', '--output={out / 'sample.png'}']); "
        "print(*sorted(m for m in sys.modules if m.startswith('tfgan_zoo')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return {"seconds": sorted(seconds), "modules": done.stdout.splitlines()[-1].split()}


# --- tables ---------------------------------------------------------------------------------------


def config_table(results):
    """Return a config's Markdown table: a row a seed and checkpoint, and one of real images."""
    first = results[0]["last"]
    keys = list(first["scores"])
    chosen = [next(k for k in keys if k.split("[")[0] == short) for short in SCORES]
    lines = [
        "| | step | " + " | ".join(SCORES.values()) + " | training |",
        "|---|---|" + "---|" * (len(SCORES) + 1),
    ]
    for result in results:
        for which in ("last", "best"):
            report = result[which]
            cells = [_cell(key, report["scores"][key]) for key in chosen]
            minutes = f"{result['minutes']:.1f} min" if which == "last" else ""
            lines.append(
                f"| seed {result['seed']}, {which} | {report['step']} | {' | '.join(cells)} | {minutes} |"
            )
    real = {key.split("[")[0]: value for key, value in first["real"]["scores"].items()}
    cells = [_cell(short, real[short]) for short in SCORES]
    lines.append(f"| real images ({first['real']['from']}) | | {' | '.join(cells)} | |")
    lines += ["", f"Extractor `{first['extractor']}`; {first['samples']:,} samples against the "]
    lines[-1] += (
        f"{first['real_samples']:,} images of `{first['split']}`, as many real ones where there are. "
        '"best" is the checkpoint with the best Fréchet distance of the scores taken while training, against '
        "the same images."
    )
    return "\n".join(lines)


def _cell(key, value):
    return f"{100 * value:.1f}%" if "share" in key or "fraction" in key else f"{value:.2f}"


def machine_line(result):
    """Say on what the numbers were measured."""
    environment = result["environment"]
    return (
        f"Measured with TensorFlow {environment['tensorflow']}, Keras {environment['keras']}, Python "
        f"{environment['python']}, on {os.cpu_count()} cores ({_processor()}), float32; "
        "other jobs shared the machine for part of the time."
    )


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def write_readme(out):
    """Put every measured table between its marks in the README."""
    found = {}
    for path in sorted(out.glob("*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        if "config" in result:
            found.setdefault(result["config"], []).append(result)
    tables = {name: config_table(results) for name, results in found.items()}
    if found:
        tables["machine"] = machine_line(next(iter(found.values()))[0])
    if (out / "resume.json").exists():
        resume = json.loads((out / "resume.json").read_text(encoding="utf-8"))
        verdict = "identical" if resume["identical"] else "NOT identical"
        tables["resume"] = (
            f"Killed with SIGKILL after `{resume['killed_after']}` of 300 steps and started again: all "
            f"{resume['arrays']} arrays of the last checkpoint are bit-{verdict} to those of the run that "
            "was left alone."
        )
    if (out / "sample.json").exists():
        seconds = json.loads((out / "sample.json").read_text(encoding="utf-8"))["seconds"]
        tables["sample"] = (
            f"64 images from a SavedModel, process start included: {seconds[len(seconds) // 2]:.1f} s "
            f"(median of {len(seconds)}; {seconds[0]:.1f} to {seconds[-1]:.1f})."
        )
    fill(ROOT / "README.md", tables)


def main():
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    runs = [*CONFIGS, "resume", "sample"]
    parser.add_argument("runs", nargs="*", metavar="RUN", help=f"among {', '.join(runs)}")
    parser.add_argument("--seeds", default="0", help="comma-separated seeds for the configs")
    parser.add_argument("--data_dir", help="where prepared MNIST and Fashion-MNIST are")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "foundation")
    parser.add_argument("--write_readme", action="store_true", help="only fill the README")
    arguments = parser.parse_args()
    unknown = set(arguments.runs) - set(runs)
    if unknown:
        parser.error(f"unknown run {', '.join(unknown)}; valid runs: {', '.join(runs)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    if not arguments.write_readme:
        jobs = []
        for run in arguments.runs or runs:
            if run in CONFIGS:
                # The drawn scenes are built where TensorFlow Datasets keeps things, not beside MNIST.
                given = arguments.data_dir and "mnist" in run
                data = [f"--data_dir={arguments.data_dir}"] if given else []
                for seed in map(int, arguments.seeds.split(",")):
                    name = f"{run}-seed{seed}.json"
                    jobs.append(
                        (name, lambda r=run, s=seed, d=data: measure_config(r, s, arguments.out, d))
                    )
            else:
                measure = measure_resume if run == "resume" else measure_sample
                jobs.append((f"{run}.json", lambda m=measure: m(arguments.out)))
        for name, job in jobs:
            if (arguments.out / name).exists():
                print(f"{name} is there already")
                continue
            result = job()
            (arguments.out / name).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    write_readme(arguments.out)


if __name__ == "__main__":
    main()
