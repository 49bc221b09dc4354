"""DCGAN on scikit-learn's 1,797 handwritten digits, enlarged to 16×16: the demo.

Command: tfgan-zoo train --config=dcgan_digits --workdir=runs/dcgan_digits
Time:    half a minute to two minutes on 2 CPU cores
Score:   Fréchet distance 30.8 (real 4.3), 79% confident, rarest class 6.4% (digits_cnn-9eae7d8b,
         1,000 samples vs test, seed 0)
"""

from ml_collections import ConfigDict, FieldReference


def get_config():
    steps = FieldReference(2000)  # --config.train.steps changes the schedules too
    return ConfigDict(
        {
            "model": {
                "name": "DCGAN",
                "generator_width": 32,
                "discriminator_width": 32,
                "kernel_size": 4,
                "ema_decay": 0.999,
            },
            "compile": {"loss": "non_saturating", "discriminator_steps": 1},
            "optimizers": {
                player: {
                    "name": "Adam",
                    "learning_rate": {
                        "name": "PolynomialDecay",
                        "initial_learning_rate": 3e-4,
                        "decay_steps": steps,
                        "end_learning_rate": 0.0,
                    },
                    "beta_1": 0.5,
                }
                for player in ("discriminator", "generator")
            },
            "data": {"name": "digits", "split": "train", "image_size": 16, "batch_size": 64},
            "train": {
                "steps": steps,
                "seed": 0,
                "deterministic": True,
                "log_every": 20,
                "sample_every": 250,
                "score_every": 500,
                "score_samples": 1000,
                "checkpoint_every": 500,
                "keep": 2,
                "best_by": "frechet_distance",
            },
            "evaluate": {"extractor": "digits", "split": "test", "samples": 1000},
        }
    )
