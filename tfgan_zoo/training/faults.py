"""What happens when a loss, a gradient or a batch is not finite."""

import numpy as np

POLICIES = ("raise", "roll_back")

# Steps between the copies that "roll_back" returns to, and how many returns to one copy are tried.
SNAPSHOT_EVERY = 100
MAX_ROLL_BACKS = 3


class NonFiniteError(ArithmeticError):
    """A loss or gradient was not finite; the weights are as they were before that update.

    Attributes:
        player: whose update it was.
        step: the step counter at the time.
    """

    def __init__(self, player, step):
        self.player, self.step = player, step
        super().__init__(
            f"the {player}'s loss or gradient is not finite at step {step}; no weight was changed by "
            "this update. Lower that player's learning rate, or compile with "
            "on_non_finite='roll_back'."
        )


class BatchValueError(ValueError):
    """A batch held values outside the range that the model asks for, or not finite.

    Attributes:
        key: the batch's key.
        step: the step counter at the time.
    """

    def __init__(self, key, step, low, high, field):
        self.key, self.step = key, step
        found = (
            "not finite (NaN or infinite)"
            if not (np.isfinite(low) and np.isfinite(high))
            else f"in [{low:g}, {high:g}]"
        )
        remedy = (
            "Integers are positions in a table: is this data's vocabulary (or are its labels) the model's?"
            if field.dtype.startswith("int")
            else "For images in [0, 255] use x / 127.5 - 1, for images in [0, 1] use x * 2 - 1."
        )
        super().__init__(
            f"batch[{key!r}] at step {step} holds values {found}; the model expects finite values in "
            f"[{field.low:g}, {field.high:g}]. {remedy}"
        )


class RollBack:
    """Copies of a model's state in memory, to return to when an update is not finite.

    Time does not run backwards: the step counter goes on, so that the numbers and the batches drawn
    after the return are new ones.

    Args:
        variables: the variables to keep, without the step counter.
    """

    def __init__(self, variables):
        self._variables = variables
        self._values = None
        self._step = None
        self.count = 0

    def keep(self, step):
        """Copy the state if the last copy is old enough."""
        if self._step is None or step - self._step >= SNAPSHOT_EVERY:
            self._values = [np.array(v.numpy()) for v in self._variables]
            self._step, self.count = step, 0

    def restore(self):
        """Put the copied state back; False when this copy has been tried often enough."""
        self.count += 1
        if self.count > MAX_ROLL_BACKS:
            return False
        for variable, value in zip(self._variables, self._values, strict=True):
            variable.assign(value)
        return True
