import inspect
import types

import keras
import pytest

import tfgan_zoo as zoo
from tests.cli.runs import CONFIG, SQUARES
from tfgan_zoo import models
from tfgan_zoo.cli import arguments, configs, experiment


def tiny(**overrides):
    config, _ = configs.load(CONFIG)
    configs.override(config, overrides)
    return config


def test_the_model_that_the_config_describes():
    config = tiny(
        **{"model.latent_dim": "5", "compile.discriminator_steps": "2", "train.seed": "3"}
    )
    model = experiment.make_model(config, SQUARES)
    assert type(model).__name__ == "VanillaGAN"
    assert (model.latent_shape, model.image_shape, model.seed) == ((5,), (16, 16, 1), 3)
    assert (model.discriminator_steps, model.ema_decay) == (2, 0.9)
    rate = model.generator_optimizer._learning_rate
    assert isinstance(rate, keras.optimizers.schedules.PolynomialDecay)
    assert rate.decay_steps == 8
    assert float(model.discriminator_optimizer.learning_rate) == pytest.approx(1e-3)


def test_a_schedule_of_the_zoo():
    rate = {
        "name": "ConstantThenLinear",
        "learning_rate": 0.5,
        "constant_steps": 4,
        "decay_steps": 2,
    }
    made = experiment.make_optimizer("Adam", learning_rate=rate)._learning_rate
    assert [float(made(step)) for step in (0, 4, 5, 6)] == [0.5, 0.5, 0.25, 0.0]


def test_arguments_that_the_config_leaves_at_their_defaults():
    fields = {
        "model.dropout": "0.25",
        "model.dtype": "mixed_bfloat16",
        "compile.on_non_finite": "roll_back",
        "compile.jit_compile": "true",
        "compile.run_eagerly": "false",
        "compile.steps_per_execution": "1",
    }
    config = tiny(**fields)
    model = experiment.make_model(config, SQUARES)
    assert model.get_config()["dropout"] == 0.25
    assert model.dtype_policy.name == "mixed_bfloat16"
    assert (model.on_non_finite, model.jit_compile) == ("roll_back", True)
    assert config.is_locked
    assert configs.flatten(config).keys() >= fields.keys()  # what config.json is made of


def test_every_argument_of_every_model_can_be_set():
    for name in models.names():
        fields = arguments.defaults(tiny(**{"model.name": name}))
        cls = models.get(name)
        taken = {f"compile.{n}" for n in inspect.signature(cls.compile).parameters}
        taken |= {f"model.{n}" for n in inspect.signature(cls).parameters}
        mine = {"self", "kwargs", "optimizers", "image_shape", "tokens", "example_captions", "seed"}
        mine |= {"audio_length", "sample_rate", "example_audio", "past_frames", "example_past"}
        assert {field for field in taken if field.split(".")[1] not in mine} <= fields.keys()


def test_an_argument_that_a_later_compile_gains():
    class Later(zoo.VanillaGAN):
        def compile(self, patience=3, **kwargs):
            super().compile(**kwargs)

    assert Later.compile_arguments() == {"patience": 3, **zoo.VanillaGAN.compile_arguments()}


def test_the_models_name_decides_which_arguments_there_are():
    config = tiny(**{"model.kernel_size": "3", "model.name": "DCGAN"})
    assert config.model.kernel_size == 3
    with pytest.raises(ValueError, match=r"unknown config field 'model\.kernel_size'"):
        tiny(**{"model.kernel_size": "3"})


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        (
            "model.dropot",
            "0.1",
            "unknown config field 'model.dropot' .did you mean 'model.dropout'",
        ),
        ("compile.jit_compil", "1", "did you mean 'compile.jit_compile'"),
        ("compile.optimizers", "1", "unknown config field 'compile.optimizers'"),
        ("model.seed", "1", "unknown config field 'model.seed'"),
        ("model.dropout", "much", "'model.dropout' is float .now 0.5.; 'much' is text"),
        ("compile.steps_per_execution", "2.5", "is int .now 1.; '2.5' is float"),
        ("compile.jit_compile", "yes", "'compile.jit_compile' is bool .now 'auto'."),
        ("compile.jit_compile", "1", "'compile.jit_compile' is bool .now 'auto'."),
    ],
)
def test_arguments_that_cannot_be_set_so(field, text, message):
    with pytest.raises(ValueError, match=message):
        tiny(**{field: text})


