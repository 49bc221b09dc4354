"""Sound to image on tones, 32×32: drawn shapes, of which the pitch tells which, the volume how large.

Command: tfgan-zoo train --config=sound_to_image_tones --workdir=runs/sound_to_image_tones
Time:    26 minutes on one core
Score:   the shape in 97.9% of images of held-out tones; correlation of volume and area 0.991 (three seeds)

Recordings of spoken digits: --config.data.name=spoken_digits:FOLDER --config.data.image_size=28
--config.model.normalise=peak --config.model.trim=true --config.model.encoder=words
--config.model.num_classes=10 (the data's sounds are without silence at their ends; with another speaker a
word has other pitches and another length; the generator's listener learns to name the digits). Of a speaker
never heard 83% are right so (three seeds), see docs/results.md.
A row of the sample grids is one sound. Ablation: --config.compile.wrong_pairs=false.
What is not said here is as in dcgan_shapes.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_shapes")
    with config.unlocked():
        config.model = {
            "name": "SoundToImageGAN",
            "normalise": "none",
            "encoder": "convolutional",
            "architecture": "deep_dcgan",
            "generator_condition": "both",
            "generator_width": 16,
            "discriminator_width": 32,
            "ema_decay": 0.999,
        }
        config.compile = {
            "loss": "non_saturating",
            "penalties": (
                {"name": "r1", "weight": 0.5, "interval": 4},
                {"name": "mode_seeking", "weight": 0.03, "decay_steps": 1000},
            ),
            "wrong_pairs": True,
            "discriminator_steps": 1,
        }
        for player in ("discriminator", "generator"):
            config.optimizers[player].global_clipnorm = 10.0
        config.data.update({"name": "tones", "batch_size": 32})
        config.train.steps = 12000
        config.train.best_by = None
        config.evaluate.extractor = None
    return config
