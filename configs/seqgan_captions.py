"""SeqGAN on the captions of the shapes, after maximum likelihood.

Command: tfgan-zoo train --config=seqgan_captions --workdir=runs/seqgan_captions
Time:    1 minute of a CPU core, other jobs running
Score:   99.5% grammatical, distinct-4 0.063 (real 0.061), Fréchet embedding distance 0.0148 (real 0.0110;
         lsa64-cc766da0), nll 0.946 nats a token of test (2,000 samples vs test, seed 0)

Smaller and slower than the paper's: LSTMs of 64 units, 4 roll-outs, rates of a tenth in the game. 2,000
steps of maximum likelihood, 200 of the discriminator, 500 rounds of two turns of the discriminator.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("language_model_captions")
    likelihood, first, rounds, turns = 2000, 200, 500, 2
    with config.unlocked():
        config.model = {
            "name": "SeqGAN",
            "network": "lstm",
            "network_arguments": {"embedding": 32, "units": 64, "initializer": None},
            "discriminator_arguments": {
                "embedding": 32,
                "widths": (1, 2, 3, 4, 5),
                "filters": 32,
            },
            "likelihood_steps": likelihood,
            "discriminator_first": first,
        }
        config.compile = {
            "reward": {"name": "roll_outs", "count": 4},
            "baseline": "batch_mean",
            "discriminator_steps": turns,
        }
        # The generator's optimizer counts its own steps: those of maximum likelihood, then its turns.
        config.optimizers = {
            "discriminator": {"name": "Adam", "learning_rate": 1e-3},
            "generator": {
                "name": "Adam",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (likelihood // 2, likelihood),
                    "values": (3e-3, 1e-3, 3e-4),
                },
                "global_clipnorm": 5.0,
            },
        }
        steps = likelihood + first + turns * rounds
        config.train.update({"steps": steps, "score_every": 400, "sample_every": 400})
    return config
