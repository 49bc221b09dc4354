"""SAGAN without labels on Fashion-MNIST, 28×28.

Command: tfgan-zoo train --config=sagan_fashion_mnist --workdir=runs/sagan_fashion_mnist
Time:    not measured yet
Score:   not measured yet
"""

from ml_collections import ConfigDict, FieldReference


def get_config():
    steps = FieldReference(12000)  # --config.train.steps changes the schedules too
    return ConfigDict(
        {
            "model": {
                "name": "SAGAN",
                "generator_width": 16,
                "discriminator_width": 16,
                "attention_stage": 1,
                "ema_decay": 0.999,
            },
            "compile": {"loss": "hinge", "discriminator_steps": 1},
            "optimizers": {
                player: {
                    "name": "Adam",
                    "learning_rate": {
                        "name": "PolynomialDecay",
                        "initial_learning_rate": rate,
                        "decay_steps": steps,
                        "end_learning_rate": 0.0,
                    },
                    "beta_1": 0.0,
                    "beta_2": 0.9,
                }
                for player, rate in (("discriminator", 4e-4), ("generator", 1e-4))
            },
            "data": {"name": "fashion_mnist", "split": "train", "image_size": 28, "batch_size": 64},
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
            "evaluate": {"extractor": "fashion_mnist", "split": "test", "samples": 10000},
        }
    )
