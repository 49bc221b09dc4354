"""LeakGAN: the discriminator's features leak to a generator of two levels."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.losses import policy
from tfgan_zoo.losses import tokens as token_losses
from tfgan_zoo.networks import text as networks
from tfgan_zoo.training.text import TokenSpec
from tfgan_zoo.training.text_gan import TextGAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LeakGAN(TextGAN):
    """LeakGAN (Guo, Lu, Cai, Zhang, Yu & Wang 2018, arXiv 1709.08624).

        f_t:      the discriminator's features of the first t tokens of what is being written
        manager:  sets goals g_t, directions in the space of the features, for the next c tokens
                  before the game: ascend Σ_t cos(f_{t+c} - f_t, g_t) on real sentences
                  in the game:     ascend Σ_t Q_{t+c} · cos(f_{t+c} - f_t, g_t) on written ones
        worker:   writes, seeing the last c goals; the player `generator`
                  before the game: maximum likelihood
                  in the game:     ascend Σ_t r_t · log π(y_t | y[:t]), r_t = the mean over i = 1 … c of
                                   cos(f_{t+1} - f_{t+1-i}, g_{t+1-i})

    Q_{t+c} is the value of the first t + c tokens, by 4 roll-outs, rescaled by its rank in the batch (see
    `losses.policy.goals`). The paper takes roll-outs every c tokens; here there are goals, and values, at
    every token, of which every goal has the one that it led to. Each player learns by its own loss alone: no
    gradient goes from the worker to the manager, nor from either to the discriminator.

    Before the game the discriminator and the generator learn by turns, in `rounds` rounds, since with the
    features the meaning of the goals moves; and in the game a step of maximum likelihood follows each
    `likelihood_every` turns of the generator (in the authors' code for COCO, 7 follow each 15). It is needed:
    what the worker is rewarded for is to be predictable, and left alone it soon writes a few sentences only.

    Not as in the authors' code, which departs from the paper:

    * There both cosines are means over the whole batch: each of its tokens has the same reward, and each goal
      the same cosine. Here they are those of the tokens and goals.
    * There rewards are rescaled in the order in which they are met; here by rank.
    * There the worker hears of goals every c tokens only, and w_t is divided by its norm.
    * There the first goals are variables, one for each row of a batch; here there are fewer in the sum.
    * There evaluation, and the discriminator's negatives, use a temperature of 1 / 1.5. Here the temperature
      is 1 but for `generate(temperature=…)`.
    * There what is not yet written is a token of its own, and here 0, the padding.

    As there: LSTMs of 32 units, goals' embeddings of 16 numbers, c = 4; SeqGAN's discriminator without
    dropout; Adam(1e-3) with gradients clipped to a norm of 5 for worker and manager, and Adam(5e-5).

    Args:
        tokens: the data's `Tokenizer`, or a `TokenSpec`.
        network_arguments: dict of arguments of `networks.text.LeakGenerator` (`units`, `horizon`, …).
        discriminator_arguments: dict of arguments of `networks.text.text_cnn`.
        delta: δ, how sharply ranks part good sentences from bad ones.
        rounds: how many times, before the game, discriminator and generator take turns.
        likelihood_every: turns of the generator in the game after which a step of maximum likelihood follows;
            0 for none.
        likelihood_steps: steps of maximum likelihood before the game, in all.
        discriminator_first: steps of the discriminator before the game, in all.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: an unknown argument, or a number out of range.

    Example:

    >>> from tfgan_zoo.training import TokenSpec
    >>> gan = LeakGAN(TokenSpec(6, 4), likelihood_steps=20, discriminator_first=10)
    >>> gan.compile()
    >>> [gan.phase_at(step) for step in range(4)]
    ['discriminator', 'likelihood', 'likelihood', 'discriminator']
    """

    default_reward = {"name": "roll_outs", "count": 4}
    default_baseline = "none"
    default_discriminator_steps = 15

    def __init__(
        self,
        tokens,
        *,
        network_arguments=None,
        discriminator_arguments=None,
        delta=16.0,
        rounds=10,
        likelihood_every=2,
        likelihood_steps=0,
        discriminator_first=0,
        seed=0,
        **kwargs,
    ):
        errors.check_numbers(0, float("inf"), delta=delta)
        errors.check_ints(1, rounds=rounds)
        errors.check_ints(0, likelihood_every=likelihood_every)
        spec, dtype = TokenSpec.of(tokens), kwargs.get("dtype")
        writing = dict(network_arguments or {})
        judging = {"dropout": 0.0, **(discriminator_arguments or {})}
        discriminator = networks.text_cnn(
            spec.vocabulary_size, spec.length, seed=seed + 1, dtype=dtype, **judging
        )
        generator = networks.LeakGenerator(
            spec.vocabulary_size,
            spec.length,
            features=discriminator.body.output_shape[0][-1],
            start_token=spec.start_token,
            never_written=spec.never_written,
            seed=seed,
            name="generator",
            dtype=dtype,
            **writing,
        )
        generator.leak = discriminator.features
        super().__init__(
            generator,
            discriminator,
            tokens,
            likelihood_steps=likelihood_steps,
            discriminator_first=discriminator_first,
            seed=seed,
            **kwargs,
        )
        self.delta, self.rounds, self.likelihood_every = float(delta), rounds, likelihood_every
        self._arguments = {
            "network_arguments": writing,
            "discriminator_arguments": judging,
            "delta": self.delta,
            "rounds": rounds,
            "likelihood_every": likelihood_every,
        }

    # --- who plays, when ----------------------------------------------------------------------

    @property
    def players(self):
        """The discriminator, the worker, the manager, and the critic where the baseline is one."""
        worker, manager = self.generator.worker, self.generator.manager
        return super().players | {"generator": [worker], "manager": [manager]}

    @property
    def writers(self):
        """The generator, and the discriminator, which it reads with."""
        return [self.generator, self.discriminator]

    @property
    def phases(self):
        """The discriminator alone and maximum likelihood by turns, and the game."""
        found = []
        for index in range(self.rounds):
            for name, steps in (
                ("discriminator", self.discriminator_first),
                ("likelihood", self.likelihood_steps),
            ):
                first, last = (steps * i // self.rounds for i in (index, index + 1))
                found.append((name, last - first))
        return [*found, ("adversarial", None)]

    def phase_at(self, step):
        """Return a step's phase; in the game, `likelihood` now and then, see `TextGame.phase_at`, too."""
        played = step - self.likelihood_steps - self.discriminator_first
        if played < 0 or not self.likelihood_every:
            return super().phase_at(step)
        cycle = self.likelihood_every * self.discriminator_steps + 1
        cycles, place = divmod(played, cycle)
        return "likelihood" if place == cycle - 1 else super().phase_at(step - cycles)

    def default_optimizers(self):
        """Adam(1e-3), clipped to a norm of 5, for worker and manager; Adam(5e-5) for the discriminator."""
        return super().default_optimizers() | {
            "discriminator": keras.optimizers.Adam(5e-5, name="discriminator_adam"),
            **{
                player: keras.optimizers.Adam(1e-3, global_clipnorm=5.0, name=f"{player}_adam")
                for player in ("generator", "manager")
            },
        }

    def compile(self, optimizers=None, loss=None, reward=None, **kwargs):
        """Choose optimizers, losses and rewards; with no argument, the paper's.

        Args:
            optimizers: dict with optimizers for `"discriminator"`, `"generator"` (the worker), `"manager"`.
            loss: the discriminator's, see `losses.get`.
            reward: what the manager's goals are valued by, see `losses.policy.rewards.get`. The worker's
                reward is how well it keeps to the goals.
            **kwargs: see `TextGAN.compile`; baseline and entropy bonus are the worker's.

        Raises:
            ValueError: what `TextGAN.compile` raises, or several steps per execution where phases alternate.
        """
        if self.likelihood_every and kwargs.get("steps_per_execution", 1) > 1:
            raise ValueError(
                f"likelihood_every={self.likelihood_every} needs steps_per_execution=1: the game's steps "
                "and those of maximum likelihood are compiled apart"
            )
        super().compile(optimizers, loss, reward, **kwargs)
        self.goal_reward, self.reward = self.reward, _Obedience(self.generator)

    # --- the algorithm ------------------------------------------------------------------------

    def likelihood_step(self, batch):
        """Maximum likelihood of the worker; the manager's goals learn where real sentences go."""
        tokens = batch["tokens"]
        values = tf.ones_like(tokens, tf.float32)
        g = self.update("generator", lambda: self.likelihood_loss(batch))
        m = self.update("manager", lambda: self.goal_loss(tokens, values))
        return self.log(generator=g, manager=m)

    def generator_turn(self, batch):
        """Write; the worker is rewarded for keeping to the goals, the manager for where they led to."""
        turn = self.turn(batch, self.write())
        returns = self.goal_reward.returns(turn)
        logs = self.policy_turn(turn)
        values = policy.goals.ahead(returns, self.generator.horizon)
        values = policy.goals.rank_rescaled(values, self.delta)
        m = self.update("manager", lambda: self.goal_loss(turn.tokens, values))
        return logs | {"manager": m | {"return": token_losses.token_mean(returns, turn.mask)}}

    def goal_loss(self, tokens, values):
        """Return the manager's loss, with the values `[B, T]` of where its goals led to, and logs."""
        features, goals = self.generator.plan(tokens)
        cosines = policy.goals.cosines(features, goals, self.generator.horizon)
        mask = self.mask_of(tokens)
        return policy.loss(cosines, values, mask), {
            "cosine": token_losses.token_mean(cosines, mask)
        }

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}


class _Obedience(policy.rewards.Reward):
    """The worker's reward: how well each token keeps to the goals."""

    needs = ()

    def __init__(self, generator):
        self._generator = generator

    def values(self, turn, tokens):
        """See `losses.policy.goals.intrinsic_rewards`."""
        horizon = self._generator.horizon
        return policy.goals.intrinsic_rewards(*self._generator.plan(tokens), horizon)
