"""Lower the learning rates of a model that trains."""

import keras

from tfgan_zoo.training.schedules import Scaled


def inner(optimizer):
    """Return the optimizer that has the learning rate: what a loss scaling wraps."""
    return getattr(optimizer, "inner_optimizer", optimizer)


def scale_variables(model, factor):
    """Multiply the learning rates that are variables; those that follow a schedule stay."""
    for optimizer in map(inner, model.optimizers.values()):
        if _schedule(optimizer) is None:
            optimizer.learning_rate = float(optimizer.learning_rate.numpy()) * factor


def scale_schedules(model, factor):
    """Set what the schedules of learning rates are multiplied by, whatever it was before.

    A step that is traced already keeps the rate that it was traced with.
    """
    for optimizer in map(inner, model.optimizers.values()):
        schedule = _schedule(optimizer)
        if isinstance(schedule, Scaled):
            schedule = schedule.schedule
        elif factor == 1.0:
            continue
        if schedule is not None:
            optimizer.learning_rate = Scaled(schedule, factor)


def _schedule(optimizer):
    rate = optimizer._learning_rate  # the property computes it
    return rate if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule) else None
