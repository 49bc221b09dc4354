"""The first GAN on digits, too small to draw any."""

from ml_collections import ConfigDict, FieldReference


def get_config():
    steps = FieldReference(8)
    return ConfigDict(
        {
            "model": {
                "name": "VanillaGAN",
                "latent_dim": 4,
                "generator_width": 8,
                "discriminator_width": 4,
                "pieces": 2,
                "ema_decay": 0.9,
            },
            "compile": {"loss": "non_saturating", "discriminator_steps": 1},
            "optimizers": {
                "generator": {
                    "name": "Adam",
                    "learning_rate": {
                        "name": "PolynomialDecay",
                        "initial_learning_rate": 1e-3,
                        "decay_steps": steps,
                        "end_learning_rate": 0.0,
                    },
                },
                "discriminator": {"name": "Adam", "learning_rate": 1e-3},
            },
            "data": {"name": "digits", "split": "train", "image_size": 16, "batch_size": 8},
            "train": {
                "steps": steps,
                "seed": 0,
                "deterministic": False,  # a setting of the whole process, which tests share
                "log_every": 1,
                "sample_every": 4,
                "score_every": 2,
                "score_samples": 20,
                "checkpoint_every": 4,
                "keep": 2,
                "best_by": "frechet_distance",
            },
            "evaluate": {"extractor": "digits", "split": "test[:40]", "samples": 30},
        }
    )
