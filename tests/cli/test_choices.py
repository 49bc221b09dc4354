"""What may be asked for by flags: losses with arguments; samples that are truncated, or of one class."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests.cli import runs
from tfgan_zoo import files, metrics, pictures
from tfgan_zoo.cli import configs, experiment, main, sample
from tfgan_zoo.cli.workdir import Workdir


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run whose config has a truncation, and its model."""
    path = tmp_path_factory.mktemp("runs") / "tiny"
    fields = ("train.steps=2", "train.score_every=2", "evaluate.truncation=0.5")
    fields = [f"--config.{field}" for field in fields]
    assert main.run(["train", f"--config={runs.CONFIG}", f"--workdir={path}", *fields]) == 0
    workdir = Workdir(path)
    return workdir, experiment.restore(workdir)


def test_a_loss_and_penalties_with_arguments(tmp_path):
    fields = [
        '--config.compile.loss={"name": "least_squares", "label_smoothing": 0.1}',
        '--config.compile.penalties=["drift", {"name": "gradient_penalty", "one_sided": true}]',
        "--config.evaluate.extractor=none",
        "--config.train.steps=1",
    ]
    arguments = ["train", f"--config={runs.CONFIG}", f"--workdir={tmp_path}", *fields]
    assert main.run(arguments) == 0
    model = experiment.restore(Workdir(tmp_path))
    assert model.adversarial_loss.name == "least_squares"
    assert model.adversarial_loss.label_smoothing == 0.1
    assert [penalty.kind for penalty in model.penalties] == ["drift", "gradient_penalty"]
    assert model.penalties[1].one_sided is True
    assert main.run(arguments) == 0  # what is stored is what was asked for: the run may go on


def test_another_loss_than_the_configs_own(capsys, tmp_path):
    config, _ = configs.load("began_digits")
    configs.override(config, {"compile.loss": "energy_based"})
    assert experiment.make_model(config, runs.SQUARES).adversarial_loss.name == "energy_based"
    workdir = f"--workdir={tmp_path}"
    # Determinism is a setting of the whole process, which tests share.
    fields = ["--config.train.deterministic=false"]
    fields += ["--config.evaluate.extractor=none", "--config.compile.loss.name=hinge"]
    assert main.run(["train", "--config=began_digits", workdir, *fields]) == 2
    assert "unknown argument of hinge 'gain'" in capsys.readouterr().err


def sampled(tmp_path, *arguments):
    array, output = tmp_path / "a.npy", f"--output={tmp_path / 'a.png'}"
    assert main.run(["sample", f"--array={array}", output, "--n=6", *arguments]) == 0
    return np.load(array)


def test_truncated_samples(run, tmp_path):
    workdir, model = run
    images = sampled(tmp_path, f"--workdir={workdir.path}", "--truncation=0.7")
    expected = model.generate(6, seed=0, truncation=0.7)
    np.testing.assert_array_equal(images, pictures.to_uint8(expected))
    plain = sampled(tmp_path, f"--workdir={workdir.path}")  # the config's is evaluate's business
    np.testing.assert_array_equal(plain, pictures.to_uint8(model.generate(6, seed=0)))
    assert (plain != images).any()


@pytest.mark.parametrize(("flags", "truncation"), [([], 0.5), (["--truncation=1.25"], 1.25)])
def test_scores_of_truncated_samples_say_so(run, capsys, flags, truncation):
    workdir, model = run
    assert main.run(["evaluate", f"--workdir={workdir.path}", "--samples=12", *flags]) == 0
    out, report = capsys.readouterr().out, files.read_json(workdir.evaluation_file)
    assert report["truncation"] == truncation
    assert f"seed 1000, truncation {truncation}\n" in out
    scorer = experiment.make_scorer(workdir.config(), scores="all")
    images = model.generate(12, seed=1000, truncation=truncation)
    expected = {
        f"{name[:-1]}, truncation={truncation}]": value
        for name, value in scorer.score(images).items()
    }
    assert report["scores"] == pytest.approx(expected)
    assert all("truncation" not in name for name in report["real"]["scores"])
    assert all(f"{name} " in out for name in expected)
    assert metrics.lower_is_better(next(iter(expected)))


def test_what_has_no_truncation_says_nothing_of_it(run, capsys, tmp_path):
    assert run[0].config().evaluate.truncation == 0.5
    fields = ["--config.train.steps=1", "--config.evaluate.truncation=none"]
    arguments = [f"--config={runs.CONFIG}", f"--workdir={tmp_path}", *fields]
    assert main.run(["demo", *arguments]) == 0
    report = files.read_json(Workdir(tmp_path).evaluation_file)
    assert report["truncation"] is None
    assert "truncation" not in "".join(report["scores"])
    assert ", truncation" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "value"), [("0.5", 0.5), ("1", 1), ("none", None), ("None", None)]
)
def test_the_field_may_be_set_where_a_config_lacks_it(text, value):
    config, _ = configs.load(runs.CONFIG)
    assert "truncation" not in config.evaluate
    configs.override(config, {"evaluate.truncation": text})
    assert config.evaluate.truncation == value
    configs.check(config)
    configs.override(config, {"evaluate.truncation": "none"})
    assert config.evaluate.truncation is None


