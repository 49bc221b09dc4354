"""Frame prediction on the junction, 32×32: a walker who turns left or right, by chance.

Command: tfgan-zoo train --config=frame_prediction_junction --workdir=runs/frame_prediction_junction
Time:    8 minutes on one CPU core
Score:   97% of frames show one turn or the other (45% left, 52% right), 3% both; 98% of pasts have either
         turn (8 frames for each past at the junction, mean of seeds 0 to 2)

Mode seeking gives each past both futures, and is gone after a third of the steps: it asks for ghosts, too.
The discriminator's rate is twice the generator's: at 5e-4 for both the shares of the turns drifted (32% left,
6% both). With spectral normalisation and hinge loss the discriminator saw all fakes in the end, and 7% of the
frames were both.

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
            "loss": "non_saturating",
            "penalties": (
                {"name": "r1", "weight": 0.05},
                {"name": "mode_seeking", "weight": 0.03, "decay_steps": 1000},
            ),
            "adversarial_weight": 1.0,
            "discriminator_steps": 1,
        }
        config.optimizers.discriminator.learning_rate.initial_learning_rate = 2e-3
        config.data.update({"name": "junction", "batch_size": 32})
        config.train.steps = 3000
        config.train.best_by = None
        config.evaluate.extractor = None
    return config
