"""Frame prediction on the junction, 32×32: a walker who turns left or right, by chance.

Command: tfgan-zoo train --config=frame_prediction_junction --workdir=runs/frame_prediction_junction
Time:    not measured yet
Score:   not measured yet; what `junction.turns` of `tfgan_zoo.datasets.conditional` says of the samples is to
         be looked at

Without mode seeking frames are sharp, and each past has one future. In trials a constant weight of it (0.02)
left ghosts of the other turn in 9% of the frames, one that falls to 0 before the end in 7%.

A row of the sample grids is one past. The regression network that paints both futures:
--config.compile.adversarial_weight=0 --config.compile.l2_weight=1 --config.compile.penalties='()'.
What is not said here is as in dcgan_shapes.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_shapes")
    with config.unlocked():
        config.model = {
            "name": "FramePredictionGAN",
            "generator_width": 16,
            "discriminator_width": 16,
            "ema_decay": 0.999,
        }
        config.compile = {
            "loss": "hinge",
            "penalties": ({"name": "mode_seeking", "weight": 0.03, "decay_steps": 2500},),
            "adversarial_weight": 1.0,
            "discriminator_steps": 1,
        }
        for player in ("discriminator", "generator"):
            config.optimizers[player].learning_rate.initial_learning_rate = 5e-4
        config.data.update({"name": "junction", "batch_size": 32})
        config.train.steps = 4000
        config.train.best_by = None
        config.evaluate.extractor = None
    return config
