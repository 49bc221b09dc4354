"""Configs: Python files whose `get_config()` returns an ml_collections ConfigDict."""

import ast
import importlib.util
from pathlib import Path

from ml_collections import ConfigDict

from tfgan_zoo import errors
from tfgan_zoo.callbacks import collapse_monitor
from tfgan_zoo.cli import arguments
from tfgan_zoo.metrics.vital_signs import LEAST


def _folder():
    # Installed as tfgan_zoo.configs; in a checkout that is not installed, beside the package.
    spec = importlib.util.find_spec("tfgan_zoo.configs")
    if spec is not None and spec.origin:
        return Path(spec.origin).parent
    return Path(__file__).parents[2] / "configs"


def named():
    """Return dict of name -> path for the configs that come with the package."""
    return {p.stem: p for p in sorted(_folder().glob("*.py")) if p.stem != "__init__"}


def load(name_or_path):
    """Load a config by name (`dcgan_digits`) or path (`configs/dcgan_digits.py`).

    Returns:
        `(config, docstring)`; the config is locked, so that no field can be added.

    Raises:
        ValueError: no such config, with the nearest name, or a file without `get_config`.
    """
    path = Path(name_or_path)
    if path.suffix != ".py":
        found = named()
        if str(name_or_path) not in found:
            raise ValueError(errors.unknown("config", str(name_or_path), found))
        path = found[str(name_or_path)]
    elif not path.exists():
        raise ValueError(
            f"no config file {str(path)!r}; these come with the package: {', '.join(named())}"
        )
    spec = importlib.util.spec_from_file_location(f"_config_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not hasattr(module, "get_config"):
        raise ValueError(f"{str(path)!r} has no get_config()")
    return ConfigDict(module.get_config()).lock(), (module.__doc__ or "").strip()


def _fields(config, prefix=""):
    for key, value in config.items():
        if isinstance(value, ConfigDict):
            yield from _fields(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def first_line(text):
    """Return the first line of a docstring, empty where there is none."""
    return next(iter((text or "").strip().splitlines()), "")


def flatten(config):
    """Return dict of dotted field -> value."""
    return dict(_fields(config))


def override(config, overrides):
    """Set fields from the command line, each to the type it has.

    Arguments of the model's constructor and of `compile`, `evaluate.truncation`, `evaluate.scores`, and for
    images `data.channels`, `data.jitter`, `data.flip`, `train.monitor_every` and the other `train.monitor_…`
    can be set where the config leaves them at their defaults, too. Lists and dicts are written as in Python
    or in JSON. A loss, a penalty or an augmentation is a name, or a dict of its name and arguments: either
    takes the other's place, as a whole.

    Args:
        config: ConfigDict, changed in place.
        overrides: dict of dotted field -> string.

    Raises:
        ValueError: unknown field, with the nearest one, or a value of another type.

    >>> config = ConfigDict({"train": {"steps": 10}})
    >>> override(config, {"train.steps": "20"})
    >>> config.train.steps
    20
    """

    # The model's name first: it decides which arguments there are. A whole before its parts.
    def order(item):
        return item[0] != "model.name", item[0].count(".")

    for field, text in sorted(overrides.items(), key=order):
        known = arguments.defaults(config) | flatten(config)
        if field not in known:
            raise ValueError(errors.unknown("config field", field, known))
        *parents, last = field.split(".")
        section = config
        for parent in parents:
            section = section[parent]
        value = _parsed(field, text, None if field in _NAMED_PARTS else known[field])
        with config.unlocked():
            if field in _NAMED_PARTS and last in section:
                del section[
                    last
                ]  # a section would keep its type, and the arguments of another name
            section[last] = value


# What is given by a name, by a dict of a name and arguments, or by several of these.
_NAMED_PARTS = tuple(
    f"compile.{part}"
    for part in ("loss", "penalties", "augmentations", "top_k", "reward", "baseline")
)


# Fields that mean something when they are None, whatever they are in a config.
_MAY_BE_NONE = (
    "attention_stage",
    "best_by",
    "channels",
    "ema_decay",
    "extractor",
    "image_size",
    "monitor_every",
    "scores",
    "truncation",
)


# Fields of which "none" is a name, not the absence of one.
_NONE_IS_A_NAME = ("baseline", "discriminator_norm")


def _parsed(field, text, present):
    if field.rpartition(".")[2] in _NONE_IS_A_NAME:
        return text.strip("'\"")
    if text.lower() == "none" and field.rpartition(".")[2] in _MAY_BE_NONE:
        return None
    kind = bool if present == "auto" else type(present)  # Keras's "auto" stands for true or false
    if kind is str or text == present:
        return text
    value = _literal(text)
    if present is None:
        if isinstance(value, str) and text.lstrip().startswith(("{", "[")):
            raise ValueError(
                f"config field {field!r}: {text!r} is no list or dict in Python or JSON; shells take quotes "
                f"away, so put all in single ones: '--config.{field}=…'"
            )
        return value
    if isinstance(present, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    whole = isinstance(value, float) and value.is_integer()
    if whole and isinstance(present, int) and not isinstance(present, bool):
        value = int(value)  # 1e4 is how people write 10000
    if isinstance(present, (tuple, list)) and isinstance(value, (tuple, list)):
        value = type(present)(value)
    if type(value) is not kind:
        raise ValueError(
            f"config field {field!r} is {kind.__name__} (now {present!r}); "
            f"{text!r} is {'text' if isinstance(value, str) else type(value).__name__}"
        )
    return value


def _literal(text):
    """Return what a text writes in Python or JSON; the text itself where that is nothing."""
    try:
        return ast.literal_eval(_JsonNames().visit(ast.parse(text.strip(), mode="eval")))
    except (ValueError, SyntaxError, TypeError):
        return text


class _JsonNames(ast.NodeTransformer):
    """Python's names for those of JSON, and for any way to capitalise either."""

    values = {"true": True, "false": False, "none": None, "null": None}

    def visit_Name(self, node):
        name = node.id.lower()
        return ast.Constant(self.values[name]) if name in self.values else node


# What a run would otherwise trip over late, or under another name. Scores of one image do not exist.
_LEAST = {
    "train.steps": 1,
    "train.log_every": 1,
    "train.sample_every": 1,
    "train.checkpoint_every": 1,
    "train.keep": 1,
}
_LEAST_TO_SCORE = {"train.score_every": 1, "train.score_samples": 2, "evaluate.samples": 2}


def check(config):
    """Check the numbers of a run before it starts: its workdir would hold on to a wrong config.

    Raises:
        ValueError: a number that is absent or out of range, by its field's name.
    """
    present = flatten(config)
    least = _LEAST if present["evaluate.extractor"] is None else _LEAST | _LEAST_TO_SCORE
    for field, smallest in least.items():
        errors.check_ints(smallest, **{field: present.get(field)})
    for name, least in (("every", 1), ("samples", LEAST), ("max_roll_backs", 1)):
        if present.get(f"train.monitor_{name}") is not None:
            field = f"train.monitor_{name}"
            errors.check_ints(least, **{field: present[field]})
    factor = present.get("train.monitor_rate_factor", arguments.MONITOR["rate_factor"])
    errors.check_numbers(1e-6, 1, **{"train.monitor_rate_factor": factor})
    action = present.get("train.monitor_action", arguments.MONITOR["action"])
    if action not in collapse_monitor.ACTIONS:
        raise ValueError(errors.unknown("train.monitor_action", action, collapse_monitor.ACTIONS))
    truncation = present.get("evaluate.truncation")
    if truncation is not None and not (errors.is_number(truncation) and truncation > 0):
        raise ValueError(
            f"evaluate.truncation is {truncation!r}, expected a number above 0, or none"
        )
    steps, at_once = present["train.steps"], present.get("compile.steps_per_execution", 1)
    errors.check_ints(1, **{"compile.steps_per_execution": at_once})
    if steps % at_once:
        raise ValueError(
            f"train.steps is {steps}, expected a multiple of compile.steps_per_execution={at_once}: "
            "the run would end past its last step"
        )


def differences(old, new):
    """Return lines that say in which fields two flat configs differ."""
    return [
        f"{field}: {old.get(field, '(absent)')!r} there, {new.get(field, '(absent)')!r} now"
        for field in sorted(old.keys() | new.keys())
        if field not in old or field not in new or old[field] != new[field]
    ]
