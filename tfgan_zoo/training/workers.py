"""Several processes that train one model together: who is the chief, and what all must agree on.

Under `tf.distribute.MultiWorkerMirroredStrategy` every worker runs the same program. The chief alone
writes files; whatever decides how a run goes on (where it resumes, when it stops) is decided by all
together, since a worker that takes another turn leaves the others waiting. Under every other strategy
there is one worker, which is the chief, and nothing here communicates.
"""

import contextlib

import keras
import tensorflow as tf


class WorkerError(RuntimeError):
    """The workers cannot go on together: one of them failed, or they disagree."""


class WorkerLostError(WorkerError):
    """Another worker is gone; all have to be started again."""

    # What the command line ends with: "temporary failure, try again" in sysexits.h, for launchers.
    exit_code = 75


def several(strategy):
    """Say whether a strategy spans several processes."""
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return False
    cluster = strategy.cluster_resolver.cluster_spec().as_dict()
    return sum(len(cluster.get(job, ())) for job in ("chief", "worker")) > 1


def is_chief(strategy):
    """Say whether this process is the one that writes files.

    The chief is the task of type `chief`, where there is one, else worker 0. A process that trains alone
    is its own chief.

    >>> is_chief(tf.distribute.get_strategy())
    True
    """
    if not several(strategy):
        return True
    resolver = strategy.cluster_resolver
    if "chief" in resolver.cluster_spec().as_dict():
        return resolver.task_type == "chief"
    return resolver.task_id == 0


def of_all(strategy, value):
    """Return every replica's value, in the same order everywhere.

    All workers must call it, each as often as the others.

    Args:
        strategy: the strategy that the model was made in.
        value: an int.

    Returns:
        List of ints, of this process's alone where it trains alone.

    Raises:
        WorkerLostError: another worker is gone.

    >>> of_all(tf.distribute.get_strategy(), 3)
    [3]
    """
    if not several(strategy):
        return [value]
    with contact(strategy):
        return _gather(strategy, tf.constant(value, tf.int64)).numpy().tolist()


@tf.function
def _gather(strategy, value):
    def each(value):
        context = tf.distribute.get_replica_context()
        row = tf.one_hot(
            context.replica_id_in_sync_group, context.num_replicas_in_sync, dtype=tf.int64
        )
        return context.all_reduce(tf.distribute.ReduceOp.SUM, row * value)

    return strategy.experimental_local_results(strategy.run(each, args=(value,)))[0]


@contextlib.contextmanager
def chief_first(strategy):
    """Let the chief through first; the others follow when it is done, and fail if it has failed.

    Raises:
        WorkerError: on the others, when the chief left with an exception.

    >>> with chief_first(tf.distribute.get_strategy()):
    ...     print("written")
    written
    """
    if is_chief(strategy):
        try:
            yield
        except BaseException:
            with contextlib.suppress(WorkerLostError):
                of_all(strategy, 1)
            raise
        of_all(strategy, 0)
    else:
        if any(of_all(strategy, 0)):
            raise WorkerError("the chief could not go on; its own output says why")
        yield


@contextlib.contextmanager
def contact(strategy):
    """Turn TensorFlow's errors about a worker that is gone into one that says what to do."""
    try:
        yield
    except tf.errors.OpError as error:
        # Which class it is depends on who noticed first: the socket, the heartbeat or the chief.
        lost = isinstance(error, tf.errors.UnavailableError) or "Collective ops" in error.message
        if not (several(strategy) and lost):
            raise
        resolver = strategy.cluster_resolver
        raise WorkerLostError(
            f"{resolver.task_type} {resolver.task_id} lost contact with another worker: "
            f"{_reason(error.message)}. Start all workers again with the same command: they go on "
            "from the newest checkpoint. The first worker that ended says why in its own output."
        ) from error


def _reason(message):
    # What the user needs stands behind a listing of our own frames.
    _, _, reason = message.rpartition("Collective ops is aborted by: ")
    return next(iter(reason.strip().splitlines()), "no reason given").rstrip(":.")


def check_agreement(model):
    """Make sure that all workers are at the same step.

    Raises:
        WorkerError: they are not.
    """
    steps = of_all(model.distribute_strategy, int(model.iterations.numpy()))
    if len(set(steps)) > 1:
        raise WorkerError(
            f"the replicas disagree about the step: {steps}. All workers must start from the same "
            "weights and read the same checkpoints, from a folder that all of them see."
        )


class StopTogether(keras.callbacks.Callback):
    """Makes `stop_training` hold for all workers as soon as one has set it, so that none is left waiting."""

    def on_train_batch_end(self, batch, logs=None):
        """Agree after each step."""
        self._agree()

    def on_epoch_end(self, epoch, logs=None):
        """Agree after each epoch, when early stopping decides."""
        self._agree()

    def _agree(self):
        stop = any(of_all(self.model.distribute_strategy, int(self.model.stop_training)))
        self.model.stop_training = stop


def share_callbacks(callbacks, strategy):
    """Return the callbacks that this worker runs.

    Those that only write say `chief_only = True` and run on the chief.
    """
    if not several(strategy):
        return list(callbacks)
    mine = [c for c in callbacks if is_chief(strategy) or not getattr(c, "chief_only", False)]
    return [*mine, StopTogether()]
