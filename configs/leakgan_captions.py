"""LeakGAN on the captions of the shapes, after maximum likelihood.

Command: tfgan-zoo train --config=leakgan_captions --workdir=runs/leakgan_captions
Time:    3.5 minutes of a CPU core, other jobs running
Score:   95.9% grammatical, distinct-4 0.093 (real 0.061), Fréchet embedding distance 0.1693 (real 0.0110;
         lsa64-cc766da0), nll 1.086 nats a token of test (2,000 samples vs test, seed 0)

Smaller than the paper's. 2,000 steps of maximum likelihood and 500 of the discriminator by turns, then 800
of the game, of which every fifth is one of maximum likelihood.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("language_model_captions")
    with config.unlocked():
        config.model = {
            "name": "LeakGAN",
            "network_arguments": {"units": 64},
            "discriminator_arguments": {
                "embedding": 32,
                "widths": (1, 2, 3, 4, 5),
                "filters": 32,
            },
            "likelihood_steps": 2000,
            "discriminator_first": 500,
        }
        config.compile = {"discriminator_steps": 2}
        config.optimizers = {
            "discriminator": {"name": "Adam", "learning_rate": 1e-3},
            **{
                player: {"name": "Adam", "learning_rate": 1e-3, "global_clipnorm": 5.0}
                for player in ("generator", "manager")
            },
        }
        config.train.update({"steps": 3300, "score_every": 400, "sample_every": 400})
    return config
