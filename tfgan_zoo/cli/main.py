"""`tfgan-zoo COMMAND --flag=value …`: finds the command and reads its flags."""

import contextlib
import importlib
import os
import sys
import warnings

from absl import flags

from tfgan_zoo import errors

# Each command is a module with DESCRIPTION, define_flags(flag_values) and main(flag_values, overrides).
COMMANDS = (
    "train",
    "evaluate",
    "sample",
    "interpolate",
    "translate",
    "animate",
    "export",
    "profile",
    "list",
    "demo",
)
_PREFIX = "--config."


class UsageError(ValueError):
    """The command line is not right; the message says what would be."""


def _usage():
    lines = ["usage: tfgan-zoo COMMAND [--flag=value …]", "", "commands:"]
    for name in COMMANDS:
        lines.append(f"  {name:12s} {_module(name).DESCRIPTION}")
    lines += ["", "tfgan-zoo COMMAND --help shows a command's flags."]
    return "\n".join(lines)


def _module(name):
    return importlib.import_module(f"tfgan_zoo.cli.{name}")


def parse(command, arguments):
    """Read a command's flags.

    Args:
        command: the command's module.
        arguments: list of strings after the command's name.

    Returns:
        `(flag_values, overrides)`: absl's flag values, and a dict of the `--config.field=value` ones.

    Raises:
        UsageError: unknown flag, wrong value, or an argument that is not a flag.
    """
    overrides, rest = {}, []
    pending = iter(arguments)
    for argument in pending:
        if not argument.startswith(_PREFIX):
            rest.append(argument)
            continue
        field, equals, value = argument[len(_PREFIX) :].partition("=")
        if not equals:
            value = next(pending, "--")
            if value.startswith("--"):
                raise UsageError(f"{argument} needs a value: {argument}=…")
        overrides[field] = value
    values = flags.FlagValues()
    command.define_flags(values)
    try:
        positional = values([command.__name__, *rest])[1:]
    except flags.UnrecognizedFlagError as error:
        valid = [name for name in values if len(name) > 1]
        raise UsageError(errors.unknown("flag", error.flagname, valid)) from error
    except flags.Error as error:
        raise UsageError(str(error)) from error
    if positional:
        raise UsageError(f"unexpected argument {positional[0]!r}; flags are written --name=value")
    return values, overrides


def _help(name, command):
    values = flags.FlagValues()
    command.define_flags(values)
    lines = [f"tfgan-zoo {name}: {command.DESCRIPTION}", ""]
    for flag in sorted({id(values[f]): values[f] for f in values}.values(), key=lambda f: f.name):
        default = "" if flag.default is None else f" (default: {flag.default})"
        lines.append(f"  --{flag.name}\n      {flag.help}{default}")
    return "\n".join(lines)


def run(arguments=None):
    """Run the command line; the console script `tfgan-zoo`."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_usage())
        return 0
    name, *rest = arguments
    try:
        if name not in COMMANDS:
            raise UsageError(errors.unknown("command", name, COMMANDS))
        command = _module(name)
        if "--help" in rest or "-h" in rest:
            print(_help(name, command))
            return 0
        values, overrides = parse(command, rest)
        _start_tensorflow()
        with _short_warnings(name):
            command.main(values, overrides)
    except KeyboardInterrupt:
        return 130
    except _user_errors() as error:
        print(f"tfgan-zoo {name}: {error}", file=sys.stderr)
        return getattr(error, "exit_code", 2)
    return 0


@contextlib.contextmanager
def _short_warnings(name):
    """Show warnings as errors are shown: a line, without the place in the code."""
    before = warnings.formatwarning
    warnings.formatwarning = lambda message, *place, **others: f"tfgan-zoo {name}: {message}\n"
    try:
        yield
    finally:
        warnings.formatwarning = before


def _start_tensorflow():
    """Import TensorFlow without its start-up notices (oneDNN, missing CUDA), which no setting mutes."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.stderr.flush()
    stderr = os.dup(2)
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        tf = importlib.import_module("tensorflow")
        tf.config.list_physical_devices()
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


def _user_errors():
    # Errors whose message is for the user, who can do something about them; all others are ours to
    # find, with their traceback.
    expected = [UsageError, OSError, ValueError]
    for module, names in (
        ("tfgan_zoo.files", ["LockedError"]),
        ("tfgan_zoo.callbacks.checkpoint", ["CheckpointError"]),
        ("tfgan_zoo.training.faults", ["NonFiniteError", "BatchValueError"]),
        ("tfgan_zoo.training.workers", ["WorkerError"]),
    ):
        if module in sys.modules:
            expected += [getattr(sys.modules[module], name) for name in names]
    return tuple(expected)


if __name__ == "__main__":
    sys.exit(run())
