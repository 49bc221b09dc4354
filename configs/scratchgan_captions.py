"""ScratchGAN on the captions of the shapes, from random weights.

Command: tfgan-zoo train --config=scratchgan_captions --workdir=runs/scratchgan_captions
Time:    2.6 minutes on 2 CPU cores
Score:   99.3% grammatical, distinct-4 0.064 (real 0.061), Fréchet embedding distance 0.0123 (real 0.0110;
         lsa64-cc766da0), nll 0.946 nats a token of test (2,000 samples vs test, seed 0)

Smaller than the paper's: LSTMs of 64 units, embeddings of 32, batches of 256. The rates were found
on seed 0.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("language_model_captions")
    sizes = {"embedding": 32, "units": 64}
    with config.unlocked():
        config.model = {
            "name": "ScratchGAN",
            "network": "lstm",
            "network_arguments": sizes,
            "discriminator_arguments": sizes,
        }
        config.compile = {"baseline": "batch_mean"}
        config.optimizers = {
            player: {
                "name": "Adam",
                "learning_rate": {
                    "name": "PolynomialDecay",
                    "initial_learning_rate": rate,
                    "decay_steps": 2500,
                    "end_learning_rate": 0.01 * rate,
                },
                "beta_1": 0.5,
            }
            for player, rate in (("discriminator", 5e-3), ("generator", 1e-3))
        }
        config.data.batch_size = 256
        config.train.update({"steps": 2500, "score_every": 500, "sample_every": 500})
    return config
