"""DCGAN on MNIST, 28×28.

Command: tfgan-zoo train --config=dcgan_mnist --workdir=runs/dcgan_mnist
Time:    11 to 26 minutes on 2 CPU cores (measured; reckoned for the slower machine from 12,000 steps)
Score:   Fréchet distance 2.59 (real 0.93), 85.7% confident (real 98.7%), classes 8.9% to 11.6%
         (mnist_cnn-727b1548, 10,000 samples vs test, seed 0)
"""

from ml_collections import ConfigDict, FieldReference


def get_config():
    steps = FieldReference(18000)  # --config.train.steps changes the schedules too
    return ConfigDict(
        {
            "model": {
                "name": "DCGAN",
                "generator_width": 32,
                "discriminator_width": 32,
                "ema_decay": 0.999,
            },
            "compile": {"loss": "non_saturating", "discriminator_steps": 1},
            "optimizers": {
                player: {
                    "name": "Adam",
                    "learning_rate": {
                        "name": "PolynomialDecay",
                        "initial_learning_rate": 1e-3,
                        "decay_steps": steps,
                        "end_learning_rate": 0.0,
                    },
                    "beta_1": 0.5,
                }
                for player in ("discriminator", "generator")
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
