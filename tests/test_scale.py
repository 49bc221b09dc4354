"""The arithmetic in docs/scale.md is that of the models as they are.

`python -m tests.test_scale` prints the table.
"""

import re
from pathlib import Path

import keras

import tfgan_zoo as zoo

DOCUMENT = Path(__file__).parents[1] / "docs" / "scale.md"
MODELS = {
    "VanillaGAN, 28×28×1": lambda: zoo.VanillaGAN((28, 28, 1)),
    "DCGAN, 28×28×1": lambda: zoo.DCGAN((28, 28, 1)),
    "DCGAN, 64×64×3": lambda: zoo.DCGAN((64, 64, 3)),
}
# Bytes a second, one way.
LINKS = {"10 Gbit/s": 1.25e9, "100 Gbit/s": 12.5e9, "NVLink 4": 450e9}
# Keras's synchronized batch norm all-reduces three vectors on its way forward (sum, sum of squares, count)
# and the gradients of the first two on its way back. With discriminator_steps=1, the generator makes images
# in both turns and learns in its own; the discriminator sees real and fake images in its turn, fake ones in
# the generator's, always with gradients.
FORWARD, BACKWARD = 3, 2
REDUCES = {"generator": 2 * FORWARD + BACKWARD, "discriminator": 3 * (FORWARD + BACKWARD)}


def ring(size, workers):
    """Return the bytes that each worker sends in a ring all-reduce."""
    return 2 * (workers - 1) / workers * size


def parameters(model, player):
    return sum(v.shape.num_elements() for v in model.player_variables(player))


def statistics(model):
    """Return how many all-reduces of batch-norm statistics a step takes, and their bytes."""
    norms = [
        (REDUCES[player], layer.moving_mean.shape[0])
        for player, networks in model.players.items()
        for network in networks
        for layer in network.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    return sum(reduces for reduces, _ in norms), sum(4 * r * channels for r, channels in norms)


def table():
    """Return the lines of the table."""
    head = ["model", "generator", "discriminator", "gradients", "statistics"]
    head += ["sent, 2 workers", "sent, 8 workers", *LINKS]
    lines = [head, ["---"] * len(head)]
    for name, make in MODELS.items():
        model = make()
        model.compile()
        counts = [parameters(model, player) for player in ("generator", "discriminator")]
        gradients, (reduces, norms) = 4 * sum(counts), statistics(model)
        sent = [ring(gradients + norms, workers) for workers in (2, 8)]
        lines.append(
            [
                name,
                *(f"{count:,}" for count in counts),
                f"{gradients / 1e6:.1f} MB",
                f"{norms / 1e3:.0f} kB in {reduces}",
                *(f"{size / 1e6:.1f} MB" for size in sent),
                *(f"{1e3 * sent[1] / speed:.2g} ms" for speed in LINKS.values()),
            ]
        )
    return ["| " + " | ".join(line) + " |" for line in lines]


def test_the_table_is_up_to_date():
    text = DOCUMENT.read_text(encoding="utf-8")
    found = re.search(r"<!-- table -->\n(.*?)<!-- end table -->", text, re.DOTALL).group(1)
    assert found.splitlines() == table()


def test_a_ring():
    # Two workers: each sends one half to be summed, and the sum of the other half back.
    assert ring(100, workers=2) == 100
    assert ring(100, workers=1) == 0


if __name__ == "__main__":
    print("\n".join(table()))
