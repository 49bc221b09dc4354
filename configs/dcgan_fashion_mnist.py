"""DCGAN on Fashion-MNIST, 28×28.

Command: tfgan-zoo train --config=dcgan_fashion_mnist --workdir=runs/dcgan_fashion_mnist
Time:    8.5 minutes on 2 CPU cores, other jobs running
Score:   Fréchet distance 4.91 (real 0.20), 53.2% confident (real 79.0%), classes 7.8% to 12.3%
         (fashion_mnist_cnn-5d968520, 10,000 samples vs test, seed 0)
"""

from ml_collections import ConfigDict, FieldReference


def get_config():
    steps = FieldReference(2500)  # --config.train.steps changes the schedules too
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
            "data": {"name": "fashion_mnist", "split": "train", "image_size": 28, "batch_size": 64},
            "train": {
                "steps": steps,
                "seed": 0,
                "deterministic": True,
                "log_every": 50,
                "sample_every": 1000,
                "score_every": 500,
                "score_samples": 2000,
                "checkpoint_every": 500,
                "keep": 2,
                "best_by": "frechet_distance",
            },
            "evaluate": {"extractor": "fashion_mnist", "split": "test", "samples": 10000},
        }
    )
