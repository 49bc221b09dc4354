"""The first GAN (multilayer perceptrons) on scikit-learn's 1,797 handwritten digits, 8×8.

Command: tfgan-zoo train --config=vanilla_gan_digits --workdir=runs/vanilla_gan_digits
Time:    2.2 minutes on 1 CPU core
Score:   Fréchet distance 68.6 last, 56.8 best (real 4.3), 75% confident, rarest class 7.1%
         (digits_cnn-9eae7d8b, 1,000 samples vs test, seed 0)
"""

from ml_collections import ConfigDict, FieldReference


def get_config():
    steps = FieldReference(8000)  # --config.train.steps changes the schedules too
    return ConfigDict(
        {
            "model": {
                "name": "VanillaGAN",
                "generator_width": 256,
                "discriminator_width": 64,
                "dropout": 0.8,
                "ema_decay": 0.999,
            },
            "compile": {"loss": "non_saturating", "discriminator_steps": 1},
            "optimizers": {
                player: {
                    "name": "Adam",
                    "learning_rate": {
                        "name": "PolynomialDecay",
                        "initial_learning_rate": 2e-4,
                        "decay_steps": steps,
                        "end_learning_rate": 0.0,
                    },
                    "beta_1": 0.5,
                }
                for player in ("discriminator", "generator")
            },
            "data": {"name": "digits", "split": "train", "image_size": 8, "batch_size": 64},
            "train": {
                "steps": steps,
                "seed": 0,
                "deterministic": True,
                "log_every": 50,
                "sample_every": 500,
                "score_every": 500,
                "score_samples": 1000,
                "checkpoint_every": 500,
                "keep": 2,
                "best_by": "frechet_distance",
            },
            "evaluate": {"extractor": "digits", "split": "test", "samples": 1000},
        }
    )
