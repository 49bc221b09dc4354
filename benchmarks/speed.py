"""Time the zoo beside its peers, and write the table of docs/speed.md.

    pip install -e '.[bench]'
    python -m benchmarks.speed                                  # everything, about half an hour
    python -m benchmarks.speed dcgan64 --rounds=10              # one workload
    python -m benchmarks.speed --write_docs                     # only fill docs/speed.md

Each competitor (`benchmarks/peers/`) runs in a process of its own. They take turns, a few iterations each,
while the others wait, so that a machine whose speed drifts is unfair to none. A ratio is the median of the
ratios within rounds; times are medians over all iterations. Results are JSON files in --out; a workload that
is there is not measured again. `mnist_fit` reads MNIST where TFDS_DATA_DIR says.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.documents import fill

ROOT = Path(__file__).resolve().parents[1]

# For each workload: iterations in a turn, its peers, and targets as (peer, compared with, least ratio).
WORKLOADS = {
    "dcgan64": (
        3,
        ["zoo", "zoo_bfloat16", "stock", "stock_bfloat16", "torch", "torch_best"],
        [
            ("zoo", "torch", 1.8),
            ("zoo", "torch_best", 1.0),
            ("zoo", "stock", 1.8),
            ("zoo_bfloat16", "torch", 1.8),
        ],
    ),
    "dcgan64_eigen": (
        2,
        ["zoo_eigen", "stock_eigen", "torch", "torch_best"],
        [("zoo_eigen", "stock_eigen", 1.8), ("zoo_eigen", "torch_best", 1.0)],
    ),
    "wgan_gp32": (
        2,
        ["zoo", "stock", "torch", "torch_channels_last"],
        [("zoo", "torch", 1.0), ("zoo", "torch_channels_last", 1.0)],
    ),
    "cyclegan64": (
        2,
        ["zoo", "torch", "torch_channels_last"],
        [("zoo", "torch", 1.0), ("zoo", "torch_channels_last", 1.0)],
    ),
    "inference1": (50, ["zoo", "stock"], [("zoo", "stock", 1.5)]),
    "inference16": (10, ["zoo", "stock"], []),
    "inference64": (5, ["zoo", "stock"], [("zoo", "stock", 2.0)]),
    "inference1_eigen": (50, ["zoo_eigen", "stock_eigen"], [("zoo_eigen", "stock_eigen", 1.5)]),
    "inference64_eigen": (5, ["zoo_eigen", "stock_eigen"], [("zoo_eigen", "stock_eigen", 2.0)]),
    "text_roll_outs": (
        1,
        ["zoo", "torch", "torch_best"],
        [("zoo", "torch", 1.0), ("zoo", "torch_best", 1.0)],
    ),
    "mnist_fit": (300, ["zoo", "zoo_fit"], [("zoo_fit", "zoo", 1 / 1.05)]),
}


class Peer:
    """A competitor in its process."""

    def __init__(self, workload, name, arguments):
        environment = dict(os.environ)
        if name.endswith("_eigen"):
            environment["TF_ENABLE_ONEDNN_OPTS"] = "0"
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "benchmarks.peers",
                workload.removesuffix("_eigen"),
                name,
                *arguments,
            ],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.facts = self._answer("ready ")
        self.run(3)  # traces, starts threads, fills caches

    def _answer(self, prefix):
        for line in self._process.stdout:
            if line.startswith(prefix):
                return json.loads(line.removeprefix("ready "))
        raise RuntimeError(f"{self._process.args} ended; run it by hand to see why")

    def run(self, iterations):
        """Return the seconds of each iteration."""
        self._process.stdin.write(f"{iterations}\n")
        self._process.stdin.flush()
        return self._answer("[")

    def close(self):
        """End the process."""
        self._process.stdin.close()
        self._process.wait()


def interleaved(workload, names, iterations, rounds, arguments=()):
    """Return peer name -> facts and seconds, a list for each round."""
    peers = {}
    try:
        for name in names:
            print(f"{workload}: starting {name}", flush=True)
            peers[name] = Peer(workload, name, arguments)
        seconds = {name: [] for name in names}
        for number in range(rounds):
            for name, peer in peers.items():
                seconds[name].append(peer.run(iterations))
            shown = ", ".join(
                f"{n} {1e3 * statistics.median(s[-1]):.1f}" for n, s in seconds.items()
            )
            print(f"{workload}: round {number + 1} of {rounds}, ms: {shown}", flush=True)
        return {n: {"facts": p.facts, "seconds": seconds[n]} for n, p in peers.items()}
    finally:
        for peer in peers.values():
            peer.close()


def measure(workload, rounds):
    """Return everything about a workload: what was timed, and the machine's peak before and after."""
    iterations, names, targets = WORKLOADS[workload]
    peaks = [_peak()]
    peers = interleaved(workload, names, iterations, rounds)
    peaks.append(_peak())
    return {
        "workload": workload,
        "peers": peers,
        "targets": targets,
        "peak_gflops": max(peaks),
        "machine": _machine(),
    }


