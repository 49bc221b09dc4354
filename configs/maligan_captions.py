"""MaliGAN on the captions of the shapes, after maximum likelihood.

Command: tfgan-zoo train --config=maligan_captions --workdir=runs/maligan_captions
Time:    1 minute of a CPU core, other jobs running
Score:   98.8% grammatical, distinct-4 0.062 (real 0.061), Fréchet embedding distance 0.0191 (real 0.0110;
         lsa64-cc766da0), nll 0.951 nats a token of test (2,000 samples vs test, seed 0)

What is not said here is as in seqgan_captions.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("seqgan_captions")
    with config.unlocked():
        config.model.name = "MaliGAN"
        config.compile = {"discriminator_steps": 2}
    return config
