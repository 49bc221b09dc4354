"""`tfgan-zoo interpolate`: between latents, or between two conditions."""

from absl import flags

DESCRIPTION = "write a picture of walks between random latents, or between two conditions"


def define_flags(values):
    """Define this command's flags."""
    flags.DEFINE_string("workdir", None, "the run's folder", flag_values=values)
    flags.DEFINE_string(
        "checkpoint", "last", "last, best, or a step that is still kept", flag_values=values
    )
    flags.DEFINE_integer("rows", 8, "how many walks", lower_bound=1, flag_values=values)
    flags.DEFINE_integer("steps", 10, "images in each walk", lower_bound=2, flag_values=values)
    flags.DEFINE_integer("seed", 0, "seed of the latents at the ends", flag_values=values)
    flags.DEFINE_multi_string(
        "condition", [], "NAME=VALUE, what the model is told of all images, label=7; or NAME=ONE|OTHER, "
        "to walk from one label, caption, wav file or codes to the other, each row with latents of its own",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_string("output", "interpolation.png", "the picture's file", flag_values=values)


def slerp(start, end, steps):
    """Walk from one latent to another along the sphere (White 2016, arXiv 1609.04468).

    Normal latents of many dimensions lie near a sphere; a straight line would cut through its inside,
    where the generator has never been.

    Args:
        start: array of any shape.
        end: array of the same shape.
        steps: how many points, both ends included.

    Returns:
        Array `[steps, *shape]`.

    >>> import numpy as np
    >>> slerp(np.array([1.0, 0.0]), np.array([0.0, 1.0]), 3)[1].round(4).tolist()
    [0.7071, 0.7071]
    """
    import numpy as np

    cosine = np.sum(start * end) / (np.linalg.norm(start) * np.linalg.norm(end))
    angle = np.arccos(np.clip(cosine, -1.0, 1.0))
    t = np.linspace(0.0, 1.0, steps).reshape([-1] + [1] * start.ndim)
    if np.sin(angle) < 1e-6:  # the same direction: the sphere's arc is the line
        return (1.0 - t) * start + t * end
    return (np.sin((1.0 - t) * angle) * start + np.sin(t * angle) * end) / np.sin(angle)


def main(values, overrides):
    """Interpolate and write."""
    import numpy as np

    from tfgan_zoo.cli import conditions, experiment
    from tfgan_zoo.cli.main import UsageError
    from tfgan_zoo.cli.sample import check_output, write_grid
    from tfgan_zoo.cli.workdir import Workdir
    from tfgan_zoo.training import latents

    check_output(values.output)
    if overrides or not values.workdir:
        raise UsageError("interpolate needs --workdir=… of a run")
    told = conditions.read(values.condition)
    model = experiment.restore(Workdir(values.workdir), values.checkpoint)
    if not hasattr(model, "latent_shape"):
        raise ValueError(f"{type(model).__name__} has no latents to walk between")
    if any("|" in value for value in told.values()):
        ends = _ends(model, told)
        rows = latents(values.rows, model.latent_shape, values.seed).numpy()
        images = model.walk(*ends, rows, values.steps)
    else:
        ends = latents(2 * values.rows, model.latent_shape, values.seed).numpy()
        walks = [slerp(a, b, values.steps) for a, b in zip(ends[::2], ends[1::2], strict=True)]
        images = model.decode(np.concatenate(walks), **conditions.of_model(model, told))
    write_grid(values.output, images, columns=values.steps)
    print(f"{values.rows} walks of {values.steps} images: {values.output}")


def _ends(model, told):
    """Return the two conditions to walk between, as the model takes them.

    Raises:
        ValueError: not two of one name, or what the model does not take.
    """
    from tfgan_zoo import errors
    from tfgan_zoo.cli import conditions

    (name, value), *others = told.items()
    ends = value.split("|")
    if others or len(ends) != 2:
        raise ValueError(
            f"--condition {name}={value}: expected one condition, of the form ONE|OTHER"
        )
    known = conditions.named_in(model.serving_inputs)
    if name not in known:
        raise ValueError(f"--condition {name}={value}: " + errors.unknown("condition", name, known))
    return [conditions.of_model(model, {name: end})[name] for end in ends]
