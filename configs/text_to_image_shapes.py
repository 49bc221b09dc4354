"""Text to image on shapes, 32×32: drawn scenes from captions, some colours' shapes never trained with.

Command: tfgan-zoo train --config=text_to_image_shapes --workdir=runs/text_to_image_shapes
Time:    not yet measured
Score:   not yet measured; `metrics.caption_accuracy` of images of the test captions is the one to look at

Ablations: --config.model.pooling=attention, --config.compile.wrong_pairs=false, and with that
--config.model.discriminator_condition=none.
What is not said here is as in dcgan_shapes.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_shapes")
    with config.unlocked():
        config.model = {
            "name": "TextToImageGAN",
            "generator_width": 32,
            "discriminator_width": 32,
            "pooling": "mean",
            "discriminator_condition": "projection",
            "ema_decay": 0.999,
        }
        config.compile = {"loss": "hinge", "wrong_pairs": True, "discriminator_steps": 1}
        for player in ("discriminator", "generator"):
            config.optimizers[player].learning_rate.initial_learning_rate = 5e-4
        config.data.name = "shapes_combinations"
        config.train.steps = 10000
    return config
