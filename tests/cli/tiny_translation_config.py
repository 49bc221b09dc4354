"""pix2pix on outlines, too small to fill any."""

from ml_collections import ConfigDict


def get_config():
    return ConfigDict(
        {
            "model": {
                "name": "Pix2Pix",
                "stages": 2,
                "receptive_field": 16,
                "generator_width": 4,
                "discriminator_width": 4,
            },
            "compile": {"l1_weight": 10.0},
            "data": {
                "name": "scenes_pairs",
                "split": "train[:12]",
                "image_size": 16,
                "batch_size": 4,
                "jitter": 2,
                "flip": True,
            },
            "train": {
                "steps": 2,
                "seed": 0,
                "deterministic": False,  # a setting of the whole process, which tests share
                "log_every": 1,
                "sample_every": 2,
                "score_every": 2,
                "score_samples": 4,
                "checkpoint_every": 2,
                "keep": 1,
                "best_by": None,
            },
            "evaluate": {"extractor": "counterparts", "split": "test[:8]", "samples": 8},
        }
    )
