"""A smoke test of every file in configs/: it can be trained for two steps. What comes out, benchmarks say."""

import os
import re
import shlex

import numpy as np
import pytest
from ml_collections import ConfigDict

from tests.cli.runs import ROOT
from tfgan_zoo import models
from tfgan_zoo.cli import configs, experiment, main, train
from tfgan_zoo.cli.arguments import of_constructor

PREPARED = os.environ.get("TFDS_DATA_DIR") or ROOT.parent / "shared" / "data" / "tfds"
# What needs no prepared copy.
DRAWN = (
    "digits",
    "captions",
    "scenes_pairs",
    "scenes_unpaired",
    "scenes_domains",
    "shapes_combinations",
    "tones",
    "junction",
    "heads",
    "heads_speaking",
)
WIDTHS = ("generator_width", "discriminator_width", "width", "classifier_width")
# What differs from another one in a loss, a penalty, a reward or its networks is trained by `make test-all`.
RELATIVES = (
    "biggan_mnist",
    "sagan_fashion_mnist",
    "stylegan2_mnist",
    "r3gan_mnist",
    "wgan_gp_mnist",
    "leakgan_captions",
    "scratchgan_captions",
    "lsgan_mnist",
    "fgan_mnist",
    "wgan_mnist",
    "dragan_mnist",
    "pacgan_mnist",
    "sngan_mnist",
    "dcgan_mnist",
    "unrolled_gan_mnist",
    "dcgan_fashion_mnist",
    "maligan_captions",
    "rankgan_captions",
    "relgan_captions",
    "speaking_heads",
    "cgan_mnist",
    "acgan_mnist",
    "reacgan_mnist",
    "matching_aware_mnist",
)
NAMES = sorted(p.stem for p in (ROOT / "configs").glob("*.py") if p.stem != "__init__")


def test_they_are_found_by_name():
    assert list(configs.named()) == NAMES
    assert "dcgan_digits" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_docstring_says_what_command_time_and_score(name):
    _, text = configs.load(name)
    assert re.fullmatch(r"[A-Z].*[.:]", configs.first_line(text))
    found = dict(re.findall(r"^(Command|Time|Score): +(\S.*)$", text, re.MULTILINE))
    assert found.keys() == {"Command", "Time", "Score"}
    program, command, *arguments = shlex.split(found["Command"])
    assert (program, command) == ("tfgan-zoo", "train")
    values, _ = main.parse(train, arguments)
    assert (values.config, values.workdir) == (name, f"runs/{name}")


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.long] * (n in RELATIVES)) for n in NAMES]
)
def test_two_steps(name, tmp_path, monkeypatch):
    config, _ = configs.load(name)
    data_dir = None
    if config.data.name == "shapes":
        from tfgan_zoo.datasets import shapes

        monkeypatch.setattr(shapes, "SIZES", {"train": 100, "test": 50})
        data_dir = tmp_path / "tfds"
    elif config.data.name not in DRAWN:
        data_dir = PREPARED
        plain = config.data.name.removesuffix("_textured")
        if not os.path.isdir(os.path.join(data_dir, plain)):
            pytest.skip(f"no prepared copy of {plain}")
    is_text = experiment.is_text(config)
    with config.unlocked():
        if not is_text:
            taken = of_constructor(models.get(config.model.name))
            config.model.update({argument: 8 for argument in WIDTHS if argument in taken})
        config.compile.run_eagerly = True  # two steps are not worth a trace
    config.data.split, config.data.batch_size = "train[:64]", 16
    if "labelled" in config.data:
        config.data.labelled = 10
    config.evaluate.split = "test[:32]"
    short = {"steps": 2, "log_every": 1, "sample_every": 2, "score_every": 2, "score_samples": 8}
    for field, value in {**short, "deterministic": False}.items():
        if field in config.train:
            config.train[field] = value
    model = train.train(tmp_path / "run", config, data_dir)
    assert int(model.iterations.numpy()) == 2
    # An optimizer counts its own turns: rates that fall to 0 get there at the end, not on the way.
    for player, optimizer in model.optimizers.items():
        falling = config.get("optimizers", {}).get(player, {}).get("learning_rate")
        if not is_text and isinstance(falling, ConfigDict) and falling.name == "PolynomialDecay":
            assert falling.decay_steps == int(optimizer.iterations.numpy()) * config.train.steps / 2
    assert all(np.isfinite(v.numpy()).all() for v in model.variables)
    lines = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    assert len(lines) == 2 + (config.evaluate.extractor is not None)
    if config.model.name != "DomainAdversarialNetwork":  # which makes nothing
        kind = "txt" if is_text else "png"
        assert (tmp_path / "run" / "samples" / f"step_00000002.{kind}").exists()
    assert (tmp_path / "run" / "checkpoints" / "step_00000002" / "model.keras").exists()
