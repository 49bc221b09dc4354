"""The collapse monitor on planted failures and on healthy runs: what it sees, when, and what it costs.

    python -m benchmarks.monitor             # what is not measured yet, then the tables in docs/results.md
    python -m benchmarks.monitor --tables    # the tables alone

Trainings and faults: see `benchmarks.monitor_runs`. The first fault that the monitor speaks of ends a run and
is its verdict. Seeds 0 and 1; thresholds were chosen on seeds from 100 on.
"""

import tempfile
import time
from pathlib import Path

from benchmarks import documents, jobs
from benchmarks import monitor_runs as runs

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "results" / "monitor.jsonl"
SEEDS = 2
# Of the runs that are rolled back: what fails, and what the rates are multiplied by.
ROLL_BACKS = {
    "": (runs.Case("learning rates of 0.5", rates={"discriminator": 0.5, "generator": 0.5}), 0.03),
    # Between two checks, so that the healthy checkpoint of step 800 has the rates from before.
    "high rates/": (
        runs.Case("both learning rates × 1000 at step 810", onset=810, event="high"),
        0.5,
    ),
}
ROLL_BACK_STEPS = 1600


def _monitor(training_images, every, **options):
    import tfgan_zoo as zoo
    from tfgan_zoo import metrics

    test = zoo.datasets.load_arrays("digits", split="test", image_size=16)
    extractor = metrics.extractors.get("digits")
    return zoo.callbacks.CollapseMonitor(
        test.images, extractor, every, training_images=training_images, **options
    )


def watch(name, seed):
    """Train a case of `monitor_runs` until the monitor speaks of a fault, or to its end."""
    from tfgan_zoo.metrics import health

    case = {**runs.FAULTS, **runs.HEALTHY}[name]
    stream, images = runs.data(case, seed)
    model = runs.make(case, seed)
    monitor = _monitor(images, runs.EVERY, action="stop")
    events = [runs.Event(case.onset, case.event)] if case.event else []
    model.fit(stream, steps_per_epoch=runs.STEPS, verbose=0, callbacks=[*events, monitor])
    state = model.callback_state["health"]
    fault = state["verdict"] in health.FAULTS
    return {
        "verdict": state["verdict"],
        "sentence": state["sentence"],
        "spoke_at": state["step"] if fault else None,
        "history": state["history"],
    }


def roll_back(name, seed):
    """Train a case that fails, rolling back, and say how the run ends."""
    import tfgan_zoo as zoo

    case, factor = ROLL_BACKS[name]
    stream, images = runs.data(case, seed)
    model = runs.make(case, seed)
    events = [runs.Event(case.onset, case.event)] if case.event else []
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = zoo.callbacks.Checkpoint(folder, every=400)
        monitor = _monitor(
            images,
            runs.EVERY,
            action="roll_back",
            checkpoint=checkpoint,
            rate_factor=factor,
        )
        said = runs.Said()
        watching = [*events, monitor, said, checkpoint]
        model.fit(stream, steps_per_epoch=ROLL_BACK_STEPS, verbose=0, callbacks=watching)
    state = model.callback_state["health"]
    return {
        "verdict": state["verdict"],
        "roll_backs": state["roll_backs"],
        "rate": float(model.optimizers["generator"].learning_rate.numpy()),
        "steps": int(model.iterations.numpy()),
        "said": said.lines,
    }


def cost(data):
    """Measure the processor time of a check beside that of 500 training steps, the default interval."""
    import tfgan_zoo as zoo
    from tfgan_zoo import metrics

    train = zoo.datasets.load(data, batch_size=64, image_size=16 if data == "digits" else None)
    arrays = {
        split: zoo.datasets.load_arrays(
            data, split=split, image_size=16 if data == "digits" else None
        )
        for split in ("train", "test")
    }
    model = zoo.DCGAN(train.info.image_shape, generator_width=32, discriminator_width=32)
    model.compile()
    monitor = zoo.callbacks.CollapseMonitor(
        arrays["test"].images,
        metrics.extractors.get(data),
        training_images=arrays["train"].images,
    )
    monitor.set_model(model)
    model.fit(train, steps_per_epoch=20, epochs=1, verbose=0)  # traced
    monitor.act(20, {})
    times = []
    for function in (
        lambda: model.fit(train.at(20), steps_per_epoch=100, epochs=1, verbose=0),
        lambda: monitor.act(120, {}),
    ):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return {"steps_500": round(5 * times[0], 2), "check": round(times[1], 3)}


