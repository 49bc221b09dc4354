"""The GAN of text by policy gradient: a generator of tokens that learns from rewards."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, losses
from tfgan_zoo.losses import policy
from tfgan_zoo.losses import tokens as token_losses
from tfgan_zoo.training import compiling, decoding
from tfgan_zoo.training.text_game import TextGame


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class TextGAN(TextGame):
    """GAN of text of any two networks, by policy gradient (Yu et al. 2017, arXiv 1609.05473).

    Tokens have no gradient, so the generator learns by REINFORCE: it writes sentences, a reward says what
    each token was worth, a baseline what was to be expected, and the log-probability of each token is
    raised by the difference. Phases: see `TextGame`.

    Args:
        generator: a `networks.text.TokenGenerator`.
        discriminator: `keras.Model` from tokens int32 [B, T] to logits: [B] of whole sentences, or, for the
            reward `steps`, [B, T] of their beginnings.
        tokens: the data's `Tokenizer`, or a `TokenSpec`.
        likelihood_steps: steps of maximum likelihood that come first.
        discriminator_first: steps of the discriminator alone that come second.
        seed: int; the random numbers of training are a function of it and of the step.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: networks and tokens that do not go together, or a number out of range.
    """

    default_reward = "sequence"
    default_baseline = "batch_mean"
    default_entropy_weight = 0.0
    baseline = None

    @property
    def players(self):
        """The discriminator, the generator, and the baseline where it is a critic that learns."""
        players = super().players
        if self.baseline is not None and self.baseline.trainable_variables:
            players["critic"] = [self.baseline]
        return players

    @property
    def parts(self):
        """Loss and baseline, where they have state."""
        return super().parts + ([self.baseline] if self.compiled else [])

    def compile(
        self,
        optimizers=None,
        loss=None,
        reward=None,
        baseline=None,
        entropy_weight=None,
        discriminator_steps=None,
        on_non_finite="raise",
        **kwargs,
    ):
        """Choose optimizers, the discriminator's loss, the reward and the baseline; by default the paper's.

        Args:
            optimizers: dict with optimizers for `"discriminator"`, `"generator"` and, where the baseline is
                one, `"critic"`.
            loss: the discriminator's, see `losses.get`.
            reward: name, dict of name and arguments, or object, see `losses.policy.rewards.get`.
            baseline: the same, see `losses.policy.baselines.get`.
            entropy_weight: weight of the entropy bonus, in nats a token; at least 0.
            discriminator_steps: discriminator updates for each generator update, each on a batch of its own.
            on_non_finite: `"raise"` or `"roll_back"`, see `AdversarialModel.compile`.
            **kwargs: `run_eagerly`, `jit_compile` and `steps_per_execution`, as in Keras.

        Raises:
            ValueError: an unknown name, a number out of range, or things that cannot go together.
        """
        if entropy_weight is None:
            entropy_weight = self.default_entropy_weight
        errors.check_numbers(0, float("inf"), entropy_weight=entropy_weight)
        reward = policy.rewards.get(self.default_reward if reward is None else reward)
        with self.distribute_strategy.scope():
            baseline = self._started(
                policy.baselines.get(self.default_baseline if baseline is None else baseline)
            )
        with compiling.as_before_if_refused(self, [baseline]):
            self._check(reward, losses.get(self.default_loss if loss is None else loss))
            compiling.replace(self, "reward", reward)
            compiling.replace(self, "baseline", baseline)
            self.entropy_weight = float(entropy_weight)
            super().compile(
                optimizers=optimizers,
                loss=loss,
                discriminator_steps=discriminator_steps,
                on_non_finite=on_non_finite,
                **kwargs,
            )
        self._compile_arguments_given |= {
            "reward": self.reward,
            "baseline": self.baseline,
            "entropy_weight": self.entropy_weight,
        }

    def _check(self, reward, loss):
        """Refuse a reward that this discriminator cannot give, and a loss that a dense one has not."""
        if "embed" in reward.needs and not hasattr(self.discriminator, "features"):
            raise ValueError(
                f"the reward {reward.kind!r} reads the discriminator's features; "
                f"{type(self.discriminator).__name__} has no method features(tokens)"
            )
        if "judge" in reward.needs:
            reward.check(self.discriminator, tf.zeros([1, self.tokens.length], tf.int32))
        if reward.dense and getattr(loss, "name", None) != "non_saturating":
            raise ValueError(
                f"loss={getattr(loss, 'name', loss)!r}: a discriminator of beginnings has the "
                "cross-entropy of each beginning; leave loss away"
            )

    def discriminator_loss(self, batch, fakes):
        """Return the discriminator's loss and what to log of it; of beginnings the mean over tokens."""
        if not self.reward.dense:
            return super().discriminator_loss(batch, fakes)
        real, fake = (
            tf.cast(self.discriminator(x, training=True), tf.float32)
            for x in (batch["tokens"], fakes)
        )
        mean = token_losses.token_mean
        real_mask, fake_mask = self.mask_of(batch["tokens"]), self.mask_of(fakes)
        loss = mean(tf.nn.softplus(-real), real_mask) + mean(tf.nn.softplus(fake), fake_mask)
        return 0.5 * loss, {
            "real": mean(tf.sigmoid(real), real_mask),
            "fake": mean(tf.sigmoid(fake), fake_mask),
        }

    def generator_turn(self, batch):
        """Write, be rewarded, and follow the policy gradient."""
        return self.policy_turn(self.turn(batch, self.write()))

    def policy_turn(self, turn):
        """Take a step of the generator with what was written; then the critic, if there is one, learns.

        Returns:
            Dict of player -> logs.
        """
        returns = self.reward.returns(turn)
        g = self.update("generator", lambda: self.policy_loss(turn, returns))
        g |= {
            "return": token_losses.token_mean(returns, turn.mask),
            "length": tf.reduce_mean(tf.reduce_sum(turn.mask, axis=1)),
        }
        if "critic" not in self.players:
            return {"generator": g}
        return {
            "generator": g,
            "critic": self.update("critic", lambda: self._baseline_of(turn, returns)[1]),
        }

    def policy_loss(self, turn, returns):
        """Return the generator's loss and what to log of it."""
        advantages, _ = self._baseline_of(turn, returns)
        log_probs, entropy = decoding.log_probabilities(self.generator, turn.tokens)
        loss = policy.loss(log_probs, advantages, turn.mask, entropy, self.entropy_weight)
        mean = token_losses.token_mean
        return loss, {
            "entropy": mean(entropy, turn.mask),
            "advantage_size": mean(tf.abs(advantages), turn.mask),
        }

    def _baseline_of(self, turn, returns):
        return self.baseline.advantage(turn, returns, self.reward)

    def turn(self, batch, tokens):
        """Return what rewards and baselines may look at, see `losses.policy.Turn`."""
        length, end = self.tokens.length, self.tokens.end_token

        def roll_out(count):
            uniforms = self.random.uniform((count, length - 1, length), "roll_outs")
            return decoding.roll_out(self.generator, tokens, uniforms, end)

        def greedy():
            return decoding.sample(
                self.generator, tf.zeros_like(tokens, tf.float32), end, greedy=True
            )

        def features(read):
            # A state knows the tokens before its place; here the token of its place is asked for, too.
            states = tf.stop_gradient(self.generator.states(read))
            return tf.pad(states[:, 1:], [[0, 0], [0, 1], [0, 0]])

        # All in inference mode: dropout would make the reward of one sentence differ from call to call.
        return policy.Turn(
            tokens=tokens,
            mask=self.mask_of(tokens),
            end_token=end,
            judge=lambda judged: self.discriminator(judged, training=False),
            real=batch["tokens"],
            roll_out=roll_out,
            greedy=greedy,
            features=features,
            embed=lambda judged: self.discriminator.features(judged, training=False),
            random=self.random,
            step=self.iterations.value,
        )

    def _started(self, baseline):
        if not baseline.built:
            states = keras.ops.shape(
                self.generator.states(tf.zeros([1, self.tokens.length], tf.int32))
            )
            baseline.build((None, *states[1:]))
        return baseline

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            **self.common_config(),
        }
