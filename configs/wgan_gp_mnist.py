"""WGAN-GP on MNIST, 28×28.

Command: tfgan-zoo train --config=wgan_gp_mnist --workdir=runs/wgan_gp_mnist
Time:    12 minutes of a CPU core
Score:   Fréchet distance 8.3 by mnist_cnn, 79.2% of samples confident, classes 8.4 to 11.7%
         (10,000 samples vs test, seed 0)

Data as in dcgan_mnist; the paper's Adam(β₁ 0, β₂ 0.9) at a higher rate, which the short run needs.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_mnist")
    with config.unlocked():
        config.model = {
            "name": "WGANGP",
            "generator_width": 16,
            "discriminator_width": 16,
            "ema_decay": 0.99,
        }
        config.compile = {}
        config.train.update({"steps": 4000, "score_every": 1000})
        for optimizer in config.optimizers.values():
            optimizer.update({"beta_1": 0.0, "beta_2": 0.9})
        turns = 5 * config.train.get_ref("steps")  # of the critic, whose optimizer counts its own
        critic = config.optimizers.discriminator
        critic.learning_rate = {**critic.learning_rate, "decay_steps": turns}
    return config
