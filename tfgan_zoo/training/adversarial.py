"""The base class of every system in the zoo: a game of players who take turns."""

import abc
import contextlib
import inspect
import threading

import keras
import tensorflow as tf
from absl import logging

from tfgan_zoo import errors, registry
from tfgan_zoo.training import averaging, batches, faults, fitting, guarding, randomness

# What Keras's compile takes that makes sense here, too.
_KERAS_ARGUMENTS = ("run_eagerly", "jit_compile", "steps_per_execution")


class AdversarialModel(guarding.Guarding, fitting.Fitting, keras.Model, abc.ABC):
    """A `keras.Model` whose `train_step` lets several players take turns.

    Each player is some networks, its own optimizer and, turn by turn, its own loss. This class owns
    what every game needs: the players and their optimizers, `update` (one gradient step of one
    player, correct under tf.distribute and in mixed precision, with a finite check), the random
    numbers, averaged networks, the step counter and the logs. It knows no architecture, data or loss.

    A subclass creates its networks as attributes, says who plays (`players`), what a batch holds
    (`batch_fields`) and which optimizers are the paper's (`default_optimizers`), and writes its
    `train_step` between `unpack` and `log`:

    ```python
    def train_step(self, data):
        batch = self.unpack(data)
        d = self.update("discriminator", lambda: self.discriminator_loss(batch))
        g = self.update("generator", lambda: self.generator_loss(batch))
        return self.log(discriminator=d, generator=g)
    ```

    Args:
        seed: int; the random numbers of training are a function of it and of the step.
        **kwargs: for `keras.Model` (`name`, `dtype`).

    Attributes:
        iterations: the number of training steps done, an int64 variable.
        global_batch_size: samples per step of the last `fit`, None where a data set does not say.
        callback_state: dict of name -> what a callback must remember when the run is resumed, as JSON
            holds it; a `callbacks.Checkpoint` keeps it.
    """

    def __init__(self, *, seed=0, **kwargs):
        own = inspect.signature(type(self)).parameters.keys() - {"kwargs"}
        registry.check_keywords(type(self), kwargs, own)
        super().__init__(**kwargs)
        self.seed = int(seed)
        # Replicas count alike, so these need no aggregation: each assigns its own copy.
        self.iterations = self.add_weight(
            name="iterations", shape=(), dtype="int64", initializer="zeros", trainable=False
        )
        self._start_guard()
        # Replicas trace train_step in threads of their own; each has its own open step.
        self._open = threading.local()
        self.global_batch_size = None
        self.callback_state = {}

    # --- what a subclass says -----------------------------------------------------------------

    @property
    @abc.abstractmethod
    def players(self):
        """Dict of player name -> list of the networks that the player's updates train."""

    @property
    @abc.abstractmethod
    def batch_fields(self):
        """Dict of batch key -> `batches.Field` that `train_step` reads."""

    @property
    def test_fields(self):
        """Dict of batch key -> `batches.Field` that `test_step` reads."""
        return self.batch_fields

    @abc.abstractmethod
    def default_optimizers(self):
        """Return the paper's optimizers, a new dict of player name -> `keras.optimizers.Optimizer`."""

    @property
    def averages(self):
        """List of (averaged network, network, decay) to move after each step."""
        return []

    @property
    def parts(self):
        """List of the layers that `compile` was given besides the networks: penalties with state, say."""
        return []

    # --- compile ------------------------------------------------------------------------------

    @contextlib.contextmanager
    def choosing(self, **choices):
        """Set attributes that belong to the objective while `compile` goes on; as before if it is refused."""
        before = {name: getattr(self, name) for name in choices}
        try:
            for name, value in choices.items():
                setattr(self, name, value)
            yield
        except Exception:
            for name, value in before.items():
                setattr(self, name, value)
            raise
        self._compile_arguments_given |= choices

    def compile(self, optimizers=None, on_non_finite="raise", **kwargs):
        """Choose the players' optimizers; with no argument, the paper's.

        Args:
            optimizers: dict of player name -> optimizer, for the players that should not use their
                default. Networks that compute in float16 get loss scaling by themselves. A rate's schedule
                counts its player's own turns, of which a critic may have five a step.
            on_non_finite: what to do when a loss or gradient is not finite; the weights are left as
                they were in any case. `"raise"` stops with `NonFiniteError`; `"roll_back"` goes back
                to the weights of at most 100 steps ago and goes on with new random numbers and data,
                three times before it gives up.
            **kwargs: `run_eagerly`, `jit_compile` and `steps_per_execution`, as in Keras.

        Raises:
            ValueError: unknown player, policy or argument, one optimizer shared by two players, or no dict of
                them.
        """
        for name in kwargs:
            if name not in _KERAS_ARGUMENTS:
                raise ValueError(errors.unknown("compile argument", name, self.compile_arguments()))
        if on_non_finite not in faults.POLICIES:
            raise ValueError(errors.unknown("on_non_finite", on_non_finite, faults.POLICIES))
        if on_non_finite == "roll_back" and kwargs.get("steps_per_execution", 1) > 1:
            # A fault is seen at the end of an execution, when later batches are gone already.
            raise ValueError("on_non_finite='roll_back' needs steps_per_execution=1")
        chosen = self.default_optimizers()
        if optimizers is not None and not hasattr(optimizers, "items"):
            raise ValueError(
                f"optimizers is {type(optimizers).__name__}, expected a dict with an optimizer for each "
                f"player that should not have its default: {', '.join(self.players)}"
            )
        for player, optimizer in dict(optimizers or {}).items():
            if player not in self.players:
                raise ValueError(errors.unknown("player", player, self.players))
            chosen[player] = keras.optimizers.get(optimizer)
        if len({id(optimizer) for optimizer in chosen.values()}) < len(chosen):
            raise ValueError("each player needs an optimizer object of its own; two share one")
        self.check_optimizers(chosen)

        super().compile(optimizer=None, **kwargs)
        self.on_non_finite = on_non_finite
        self._roll_back = None
        self._optimizers_given = dict(chosen)
        for player, optimizer in chosen.items():
            if self._computes_in_float16() and not isinstance(
                optimizer, keras.optimizers.LossScaleOptimizer
            ):
                optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
            # Built now: a checkpoint can only fill variables that are there.
            with self.distribute_strategy.scope():
                optimizer.build(self.player_variables(player))
            # An attribute each, so that Keras's saving and tf.train.Checkpoint both find them.
            setattr(self, f"{player}_optimizer", optimizer)
        self._compile_arguments_given = {"on_non_finite": on_non_finite, **kwargs}

    def check_optimizers(self, optimizers):
        """Refuse optimizers that a subclass cannot do with; `optimizers` by player, as `compile` chose."""

    @classmethod
    def compile_arguments(cls):
        """Return dict of argument of `compile` -> default, from the signatures."""
        keras_parameters = inspect.signature(keras.Model.compile).parameters
        found = {name: keras_parameters[name].default for name in _KERAS_ARGUMENTS}
        bases = cls.__mro__  # those that are no models, too, such as `MatchingAware`
        for base in reversed(bases[: bases.index(AdversarialModel) + 1]):
            if "compile" in vars(base):
                parameters = inspect.signature(base.compile).parameters
                found |= {
                    n: p.default for n, p in parameters.items() if n not in ("self", "kwargs")
                }
        return found

    def _computes_in_float16(self):
        # One network is enough: every player's gradients may flow through it.
        return any(
            layer.compute_dtype == "float16"
            for networks in self.players.values()
            for network in networks
            for layer in network._flatten_layers()
        )

    def get_compile_config(self):
        """Return what `compile_from_config` needs to compile a loaded model alike.

        None, with a warning, where a loss of the user's own cannot be written down (it has no
        `get_config`): the file then holds the whole state, and a loaded model asks for `compile()`.
        """
        if not self.compiled:
            return None
        try:
            return keras.saving.serialize_keras_object(
                {"optimizers": dict(self._optimizers_given), **self._compile_arguments_given}
            )
        except TypeError as error:
            logging.warning(
                "The file holds all weights and optimizers, but not how the model was compiled (%s). "
                "After load_model, call compile(…) as before, and load_weights(…) of the same file.",
                str(error).splitlines()[0],
            )
            return None

    def compile_from_config(self, config):
        """Compile with what `get_compile_config` returned."""
        self.compile(**keras.saving.deserialize_keras_object(config))

    @classmethod
    def from_config(cls, config):
        """Make the model from its config."""
        config = {
            key: keras.saving.deserialize_keras_object(value) if isinstance(value, dict) else value
            for key, value in config.items()
        }
        return cls(**config)

    def check_config(self, config):
        """Check, before a checkpoint's weights are read, what they are not enough to tell by.

        Args:
            config: the constructor's arguments of the model that wrote it.

        Raises:
            ValueError: its weights would mean something else here.
        """

    @property
    def optimizers(self):
        """Dict of player name -> optimizer, in the order of `players`; empty before `compile`."""
        if not self.compiled:
            return {}
        return {player: getattr(self, f"{player}_optimizer") for player in self.players}

    def player_variables(self, player):
        """Return the trainable variables of a player's networks."""
        return [v for network in self.players[player] for v in network.trainable_variables]

    @property
    def state_variables(self):
        """Every variable that training reads or writes: networks, averages, counters, optimizers."""
        own = list(self.variables)
        return own + [v for optimizer in self.optimizers.values() for v in optimizer.variables]

    # --- one step -----------------------------------------------------------------------------

    def unpack(self, data, training=True):
        """Open a training step: check the batch and start the step's random numbers.

        Args:
            data: what `fit` hands to `train_step`: an image tensor, a dict, or an (x, y) pair.
            training: False in `test_step`, where `test_fields` are checked instead of `batch_fields`.

        Returns:
            The batch as a dict of tensors.

        Raises:
            ValueError: a missing key, wrong dtype or shape. Values out of range or not finite stop
                the run with `BatchValueError` after this step, which then changes no weight.
        """
        fields = self.batch_fields if training else self.test_fields
        batch = batches.as_batch(data, next(iter(fields)))
        batches.check_batch(batch, fields)
        batch, empty = batches.without_empty(batch, fields)
        local = batches.batch_size(batch, fields)
        global_batch, offset, self._open.share = randomness.replica_part(local)
        self._open.begun = {}
        self._open.stream = randomness.RandomStream(
            self.seed, self.iterations.value, local, global_batch, offset
        )
        self._guard_values(batch, fields, empty)
        return batch

    @property
    def random(self):
        """The open step's `RandomStream`."""
        return self._open.stream

    def update(self, player, loss_fn):
        """Take one gradient step for one player; nothing of anybody else changes.

        Other players' state (batch-norm statistics, say) that `loss_fn` moves on its way is put
        back, so that each network changes in its own turns only.

        Args:
            player: the player's name.
            loss_fn: function without arguments that returns the scalar loss, a mean over this
                replica's samples, or a pair (loss, dict of scalars to log).

        Returns:
            Dict of scalars to log: `loss`, `gradient_norm` (before any clipping; under
            tf.distribute the mean of the replicas' own) and what `loss_fn` logged.
        """
        optimizer = self.optimizers[player]
        variables = self.player_variables(player)
        tape, state = self._open.begun.pop(player, None) or self._turn(player)
        state += self._others_state(player)
        share = self._open.share
        with tape, self._open.stream.active():
            loss = loss_fn()
            loss, logs = loss if isinstance(loss, tuple) else (loss, {})
            loss = tf.cast(loss, tf.float32)
            # Keras sums gradients over replicas; each adds the part that its samples are of the
            # global batch, so that the sum is the gradient of the global batch's mean.
            objective = optimizer.scale_loss(loss * share)
        gradients = tape.gradient(objective, [v.value for v in variables])

        scale = self._loss_scale(optimizer)
        norm = tf.linalg.global_norm(gradients) / (scale * share)
        # With loss scaling, gradients that overflow are daily business: the optimizer skips the
        # step and halves its scale. Only at scale 1 there is nothing left to halve.
        bad = ~tf.math.is_finite(loss) | (~tf.math.is_finite(norm) & (scale <= 1.0))
        ok = self._report_fault(bad, list(self.players).index(player) + 1)
        for variable, before, own in state:
            variable.assign(tf.where(ok, variable.value, before) if own else before)
        guarding.apply_if(ok, optimizer, gradients, variables)
        self.after_update(player, ok)
        return {"loss": loss, "gradient_norm": norm, **logs}

    def after_update(self, player, ok):
        """Do what a subclass does to a player's weights after each update; `ok`: it was a good one."""

    def begin(self, player, function):
        """Compute something as the first part of a player's coming turn, to show it to others before.

        The player's next `update` in this step goes on from here: its gradient flows through what the
        function computed, and the function's effects on its networks' state count as that turn's.

        ```python
        fakes = self.begin("generator", self.fakes)
        d = self.update("discriminator", lambda: self.discriminator_loss(batch, fakes))
        g = self.update("generator", lambda: self.generator_loss(batch, fakes))
        ```

        Args:
            player: the player's name.
            function: function without arguments.

        Returns:
            What the function returns.
        """
        self._open.begun[player] = tape, _ = self._turn(player)
        others = self._others_state(player)
        with tape, self._open.stream.active():
            made = function()
        # Now, since others may have their turns before this one ends.
        for variable, before, _ in others:
            variable.assign(before)
        return made

    def _turn(self, player):
        """Return a tape for a player's turn, and (variable, value, True) of all state of its networks."""
        tape = tf.GradientTape(watch_accessed_variables=False)
        with tape:
            tape.watch([v.value for v in self.player_variables(player)])
        state = [
            (v, tf.identity(v.value), True)
            for network in self.players[player]
            for v in network.non_trainable_variables
        ]
        # After the copies: a bad turn puts this back, too.
        for network in self.players[player]:
            for layer in network._flatten_layers():
                if hasattr(layer, "advance"):
                    layer.advance()  # spectral norm's power iteration: once a turn, not once a call
        return tape, state

    def _others_state(self, player):
        """Return (variable, value, stays in a good turn?) of all state that is not the player's networks'."""
        mine = self.players[player]
        others = [
            (v, tf.identity(v.value), False)
            for networks in self.players.values()
            for network in networks
            if not any(network is n for n in mine)
            for v in network.non_trainable_variables
        ]
        return others + [(v, tf.identity(v.value), True) for v in self._parts_variables]

    @property
    def _parts_variables(self):
        """State of what compile was given: it may change in any turn, and is put back in a bad one."""
        return [v for part in self.parts for v in part.non_trainable_variables]

    def log(self, **players):
        """Close a training step: move the averages, count the step, name the logs.

        Args:
            **players: per player the dict that `update` returned.

        Returns:
            Dict of `<player>_<what>` -> scalar, as `train_step` must return it.
        """
        ok = tf.equal(self._fault.value, 0)
        for averaged, network, decay in self.averages:
            rate = averaging.average_rate(decay, self.iterations.value)
            averaging.update_average(averaged, network, tf.where(ok, rate, 0.0))
        self.iterations.assign_add(tf.cast(ok, tf.int64))
        return self._readable(players)

    def _readable(self, players):
        logs = {
            f"{player}_{key}": tf.cast(value, tf.float32)
            for player, values in players.items()
            for key, value in values.items()
        }
        if isinstance(tf.distribute.get_strategy(), tf.distribute.MultiWorkerMirroredStrategy):
            # Keras reduces logs over workers along axis 0, which scalars lack.
            logs = {key: tf.reshape(value, [1]) for key, value in logs.items()}
        return logs

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        # All variables exist from the constructor on. Keras's symbolic build would have nothing to
        # do, and fails under MultiWorkerMirroredStrategy on batches that are dicts.
        pass

    def _loss_scale(self, optimizer):
        if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
            return tf.cast(optimizer.dynamic_scale.value, tf.float32)
        return tf.constant(float(optimizer.loss_scale_factor or 1.0))
