"""Whether a policy gradient with roll-outs grows in memory over 1,000 generator steps.

    python -m benchmarks.memory             # about five minutes, then the table in docs/speed.md
    python -m benchmarks.memory --tables    # the table alone

SeqGAN with the sizes of `text_roll_outs` but for what makes a step long: 8 sentences a step, 2 roll-outs of
each beginning, a CNN of 5 × 32 filters. Training goes through `fit`, a hundred generator steps a call, each
with one of the discriminator; the process's resident memory is read after each call.
"""

from pathlib import Path

import numpy as np

from benchmarks import documents, jobs

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "results" / "memory.jsonl"
BATCH, LENGTH, VOCABULARY, STEPS, EVERY = 8, 20, 5000, 1000, 100


def resident():
    """Return the process's resident memory in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * 4096 / 2**20


def measure():
    """Return the resident memory after each hundred generator steps."""
    import tensorflow as tf

    import tfgan_zoo as zoo
    from tfgan_zoo.training import TokenSpec

    spec = TokenSpec(VOCABULARY, LENGTH, start_token=0, end_token=None, never_written=())
    judge = {"embedding": 32, "widths": (1, 2, 3, 4, 5), "filters": 32}
    gan = zoo.SeqGAN(spec, discriminator_arguments=judge)
    gan.compile(reward={"name": "roll_outs", "count": 2}, discriminator_steps=1)
    tokens = np.random.default_rng(0).integers(0, VOCABULARY, (1024, LENGTH)).astype(np.int32)
    data = tf.data.Dataset.from_tensor_slices({"tokens": tokens}).repeat().batch(BATCH)
    found = []
    for _ in range(STEPS // EVERY):
        gan.fit(data, steps_per_epoch=EVERY, epochs=1, verbose=0)
        found.append(round(resident(), 1))
    return {"every": EVERY, "mebibytes": found}


def table(found):
    """Return the Markdown table."""
    read = found["seqgan"]["mebibytes"]
    steps = [(1 + index) * found["seqgan"]["every"] for index in range(len(read))]
    return "\n".join(
        [
            "| generator steps | " + " | ".join(map(str, steps)) + " |",
            "|---" * (1 + len(steps)) + "|",
            "| resident memory, MiB | " + " | ".join(f"{each:.0f}" for each in read) + " |",
        ]
    )


def main():
    """Measure and tabulate."""
    arguments = jobs.parser(__doc__, OUT).parse_args()
    if not arguments.tables:
        jobs.run({"seqgan": {}}, measure, arguments.out, arguments.processes)
    found = jobs.results(arguments.out)
    if found:
        text = f"{jobs.when(found)}\n\n{table(found)}"
        documents.fill(ROOT / "docs" / "speed.md", {"memory": text})


if __name__ == "__main__":
    main()
