"""StyleGAN2, small, on MNIST, 28×28.

Command: tfgan-zoo train --config=stylegan2_mnist --workdir=runs/stylegan2_mnist
Time:    42 minutes on 2 CPU cores, shared with other jobs
Score:   Fréchet distance 27.4 (real 0.93), 83.4% confident (real 98.7%), classes 2.3% to 20.5%: not done
         (mnist_cnn-727b1548, 10,000 samples vs test, seed 0)

What is not said here is as in dcgan_mnist, optimizers excepted: they are the paper's.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_mnist")
    with config.unlocked():
        config.model = {
            "name": "StyleGAN2",
            "generator_width": 16,
            "discriminator_width": 16,
            "max_width": 64,
            "mapping_depth": 2,
            "convolutions": 1,
            "output_activation": "tanh",
            "ema_decay": 0.998,
        }
        config.compile = {
            "penalties": (
                {"name": "r1", "weight": 0.1, "interval": 16},
                {"name": "path_length", "weight": 2.0, "interval": 4},
            ),
        }
        del config.optimizers
        config.train.update({"steps": 8000})
    return config