@pytest.mark.parametrize("text", ["0", "-1", "much", "true"])
def test_what_is_no_truncation_is_refused_before_there_is_a_run(capsys, tmp_path, text):
    workdir = tmp_path / "run"
    arguments = [f"--config={runs.CONFIG}", f"--workdir={workdir}"]
    assert main.run(["train", *arguments, f"--config.evaluate.truncation={text}"]) == 2
    said = capsys.readouterr().err
    assert "evaluate.truncation is" in said
    assert "expected a number above 0, or none" in said
    assert not workdir.exists()


@pytest.mark.parametrize("command", ["sample", "evaluate"])
@pytest.mark.parametrize("text", ["0", "-0.5", "nan"])
def test_no_truncation_of_a_run(run, capsys, tmp_path, command, text):
    arguments = [f"--workdir={run[0].path}", f"--truncation={text}"]
    arguments += [f"--output={tmp_path / 'a.png'}"] * (command == "sample")
    assert main.run([command, *arguments]) == 2
    assert "truncation is" in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()


def test_a_misspelt_field_is_told_the_right_one(capsys, tmp_path):
    arguments = [f"--config={runs.CONFIG}", f"--workdir={tmp_path}"]
    assert main.run(["train", *arguments, "--config.evaluate.truncaton=1"]) == 2
    assert "did you mean 'evaluate.truncation'" in capsys.readouterr().err


def conditional():
    """A generator that draws its label."""
    latents, label = keras.Input((2,)), keras.Input((), dtype="int32")
    shade = keras.layers.Embedding(3, 16, embeddings_initializer=_shades)(label)
    images = keras.layers.Reshape((4, 4, 1))(shade + 0.01 * keras.layers.Dense(16)(latents))
    image, seen = keras.Input((4, 4, 1)), keras.Input((), dtype="int32")
    told = keras.layers.Embedding(3, 16)(seen) * keras.layers.Flatten()(image)
    critic = keras.Model([image, seen], keras.layers.Dense(1)(told))
    return zoo.ConditionalGAN(keras.Model([latents, label], images), critic, 3)


def _shades(shape, dtype=None):
    return tf.repeat(tf.constant([[-0.5], [0.0], [0.5]]), shape[1], axis=1)


def test_samples_of_one_class(tmp_path, capsys, monkeypatch, run):
    model = conditional()
    monkeypatch.setattr(experiment, "restore", lambda workdir, which: model)
    workdir = f"--workdir={tmp_path}"

    def classes(*flags):
        return np.round(sampled(tmp_path, workdir, *flags).mean((1, 2, 3)) / 64 - 1).tolist()

    assert classes("--label=2") == [2] * 6
    assert classes("--label=0", "--truncation=0.1") == [0] * 6
    assert classes() == [0, 1, 2] * 2
    assert main.run(["sample", workdir, "--label=3"]) == 2
    assert "label is 3, expected classes from 0 to 2" in capsys.readouterr().err
    monkeypatch.undo()
    assert main.run(["sample", f"--workdir={run[0].path}", "--label=0"]) == 2
    assert "VanillaGAN takes no 'label': it is not conditional" in capsys.readouterr().err


def test_our_savedmodels_do_not_offer_it(tmp_path, capsys):
    conditional().export(tmp_path / "exported")
    assert main.run(["sample", f"--savedmodel={tmp_path / 'exported'}", "--truncation=0.7"]) == 2
    said = capsys.readouterr().err
    assert "--truncation: this SavedModel takes latents as they are" in said
    assert "sample from the run, with --workdir=…" in said


def test_a_savedmodel_that_offers_it(tmp_path):
    module = tf.Module()
    specs = [("n", tf.int32), ("seed", tf.int64), ("truncation", tf.float32), ("label", tf.int32)]

    @tf.function(input_signature=[tf.TensorSpec([], kind, name) for name, kind in specs])
    def serve(n, seed, truncation, label):
        shade = tf.cast(10.0 * truncation, tf.uint8) + tf.cast(label, tf.uint8)
        return {"images": tf.fill([n, 4, 4, 1], shade)}

    module.serve = serve
    tf.saved_model.save(module, str(tmp_path), signatures={"sample_uint8": serve})
    images = sample.from_savedmodel(sample.load(tmp_path), 3, 0, truncation=0.5, label=2)
    np.testing.assert_array_equal(images, np.full([3, 4, 4, 1], 7, np.uint8))
