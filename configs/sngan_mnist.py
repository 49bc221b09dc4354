"""SNGAN (convolutional) on MNIST, 28×28.

Command: tfgan-zoo train --config=sngan_mnist --workdir=runs/sngan_mnist
Time:    not measured yet
Score:   not measured yet
"""

from ml_collections import ConfigDict, FieldReference


def get_config():
    steps = FieldReference(18000)  # --config.train.steps changes the schedules too
    return ConfigDict(
        {
            "model": {
                "name": "SNGAN",
                "architecture": "cnn",
                "generator_width": 16,
                "discriminator_width": 16,
                "ema_decay": 0.999,
            },
            "compile": {"loss": "non_saturating", "discriminator_steps": 1},
            "optimizers": {
                player: {
                    "name": "Adam",
                    "learning_rate": {
                        "name": "PolynomialDecay",
                        "initial_learning_rate": rate,
                        "decay_steps": steps,
                        "end_learning_rate": 0.0,
                    },
                    "beta_1": 0.5,
                    "beta_2": 0.999,
                }
                for player, rate in (("discriminator", 2e-4), ("generator", 2e-4))
            },
            "data": {"name": "mnist", "split": "train", "image_size": 28, "batch_size": 64},
            "train": {
                "steps": steps,
                "seed": 0,
                "deterministic": True,
                "log_every": 50,
                "sample_every": 1000,
                "score_every": 2000,
                "score_samples": 2000,
                "checkpoint_every": 1000,
                "keep": 2,
                "best_by": "frechet_distance",
            },
            "evaluate": {"extractor": "mnist", "split": "test", "samples": 10000},
        }
    )