def _peak():
    code = "from tfgan_zoo.training import flops; print(flops.matmul_peak() / 1e9)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def _machine():
    processor = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor = next(line.split(":")[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        pass
    return f"{processor}, {os.cpu_count()} cores"


# --- tables ---------------------------------------------------------------------------------------


def milliseconds(peer):
    """Return a peer's median iteration in milliseconds."""
    return 1e3 * statistics.median(s for one in peer["seconds"] for s in one)


def ratio(peer, other):
    """Return how many times as fast as another a peer is: median, lowest and highest over rounds."""
    found = sorted(
        statistics.median(theirs) / statistics.median(ours)
        for ours, theirs in zip(peer["seconds"], other["seconds"], strict=True)
    )
    return statistics.median(found), found[0], found[-1]


def table(result):
    """Return a workload's Markdown: a row a peer, then a row a target."""
    peers = result["peers"]
    flops = next((p["facts"]["flops"] for p in peers.values() if "flops" in p["facts"]), None)
    lines = [
        "| peer | ms, median | lowest | GFLOP/s | of the matrix-product peak |",
        "|---|---|---|---|---|",
    ]
    for name, peer in peers.items():
        ms = milliseconds(peer)
        lowest = 1e3 * min(s for one in peer["seconds"] for s in one)
        speed, share = "", ""
        if flops:
            speed = f"{flops / ms / 1e6:.0f}"
            share = "" if "bfloat16" in name else f"{flops / ms / 1e4 / result['peak_gflops']:.0f}%"
        lines.append(f"| `{name}` | {ms:.1f} | {lowest:.1f} | {speed} | {share} |")
    lines += ["", "| | times as fast (range over rounds) | target |", "|---|---|---|"]
    for name, other, least in result["targets"]:
        middle, low, high = ratio(peers[name], peers[other])
        verdict = "met" if middle >= least else "**missed**"
        lines.append(
            f"| `{name}` beside `{other}` | {middle:.2f} ({low:.2f} to {high:.2f}) | "
            f"≥ {least:.2f}: {verdict} |"
        )
    versions = sorted({p["facts"]["version"] for p in peers.values()})
    lines += [
        "",
        f"{result['machine']}; matrix-product peak {result['peak_gflops']:.0f} GFLOP/s"
        + (f"; {flops / 1e9:.1f} GFLOP a step" if flops else "")
        + f"; {', '.join(versions)}; {len(next(iter(peers.values()))['seconds'])} rounds.",
    ]
    return "\n".join(lines)


def write_docs(out):
    """Put every measured table between its marks in docs/speed.md."""
    tables = {}
    for name in WORKLOADS:
        if (out / f"{name}.json").exists():
            tables[name] = table(json.loads((out / f"{name}.json").read_text(encoding="utf-8")))
    fill(ROOT / "docs" / "speed.md", tables)


# --- growth ---------------------------------------------------------------------------------------

GROWTH = {
    "batch": [{"batch": batch} for batch in (16, 32, 64, 128)],
    "size": [{"size": size} for size in (32, 64, 128)],
    "width": [{"width": width} for width in (16, 32, 64, 96)],
}


def measure_growth(rounds):
    """Return milliseconds of a DCGAN step by batch, resolution and width, for each peer."""
    found = {}
    for axis, settings in GROWTH.items():
        for setting in settings:
            ((_, value),) = setting.items()
            result = interleaved(
                "dcgan64", ["zoo", "stock", "torch_best"], 2, rounds, [json.dumps(setting)]
            )
            found.setdefault(axis, {})[value] = {n: milliseconds(p) for n, p in result.items()}
    return {"growth": found, "machine": _machine()}


def plot(result, path):
    """Draw how the time grows."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(GROWTH), figsize=(12, 3.6), layout="constrained")
    labels = {
        "batch": "images in a batch",
        "size": "pixels a side",
        "width": "channels, first layer",
    }
    for panel, (axis, points) in zip(panels, result["growth"].items(), strict=True):
        values = sorted(points, key=int)
        for name in points[values[0]]:
            panel.plot(
                [int(v) for v in values], [points[v][name] for v in values], "o-", label=name
            )
        panel.set(xlabel=labels[axis], xscale="log", yscale="log")
        panel.set_xticks([int(v) for v in values], values)
        panel.minorticks_off()
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("ms a step (DCGAN, 64 px, batch 64)")
    panels[0].legend()
    figure.savefig(path, dpi=90)


def main():
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = [*WORKLOADS, "growth"]
    parser.add_argument(
        "workloads", nargs="*", metavar="WORKLOAD", help=f"among {', '.join(known)}"
    )
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "speed")
    parser.add_argument("--write_docs", action="store_true", help="only fill docs/speed.md")
    arguments = parser.parse_args()
    unknown = set(arguments.workloads) - set(known)
    if unknown:
        parser.error(f"unknown workload {', '.join(unknown)}; valid ones: {', '.join(known)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in [] if arguments.write_docs else arguments.workloads or known:
        path = arguments.out / f"{name}.json"
        if path.exists():
            print(f"{path} is there already")
            continue
        measured = measure_growth(3) if name == "growth" else measure(name, arguments.rounds)
        path.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
        if name in WORKLOADS:
            print(table(measured))
    if (arguments.out / "growth.json").exists():
        growth = json.loads((arguments.out / "growth.json").read_text(encoding="utf-8"))
        plot(growth, ROOT / "docs" / "speed_growth.png")
    write_docs(arguments.out)


if __name__ == "__main__":
    main()
