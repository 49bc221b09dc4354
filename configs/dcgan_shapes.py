"""DCGAN on shapes, the 32×32 colour scenes that this package draws.

Command: tfgan-zoo train --config=dcgan_shapes --workdir=runs/dcgan_shapes
Time:    4.8 minutes on 2 CPU cores
Score:   Fréchet distance 306 (a short run, far from done), 72.6% confident, classes 3.5% to 44.9%
         (shapes_cnn-0a54fdd7, 5,000 samples vs test, seed 0)
"""

from ml_collections import ConfigDict, FieldReference


def get_config():
    steps = FieldReference(1500)  # --config.train.steps changes the schedules too
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
            "data": {"name": "shapes", "split": "train", "image_size": 32, "batch_size": 64},
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
            "evaluate": {"extractor": "shapes", "split": "test", "samples": 5000},
        }
    )
