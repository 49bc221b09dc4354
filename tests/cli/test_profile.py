"""The measurement of a tiny config, from beginning to end. No assertion is about how long anything takes."""

import os

import pytest
from tensorflow.tsl.profiler.protobuf import xplane_pb2

from tests.cli import runs
from tfgan_zoo import files
from tfgan_zoo.cli import configs, main, profile


def products():
    """The FLOPs of one step of the tiny config, by hand: batch 8, 16×16 images."""
    pairs = 8 * 2  # two floating-point operations for each sample
    generator = [pairs * 4 * 8, pairs * 8 * 8, pairs * 8 * 256]
    discriminator = [pairs * 256 * 4 * 2, pairs * 4 * 4 * 2, pairs * 4]
    return generator, discriminator


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Run the command as a user does; return its output, its numbers, and the folders it had."""
    here, scratch = tmp_path_factory.mktemp("here"), tmp_path_factory.mktemp("scratch")
    numbers = here / "new" / "numbers.json"
    process = runs.start(
        "profile",
        f"--config={runs.CONFIG}",
        "--steps=4",
        f"--json={numbers}",
        cwd=here,
        TMPDIR=str(scratch),
    )
    code, out, err = runs.finish(process)
    assert code == 0, err
    return out, files.read_json(numbers), here, scratch


def test_nothing_is_left_but_the_numbers(measured):
    _, _, here, scratch = measured
    assert [path.name for path in here.rglob("*")] == ["new", "numbers.json"]
    # TensorFlow leaves the compiled ones of the modules that it writes there.
    assert [path for path in scratch.rglob("*") if "__pycache__" not in path.parts] == []


def test_the_parts_sum_up_to_the_step(measured):
    _, report, _, _ = measured
    profiled = report["profiled"]
    assert (report["steps"], profiled["steps"]) == (4, 4)
    parts = [profiled[name] for name in ("data_wait", "python", "compiled")]
    assert min(parts) >= 0
    assert sum(parts) == pytest.approx(profiled["step"])
    assert profiled["compiled"] > 0
    groups = profiled["groups"]
    assert sum(group["seconds"] for group in groups) == pytest.approx(profiled["busy"])
    assert sum(group["share"] for group in groups) == pytest.approx(1)
    step = report["step"]
    assert step["p10"] <= step["median"] <= step["p90"] < report["first_step"]
    assert report["images_per_second"] == pytest.approx(8 / step["median"])
    memory = report["memory"]
    assert 50e6 < memory["before"] <= memory["peak"] < 100e9


def test_the_operations_are_those_of_the_layers(measured):
    _, report, _, _ = measured
    groups = {
        (group["network"], group["part"], group["direction"]): group
        for group in report["profiled"]["groups"]
    }
    assert all(group["seconds"] > 0 and group["calls"] > 0 for group in groups.values())
    # Each step makes fakes twice, and judges real ones, fakes, and fakes again.
    assert groups["generator", "images", "forward"]["calls"] == 2
    networks = {"generator": [], "discriminator": []}
    for (network, _, direction), group in groups.items():
        if group["flops"]:
            networks[network].append((direction, group["flops"]))
    generator, discriminator = products()
    forward = {
        network: sum(flops for direction, flops in found if direction == "forward")
        for network, found in networks.items()
    }
    assert forward == {"generator": 2 * sum(generator), "discriminator": 3 * sum(discriminator)}
    # Nothing was counted outside of the layers, and no group that counts went without time.
    total = sum(flops for found in networks.values() for _, flops in found)
    assert total == report["flops"]["step"]


def test_flops_and_their_share_of_the_peak(measured):
    _, report, _, _ = measured
    (first_g, *other_g), (first_d, *other_d) = products()
    g, d = first_g + sum(other_g), first_d + sum(other_d)
    flops = report["flops"]
    # as in tests/training/test_flops.py
    assert flops["step"] == g + 2 * (3 * d - first_d) + 2 * d + 3 * g - first_g
    assert flops["not_counted"] == flops["loops_counted_once"] == []
    speed = flops["step"] / report["step"]["median"]
    assert flops["share_of_peak"] == pytest.approx(speed / report["matmul_peak"])


def test_what_is_printed(measured):
    out, report, here, _ = measured
    assert f"{runs.CONFIG}: VanillaGAN, 8 images a step" in out
    for words in ("tracing the step", "images/s", "GFLOP/s", "TensorFlow itself included"):
        assert words in out
    for part in ("waiting for data", "Python between the compiled steps", "the compiled step"):
        assert f"%  {part}\n" in out
    for group in report["profiled"]["groups"]:
        name = " ".join(filter(None, (group["network"], group["part"], group["direction"])))
        assert f"  {name}\n" in out
    assert f"Numbers: {here / 'new' / 'numbers.json'}" in out
    assert "TensorBoard" not in out


@pytest.mark.long  # a profile more
def test_a_profile_for_tensorboard(tmp_path, capsys):
    folder = tmp_path / "new" / "profile"
    arguments = [f"--config={runs.CONFIG}", "--steps=1", f"--tensorboard={folder}"]
    assert main.run(["profile", *arguments, "--config.data.batch_size=4"]) == 0
    out = capsys.readouterr().out
    assert "VanillaGAN, 4 images a step" in out
    assert f"tensorboard --logdir={folder}" in out
    (file,) = (folder / "plugins" / "profile").rglob("*.xplane.pb")
    assert xplane_pb2.XSpace.FromString(file.read_bytes()).planes


@pytest.mark.long  # a profile more
def test_several_steps_in_one_execution():
    config, _ = configs.load(runs.CONFIG)
    with config.unlocked():
        config.compile.steps_per_execution = 3
    report = profile.profile(config, steps=4)
    assert (report["steps"], report["profiled"]["steps"]) == (6, 6)
    (images,) = (
        group
        for group in report["profiled"]["groups"]
        if (group["part"], group["direction"]) == ("images", "forward")
    )
    assert images["calls"] == 2  # a step, not an execution
    assert report["flops"]["loops_counted_once"] == []


def test_an_eager_step_cannot_be_profiled():
    config, _ = configs.load(runs.CONFIG)
    with config.unlocked():
        config.compile.run_eagerly = True
    with pytest.raises(ValueError, match="run_eagerly is on: there is no compiled step"):
        profile.profile(config)


def test_what_the_report_says_of_what_it_could_not_do(measured):
    _, report, _, _ = measured
    report = {**report, "load_before": 3.0, "cores": 2}
    report["flops"] = report["flops"] | {
        "not_counted": ["critic/MatMul"],
        "loops_counted_once": ["rnn/while"],
    }
    report["memory"] = report["memory"] | {"gpus": {"GPU:0": 2e9}}
    said = profile.table(report)
    assert "load average was 3.0 before: other processes use the 2 cores too" in said
    assert "not counted, for want of a shape: critic/MatMul" in said
    assert "counted once: rnn/while" in said
    assert "GPU:0     2.00 GB at most" in said
    assert "and waiting for the GPU" in said
    assert "load average" not in profile.table({**report, "load_before": 0.1})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "profile needs --config=…"),
        (["--config=dcgan_digit"], "did you mean 'dcgan_digits'"),
        ([f"--config={runs.CONFIG}", "--config.train.step=1"], "did you mean 'train.steps'"),
        (["--config=dcgan_digits", "--steps=0"], "steps=0"),
        (["--config=dcgan_digits", "--workdir=a"], "unknown flag 'workdir'"),
    ],
)
def test_errors(arguments, message, capsys):
    assert main.run(["profile", *arguments]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


def test_a_place_that_cannot_be_written_to_is_said_first(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    for flag in ("--tensorboard={}/file", "--json={}/file/a.json"):
        argument = flag.format(tmp_path)
        assert main.run(["profile", f"--config={runs.CONFIG}", argument]) == 2
        captured = capsys.readouterr()
        assert "exists" in captured.err
        assert captured.out == ""
    assert os.listdir(tmp_path) == ["file"]
