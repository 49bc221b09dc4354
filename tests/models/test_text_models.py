"""Every model of text passes the battery, and what is each one's own."""

import tfgan_zoo as zoo
from tests import battery, text_battery

GENERATOR = {"embedding": 8, "units": 8}
CNN = {"embedding": 8, "widths": (1, 2, 3), "filters": (8, 8, 8)}


class TestLanguageModel(text_battery.TextBattery):
    sizes = {"network_arguments": GENERATOR}

    def make(self, **kwargs):
        return zoo.LanguageModel(text_battery.tokenizer(), **self.sizes, **kwargs)


class _WithoutWaiting(text_battery.PhasedBattery):
    cls = None

    def make(self, **kwargs):
        return self.cls(text_battery.tokenizer(), **self.sizes, **kwargs)

    def compiled(self, *, compile_options=None, **kwargs):
        # The generator's turn in every step of the game.
        options = {"discriminator_steps": 1, **self.options, **(compile_options or {})}
        return super().compiled(compile_options=options, **kwargs)

    options = {}


@battery.keeping(
    "test_training_is_finite_and_moves_everything",
    "test_an_update_moves_its_own_player_and_nobody_else",
    "test_resume_is_exact_in_the_middle_of_each_phase",
    "test_each_phase_moves_its_own_players",
    "test_two_replicas_equal_one",
    "test_load_model_gives_the_same_model",
    "test_the_vocabulary_must_be_the_checkpoints",
    "test_wrong_batches_get_clear_errors",
)
class TestSeqGAN(_WithoutWaiting):
    cls = zoo.SeqGAN
    sizes = {"network_arguments": GENERATOR, "discriminator_arguments": CNN}
    options = {"reward": {"name": "roll_outs", "count": 3}}


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestMaliGAN(_WithoutWaiting):
    cls = zoo.MaliGAN
    sizes = {"network_arguments": GENERATOR, "discriminator_arguments": CNN}


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestACritic(_WithoutWaiting):
    cls = zoo.SeqGAN
    sizes = {"network_arguments": GENERATOR, "discriminator_arguments": CNN}
    options = {"reward": "sequence", "baseline": "critic"}

    def test_the_critic_is_a_player_of_its_own(self):
        model = self.compiled()
        assert list(model.players) == ["discriminator", "generator", "critic"]
        history = self.train(model, 20)
        assert 0 < history["critic_loss"][-1] < 1


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestRankGAN(_WithoutWaiting):
    cls = zoo.RankGAN
    sizes = {"network_arguments": GENERATOR, "discriminator_arguments": CNN}
    options = {"reward": {"name": "rank", "count": 2, "references": 3}}


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestScratchGAN(_WithoutWaiting):
    cls = zoo.ScratchGAN
    sizes = {
        "network_arguments": GENERATOR,
        "discriminator_arguments": {"embedding": 8, "units": 8},
    }


@battery.of_known_steps  # its own have tests among the networks, and in test_leakgan.py
class TestLeakGAN(_WithoutWaiting):
    cls = zoo.LeakGAN
    sizes = {
        "network_arguments": {**GENERATOR, "goal_size": 4, "horizon": 2},
        "discriminator_arguments": CNN,
        "rounds": 1,
        "likelihood_every": 0,
    }
    options = {"reward": {"name": "roll_outs", "count": 3}}
    phases = {
        "discriminator": {"discriminator"},
        "likelihood": {"generator", "manager"},
        "adversarial": {"discriminator", "generator", "manager"},
    }


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestRelGAN(_WithoutWaiting):
    cls = zoo.RelGAN
    # The relational memory, RelGAN's own, has its tests among the networks: it is slow to trace.
    sizes = {
        "network": "lstm",
        "network_arguments": GENERATOR,
        "discriminator_arguments": {
            "embedding": 8,
            "representations": 4,
            "widths": (2, 3),
            "filters": 8,
        },
        "beta_max": 10.0,
        "beta_steps": 4,
    }
    # Of pairs of logits, differences count.
    still = ("logits/bias", "features/bias")
