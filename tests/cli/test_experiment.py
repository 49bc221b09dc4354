import keras
import pytest

from tests.cli.runs import CONFIG
from tfgan_zoo.cli import configs, experiment


def tiny(**overrides):
    config, _ = configs.load(CONFIG)
    configs.override(config, overrides)
    return config


def test_the_model_that_the_config_describes():
    config = tiny(
        **{"model.latent_dim": "5", "compile.discriminator_steps": "2", "train.seed": "3"}
    )
    model = experiment.make_model(config, (16, 16, 1))
    assert type(model).__name__ == "VanillaGAN"
    assert (model.latent_shape, model.image_shape, model.seed) == ((5,), (16, 16, 1), 3)
    assert (model.discriminator_steps, model.ema_decay) == (2, 0.9)
    rate = model.generator_optimizer._learning_rate
    assert isinstance(rate, keras.optimizers.schedules.PolynomialDecay)
    assert rate.decay_steps == 8
    assert float(model.discriminator_optimizer.learning_rate) == pytest.approx(1e-3)


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
        experiment.make_model(config, (16, 16, 1))


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
