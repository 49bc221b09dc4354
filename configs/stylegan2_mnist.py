"""StyleGAN2, small, on MNIST, 28×28.

Command: tfgan-zoo train --config=stylegan2_mnist --workdir=runs/stylegan2_mnist
Time:    not measured yet
Score:   not measured yet (Fréchet distance and confidence by mnist_cnn, 10,000 samples vs test)
"""

from ml_collections import ConfigDict


def get_config():
    return ConfigDict(
        {
            "model": {
                "name": "StyleGAN2",
                "generator_width": 16,
                "discriminator_width": 16,
                "max_width": 64,
                "mapping_depth": 4,
                "convolutions": 1,
                "ema_decay": 0.999,
            },
            "compile": {
                "penalties": (
                    {"name": "r1", "weight": 1.0, "interval": 16},
                    {"name": "path_length", "weight": 2.0, "interval": 4},
                ),
            },
            "data": {"name": "mnist", "split": "train", "image_size": 28, "batch_size": 32},
            "train": {
                "steps": 12000,
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