def test_the_data_that_the_config_describes():
    data = experiment.make_data(tiny(**{"data.batch_size": "5"}))
    assert data.info.image_shape == (16, 16, 1)
    assert next(iter(data))["image"].shape == (5, 16, 16, 1)


@pytest.mark.parametrize(
    ("section", "field", "value", "message"),
    [
        ("model", "name", "VanilaGAN", "unknown model 'VanilaGAN' .did you mean 'VanillaGAN'"),
        (
            "model",
            "latent_dims",
            4,
            "argument of VanillaGAN 'latent_dims' .did you mean 'latent_dim'",
        ),
        ("model", "seed", 4, "unknown argument of VanillaGAN 'seed'"),
        ("model", "image_shape", (4, 4, 1), "unknown argument of VanillaGAN 'image_shape'"),
        ("compile", "los", "minimax", "unknown compile argument 'los' .did you mean 'loss'"),
        ("compile", "loss", "minmax", "unknown loss 'minmax' .did you mean 'minimax'"),
        ("optimizers", "critic", {"name": "Adam"}, "unknown player 'critic'"),
    ],
)
def test_what_no_model_is_made_of(section, field, value, message):
    config = tiny()
    with config.unlocked():
        config[section][field] = value
    with pytest.raises(ValueError, match=message):
        experiment.make_model(config, SQUARES)


def test_data_that_lack_what_a_model_is_made_for():
    info = types.SimpleNamespace(name="squares", image_shape=(16, 16, 1), tokenizer=None)
    message = (
        "TextToImageGAN is made for data that have example_captions and tokenizer; squares has"
    )
    with pytest.raises(ValueError, match=message):
        arguments.of_data(models.get("TextToImageGAN"), info)
    assert arguments.of_data(models.get("CGAN"), info) == {"image_shape": (16, 16, 1)}


def test_optimizers():
    assert isinstance(experiment.make_optimizer("SGD"), keras.optimizers.SGD)
    with pytest.raises(ValueError, match=r"unknown optimizer 'Adan' .did you mean 'Adam'"):
        experiment.make_optimizer("Adan")
    with pytest.raises(ValueError, match="unknown optimizer 'LossScaleOptimizer'"):
        experiment.make_optimizer("LossScaleOptimizer")
    with pytest.raises(ValueError, match=r"unknown schedule 'PolynomialDecy' .did you mean 'Polyn"):
        experiment.make_optimizer("Adam", learning_rate={"name": "PolynomialDecy"})
    with pytest.raises(ValueError, match="beta_3"):
        experiment.make_optimizer("Adam", beta_3=0.5)


def test_the_best_is_kept_by_a_score_that_is_computed():
    config = tiny(**{"evaluate.scores": "['recall', 'kernel_distance']"})
    with pytest.raises(
        ValueError, match=r"'frechet_distance', which is not among the scores recall"
    ):
        experiment.make_scorer(config)
    configs.override(config, {"train.best_by": "recall"})
    assert experiment.make_scorer(config).scores == ["recall", "kernel_distance"]
    configs.override(config, {"evaluate.scores": "none", "train.best_by": "recal"})
    with pytest.raises(ValueError, match="did you mean 'recall'"):
        experiment.make_scorer(config)
    configs.override(config, {"evaluate.scores": "recal"})
    with pytest.raises(ValueError, match=r"unknown score .recal. .did you mean .recall."):
        experiment.make_scorer(config)
