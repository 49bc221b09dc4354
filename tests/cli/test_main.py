import pytest

from tests.cli.runs import CONFIG
from tfgan_zoo import augmentations, losses
from tfgan_zoo.cli import configs, main, sample, train


def refused(capsys, *arguments):
    """Run a command line that is not right; return what it says, which is one message and no traceback."""
    assert main.run(list(arguments)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err


def test_both_ways_to_write_a_field():
    values, overrides = main.parse(
        train, ["--config=a", "--config.x.y=1", "--workdir", "w", "--config.z", "-2", "--config.e="]
    )
    assert (values.config, values.workdir) == ("a", "w")
    assert overrides == {"x.y": "1", "z": "-2", "e": ""}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--workdri=x"], "unknown flag 'workdri' .did you mean 'workdir'"),
        (["x"], "unexpected argument 'x'; flags are written --name=value"),
        (["--config.x"], "--config.x needs a value: --config.x=…"),
        (["--config.x", "--workdir=y"], "--config.x needs a value: --config.x=…"),
        (["--workdir"], "workdir"),
    ],
)
def test_bad_flags(arguments, message):
    with pytest.raises(main.UsageError, match=message):
        main.parse(train, arguments)


@pytest.mark.parametrize("value", ["0", "-3", "many", "1.5"])
def test_bad_numbers(value):
    with pytest.raises(main.UsageError, match=f"n={value}"):
        main.parse(sample, [f"--n={value}"])


def test_usage_names_every_command(capsys):
    for arguments in ([], ["--help"], ["-h"], ["help"]):
        assert main.run(arguments) == 0
        out = capsys.readouterr().out
        for name in main.COMMANDS:
            assert f"\n  {name} " in out


@pytest.mark.parametrize("name", main.COMMANDS)
def test_help_shows_the_flags(capsys, name):
    assert main.run([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"tfgan-zoo {name}: ")
    assert ("--workdir\n" in out) == (name not in ("list", "profile"))
    if name == "sample":
        assert "--n\n      how many samples (default: 64)" in out


def test_what_is_said_to_the_user(capsys, tmp_path):
    workdir = f"--workdir={tmp_path / 'run'}"
    assert "unknown command 'trian' (did you mean 'train'?)" in refused(capsys, "trian")
    assert "train needs --workdir=…" in refused(capsys, "train", f"--config={CONFIG}")
    assert "unknown flag 'workdirs'" in refused(capsys, "train", "--workdirs=x")
    assert "holds no run (no config.json)" in refused(capsys, "train", workdir)
    assert "--config.field=value needs --config" in refused(
        capsys, "train", workdir, "--config.train.steps=1"
    )
    assert "no config file 'a.py'" in refused(capsys, "train", workdir, "--config=a.py")
    assert "did you mean 'dcgan_digits'" in refused(
        capsys, "train", workdir, "--config=dcgan_digit"
    )
    assert "unknown config field 'train.step' (did you mean 'train.steps'?)" in refused(
        capsys, "train", workdir, f"--config={CONFIG}", "--config.train.step=3"
    )
    assert "'train.steps' is int (now 8); 'x' is text" in refused(
        capsys, "train", workdir, f"--config={CONFIG}", "--config.train.steps=x"
    )
    for command in ("evaluate", "export", "interpolate"):
        assert f"{command} needs --workdir=…" in refused(capsys, command)
        assert "holds no run" in refused(capsys, command, workdir)
    for arguments in ([], ["--savedmodel=a", workdir]):
        assert "one of --savedmodel=… and --workdir=…" in refused(capsys, "sample", *arguments)
    assert "is not a SavedModel (no saved_model.pb in it)" in refused(
        capsys, "sample", f"--savedmodel={tmp_path}"
    )
    assert not (tmp_path / "run").exists()  # nothing of this made a run


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("train.steps", 0, "train.steps is 0, expected an int of at least 1"),
        ("train.steps", -5, "train.steps is -5"),
        ("train.checkpoint_every", 0, "train.checkpoint_every is 0"),
        ("train.sample_every", 0, "train.sample_every is 0"),
        ("train.log_every", 0, "train.log_every is 0"),
        ("train.score_every", 0, "train.score_every is 0"),
        ("train.keep", 0, "train.keep is 0"),
        ("train.score_samples", 1, "train.score_samples is 1, expected an int of at least 2"),
        ("compile.steps_per_execution", 0, "compile.steps_per_execution is 0"),
        ("compile.steps_per_execution", 3, "train.steps is 8, expected a multiple of"),
        ("evaluate.samples", 0, "evaluate.samples is 0, expected an int of at least 2"),
    ],
)
def test_numbers_are_checked_before_there_is_a_run(capsys, tmp_path, field, value, message):
    workdir = tmp_path / "run"
    arguments = [f"--config={CONFIG}", f"--workdir={workdir}", f"--config.{field}={value}"]
    assert message in refused(capsys, "train", *arguments)
    assert not workdir.exists()


def test_what_only_scores_need_is_not_asked_of_a_run_without(tmp_path):
    config, _ = configs.load(CONFIG)
    configs.override(config, {"evaluate.extractor": "none", "train.score_samples": "0"})
    configs.check(config)


@pytest.mark.parametrize("name", ["x.jpg", "x"])
def test_pictures_are_named_png(capsys, tmp_path, name):
    said = refused(capsys, "interpolate", "--workdir=nowhere", f"--output={tmp_path / name}")
    assert f"pictures are PNG files; use --output={tmp_path / 'x.png'}" in said


def test_errors_of_the_training_are_said_and_ours_are_raised(capsys, monkeypatch):
    from tfgan_zoo.training import NonFiniteError

    def fails(error):
        def fail(values, overrides):
            raise error

        monkeypatch.setattr("tfgan_zoo.cli.list.main", fail)
        return main.run(["list"])

    assert fails(NonFiniteError("generator", 7)) == 2
    assert "the generator's loss or gradient is not finite at step 7" in capsys.readouterr().err
    assert fails(OSError(28, "No space left on device")) == 2
    assert fails(KeyboardInterrupt()) == 130
    with pytest.raises(KeyError):
        fails(KeyError("ours"))


def test_list(capsys):
    assert main.run(["list"]) == 0
    out = capsys.readouterr().out
    parts = ("losses", "penalties", "augmentations")
    for title in ("models", *parts, "data sets", "extractors", "configs"):
        assert f"{title}:\n" in out
    lines = dict(line.split(maxsplit=1) for line in out.splitlines() if line.startswith("  "))
    assert lines["DCGAN"].startswith("Deep convolutional GAN")
    assert lines["weight_clipping"].endswith("WGAN, arXiv 1701.07875).")  # the whole sentence
    assert lines["ada"].startswith("Adaptive discriminator augmentation")
    for names in (losses.names(), losses.penalties.names(), augmentations.names()):
        assert set(names) <= lines.keys()
    assert lines["dcgan_digits"].startswith("DCGAN on scikit-learn's")
    assert {"VanillaGAN", "least_squares", "mnist", "folder:PATH", "dcgan_mnist"} <= lines.keys()
    assert "_cnn-" in lines["mnist"] or "_cnn-" in lines["digits"]