def measure(kind, **arguments):
    """Run one job."""
    return {"watch": watch, "roll_back": roll_back, "cost": cost}[kind](**arguments)


def all_jobs():
    """Return dict of key -> arguments of `measure`."""
    found = {
        f"{kind}/{name}/{seed}": {"kind": "watch", "name": name, "seed": seed}
        for kind, cases in {"fault": runs.FAULTS, "healthy": runs.HEALTHY}.items()
        for seed in range(SEEDS)
        for name in cases
    }
    found |= {
        f"roll back/{name}{seed}": {"kind": "roll_back", "name": name, "seed": seed}
        for name in ROLL_BACKS
        for seed in range(SEEDS)
    }
    return found | {f"cost/{data}": {"kind": "cost", "data": data} for data in ("digits", "mnist")}


def _words(names):
    return " or ".join(name.replace("_", " ") for name in names)


def faults_table(found):
    """Return the Markdown table of planted failures."""
    rows = ["| planted | right is | said | steps after the onset |", "|---" * 4 + "|"]
    named = spoke = runs_done = 0
    for name, case in runs.FAULTS.items():
        results = [found[f"fault/{name}/{seed}"] for seed in range(SEEDS)]
        said = [r["verdict"] if r["spoke_at"] else "nothing" for r in results]
        delays = [str(r["spoke_at"] - case.onset) if r["spoke_at"] else "–" for r in results]
        runs_done += len(results)
        spoke += sum(r["spoke_at"] is not None for r in results)
        named += sum(verdict in case.expected for verdict in said)
        said = ", ".join(_words([verdict]) for verdict in said)
        rows.append(f"| {case.says} | {_words(case.expected)} | {said} | {', '.join(delays)} |")
    rows.append(f"| **{runs_done} runs** | | **{spoke} detected, {named} by their name** | |")
    return "\n".join(rows)


def healthy_table(found):
    """Return the Markdown table of healthy runs."""
    rows = ["| healthy run | said at the end | false alarms |", "|---" * 3 + "|"]
    alarms = runs_done = 0
    for name in runs.HEALTHY:
        results = [found[f"healthy/{name}/{seed}"] for seed in range(SEEDS)]
        wrong = sum(r["spoke_at"] is not None for r in results)
        alarms, runs_done = alarms + wrong, runs_done + len(results)
        said = ", ".join(_words([r["verdict"]]) for r in results)
        rows.append(f"| {name} | {said} | {wrong} |")
    rows.append(f"| **{runs_done} runs** | | **{alarms}** |")
    return "\n".join(rows)


def rest_table(found):
    """Return the Markdown tables of roll-back and cost."""
    rows = ["| rolled back | roll-backs | at step 1600 | learning rate |", "|---" * 4 + "|"]
    for name, (case, _) in ROLL_BACKS.items():
        for seed in range(SEEDS):
            r = found[f"roll back/{name}{seed}"]
            last = r["said"][-1].partition(": ")[2]
            rows.append(
                f"| {case.says}, seed {seed} | {r['roll_backs']} | {last} | {r['rate']:.2g} |"
            )
    rows += ["", "| data | 500 steps, s | a check, s | share |", "|---" * 4 + "|"]
    for data in ("digits", "mnist"):
        r = found[f"cost/{data}"]
        share = r["check"] / (r["check"] + r["steps_500"])
        rows.append(f"| {data} | {r['steps_500']:.1f} | {r['check']:.2f} | {share:.1%} |")
    return "\n".join(rows)


def main():
    """Measure and tabulate."""
    arguments = jobs.parser(__doc__, OUT).parse_args()
    wanted = all_jobs()
    if not arguments.tables:
        jobs.run(wanted, measure, arguments.out, arguments.processes)
    found = jobs.results(arguments.out)
    missing = [key for key in wanted if key not in found]
    if missing:
        raise SystemExit(f"no tables yet: {len(missing)} results are missing, such as {missing[0]}")
    documents.fill(
        ROOT / "docs" / "results.md",
        {
            "monitor faults": f"{jobs.when(found)}\n\n{faults_table(found)}",
            "monitor healthy": healthy_table(found),
            "monitor rest": rest_table(found),
        },
    )


if __name__ == "__main__":
    main()
