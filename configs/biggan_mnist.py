"""BigGAN, small, on MNIST with its labels, 28×28.

Command: tfgan-zoo train --config=biggan_mnist --workdir=runs/biggan_mnist
Time:    not measured yet
Score:   not measured yet
"""

from ml_collections import ConfigDict, FieldReference


def get_config():
    steps = FieldReference(12000)  # --config.train.steps changes the schedules too
    return ConfigDict(
        {
            "model": {
                "name": "BigGAN",
                "num_classes": 10,
                "generator_width": 16,
                "discriminator_width": 16,
                "attention_stage": 1,
                "ema_decay": 0.999,
            },
            "compile": {"loss": "hinge", "discriminator_steps": 2},
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
                    "beta_2": 0.999,
                }
                for player, rate in (("discriminator", 2e-4), ("generator", 5e-5))
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
