"""`tfgan-zoo export`."""

from absl import flags

DESCRIPTION = "write a run's generator as a SavedModel that serves without this package"


def define_flags(values):
    """Define this command's flags."""
    flags.DEFINE_string("workdir", None, "the run's folder", flag_values=values)
    flags.DEFINE_string(
        "checkpoint", "last", "last, best, or a step that is still kept", flag_values=values
    )
    flags.DEFINE_string(
        "output", None, "the SavedModel's folder; WORKDIR/savedmodel if left away",
        flag_values=values,
    )  # fmt: skip


def main(values, overrides):
    """Export and say where."""
    from tfgan_zoo.cli.main import UsageError

    if overrides or not values.workdir:
        raise UsageError("export needs --workdir=… of a run")
    print(f"SavedModel: {export(values.workdir, values.output, values.checkpoint)}")


def export(path, output=None, which="last"):
    """Export a run's generator; return the SavedModel's folder."""
    from tfgan_zoo.cli import experiment
    from tfgan_zoo.cli.workdir import Workdir

    workdir = Workdir(path)
    model = experiment.restore(workdir, which)
    output = output or str(workdir.savedmodel)
    model.export(output)
    return output
