"""Pix2Pix on drawn scenes, 32×32: from outlines to one of their many right fillings.

Command: tfgan-zoo train --config=pix2pix_scenes --workdir=runs/pix2pix_scenes
Time:    7 minutes of a CPU core, other jobs running
Score:   PSNR 10.5, SSIM 0.284, sharpness 0.44 of the targets' (500 of test, mean of 3 seeds): right shapes in
         strong colours, of which one thing has several, mottled, on two of the grounds for the most part

Narrower than the paper's, at a larger rate. With the paper's λ of 100, instance norm and dropout the
discriminator won at 32 pixels, and things came out in mottled colours on one background. Without L1 there
were glaring spots or borders and nothing else, it seems because an instance norm divides the rest of the
image by them; without a norm in the discriminator, and with R1, they were gone.
"""

from ml_collections import ConfigDict, FieldReference


def get_config():
    steps = FieldReference(4000)  # --config.train.steps changes the schedules too
    return ConfigDict(
        {
            "model": {
                "name": "Pix2Pix",
                "receptive_field": 34,
                "generator_width": 32,
                "discriminator_width": 32,
                "dropout": 0.0,
                "discriminator_norm": "none",
            },
            "compile": {"l1_weight": 5.0, "penalties": [{"name": "r1", "weight": 0.001}]},
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
            "data": {"name": "scenes_pairs", "split": "train", "image_size": 32, "batch_size": 8},
            "train": {
                "steps": steps,
                "seed": 0,
                "deterministic": True,
                "log_every": 50,
                "sample_every": 500,
                "score_every": 500,
                "score_samples": 500,
                "checkpoint_every": 500,
                "keep": 2,
                "best_by": None,
            },
            "evaluate": {"extractor": "counterparts", "split": "test", "samples": 500},
        }
    )
