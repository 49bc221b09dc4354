"""WGAN-GP on MNIST, 28×28.

Command: tfgan-zoo train --config=wgan_gp_mnist --workdir=runs/wgan_gp_mnist
Time:    not measured yet
Score:   not measured yet

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
