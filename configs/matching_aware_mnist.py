"""MatchingAwareGAN on MNIST with its labels, 28×28.

Command: tfgan-zoo train --config=matching_aware_mnist --workdir=runs/matching_aware_mnist
Time:    not yet measured
Score:   not yet measured; `label_accuracy` and `conditional_diversity` of `tfgan-zoo evaluate` say most

Ablation: --config.compile.wrong_pairs=false.
What is not said here is as in cgan_mnist.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("cgan_mnist")
    with config.unlocked():
        config.model.name = "MatchingAwareGAN"
        config.compile = {"loss": "non_saturating", "wrong_pairs": True, "discriminator_steps": 1}
    return config
