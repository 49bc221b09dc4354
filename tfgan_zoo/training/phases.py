"""Training in phases: one schedule on the step counter, which a resumed run enters where it was."""

import tensorflow as tf

from tfgan_zoo.training.adversarial import AdversarialModel


class Phased(AdversarialModel):
    """A game whose training step differs from phase to phase.

    A subclass says its `phases`, a list of (name, steps), the last with None for all that come; and for
    each a method `<name>_step(batch)` that returns the logs. Which one a step runs is a function of the step
    counter alone, so a resumed run needs no other memory. Each phase is compiled when it begins.
    """

    _phase = None

    @property
    def phases(self):
        """List of (name, number of steps) in order; None for the last phase's number."""
        raise NotImplementedError

    def phase_at(self, step):
        """Return the name of the phase that a step belongs to.

        Args:
            step: int, the step counter before the step.
        """
        for name, steps in self.phases:
            if steps is None or step < steps:
                return name
            step -= steps
        return name

    def compile(self, *args, **kwargs):
        """Compile, with phases whose ends executions of several steps can meet.

        Raises:
            ValueError: a phase's length is not a multiple of `steps_per_execution`.
        """
        at_once = kwargs.get("steps_per_execution", 1)
        for name, steps in self.phases:
            if steps is not None and steps % at_once:
                raise ValueError(
                    f"the phase {name!r} has {steps} steps, expected a multiple of "
                    f"steps_per_execution={at_once}"
                )
        super().compile(*args, **kwargs)

    def train_step(self, data):
        """One step of the phase that the step counter is in."""
        if tf.executing_eagerly():
            self._phase = self.phase_at(int(self.iterations.numpy()))
        return getattr(self, f"{self._phase}_step")(self.unpack(data))

    def make_train_function(self, force=False):
        """Make the function that `fit` calls: for each step that of its phase."""
        if self.train_function is not None and not force:
            return self.train_function
        functions = {}

        def train(iterator):
            self._phase = self._phase_of_execution()
            if self._phase not in functions:
                super(Phased, self).make_train_function(force=True)
                functions[self._phase], self.train_function = self.train_function, train
            return functions[self._phase](iterator)

        self.train_function = train
        return train

    def _phase_of_execution(self):
        """Return the phase of all steps of the execution that begins."""
        step, at_once = int(self.iterations.numpy()), self.steps_per_execution
        phase = self.phase_at(step)
        if phase != self.phase_at(step + at_once - 1):
            raise ValueError(
                f"the {at_once} steps of an execution from step {step} cross the end of the phase {phase!r}; "
                "go on with steps_per_execution=1, or with a divisor of the steps that are left"
            )
        return phase
