"""BEGAN on MNIST, 28×28.

Command: tfgan-zoo train --config=began_mnist --workdir=runs/began_mnist
Time:    not measured yet
Score:   not measured yet (Fréchet distance and confidence by mnist_cnn, 10,000 samples vs test)
"""

from ml_collections import ConfigDict, FieldReference


def get_config():
    steps = FieldReference(20000)  # --config.train.steps changes the schedules too
    return ConfigDict(
        {
            "model": {
                "name": "BEGAN",
                "generator_width": 32,
                "discriminator_width": 32,
                "ema_decay": 0.999,  # the paper has none; scores are steadier with it
            },
            "compile": {"loss": {"name": "began", "gamma": 0.5, "gain": 0.001}},
            "optimizers": {
                player: {
                    "name": "Adam",
                    "learning_rate": {
                        "name": "CosineDecay",
                        "initial_learning_rate": 1e-4,
                        "decay_steps": steps,
                        "alpha": 0.1,
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
