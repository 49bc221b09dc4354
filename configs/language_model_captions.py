"""Language model of the captions of the shapes, by maximum likelihood.

Command: tfgan-zoo train --config=language_model_captions --workdir=runs/language_model_captions
Time:    16 seconds on 2 CPU cores
Score:   99.0% grammatical, distinct-4 0.064 (real 0.061), Fréchet embedding distance 0.0112 (real 0.0110;
         lsa64-cc766da0), nll 0.944 nats a token of test (2,000 samples vs test, seed 0)
"""

from ml_collections import ConfigDict


def get_config():
    return ConfigDict(
        {
            "model": {"name": "LanguageModel", "network": "lstm"},
            "compile": {},
            "optimizers": {
                "generator": {
                    "name": "Adam",
                    "learning_rate": {
                        "name": "PolynomialDecay",
                        "initial_learning_rate": 3e-3,
                        "decay_steps": 2000,
                        "end_learning_rate": 0.0,
                    },
                    "global_clipnorm": 5.0,
                }
            },
            "data": {
                "name": "captions",
                "split": "train",
                "batch_size": 64,
                "length": None,
                "level": "word",
                "max_words": None,
            },
            "train": {
                "steps": 2000,
                "seed": 0,
                "deterministic": True,
                "log_every": 50,
                "sample_every": 500,
                "score_every": 500,
                "score_samples": 1000,
                "checkpoint_every": 500,
                "keep": 2,
                "best_by": "nll",
            },
            "evaluate": {"extractor": "lsa", "split": "test", "samples": 2000},
        }
    )
