"""A run's folder: text where it can be."""

import datetime
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from ml_collections import ConfigDict

from tfgan_zoo import __version__, files, metrics
from tfgan_zoo.callbacks import checkpoint
from tfgan_zoo.cli import configs


class Workdir:
    """The paths in a run's folder, and the config in it.

    `config.json`, `metrics.jsonl`, `environment.json`, `checkpoints/`, `tensorboard/`, `samples/`; later
    `evaluation.json`, `evaluation.html` and `savedmodel/`.

    Args:
        path: the folder.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.config_file = self.path / "config.json"
        self.environment_file = self.path / "environment.json"
        self.metrics_file = self.path / "metrics.jsonl"
        self.evaluation_file = self.path / "evaluation.json"
        self.report_file = self.path / "evaluation.html"
        self.checkpoints = self.path / "checkpoints"
        self.samples = self.path / "samples"
        self.tensorboard = self.path / "tensorboard"
        self.savedmodel = self.path / "savedmodel"

    def lock(self):
        """Make the folder and keep other processes out of it.

        Returns:
            A `files.FolderLock`; hold it as long as the run lasts.

        Raises:
            LockedError: another process trains here.
            ValueError: there is a file where the folder should be.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise ValueError(
                f"--workdir={self.path} cannot be a folder: there is a file at {error.filename!r}"
            ) from error
        return files.FolderLock(self.path)

    def store(self, config, data_dir=None, strategy=None):
        """Store a run's config, or compare it with the stored one; store what the numbers depend on.

        A config that no checkpoint stands for yet is replaced: nothing was trained with it.

        Args:
            config: ConfigDict.
            data_dir: where the run's prepared TensorFlow Datasets are, for commands that come later.
            strategy: the `tf.distribute.Strategy` that trains, None for none.

        Returns:
            The config as a resumed run will read it.

        Raises:
            ValueError: there are checkpoints of another config; the message names the fields.
        """
        if self.config_file.exists() and checkpoint.checkpoints(self.checkpoints):
            config = self.compare(config)
        else:
            config, as_json = _as_stored(config)
            files.write_json(self.config_file, as_json)
        # Not in the config: the same run may go on where the data lie elsewhere.
        here = data_dir is not None and "://" not in str(data_dir)  # not gs://bucket
        where = {"data_dir": os.path.abspath(data_dir) if here else data_dir}
        files.write_json(self.environment_file, environment(strategy) | where)
        return config

    def compare(self, config):
        """Compare a config with the stored one.

        Returns:
            The config as a resumed run will read it.

        Raises:
            ValueError: it is another one; the message names the fields. Or there is none.
        """
        config, _ = _as_stored(config)
        lines = configs.differences(configs.flatten(self.config()), configs.flatten(config))
        if lines:
            raise ValueError(
                f"{str(self.path)!r} holds a run with another config:\n  "
                + "\n  ".join(lines)
                + "\nChoose another --workdir, or run with the stored config (leave --config away)."
            )
        return config

    def data_dir(self):
        """Return the `--data_dir` that the run was last trained with, or None."""
        if not self.environment_file.exists():
            return None
        return files.read_json(self.environment_file).get("data_dir")

    def config(self):
        """Return the stored config.

        Raises:
            ValueError: the folder is not a run's.
        """
        if not self.config_file.exists():
            raise ValueError(
                f"{str(self.path)!r} holds no run (no config.json); "
                "make one with: tfgan-zoo train --config=… --workdir=…"
            )
        return _from_json(files.read_json(self.config_file))

    def checkpoint(self, which="last"):
        """Return the folder of a checkpoint: `"last"`, `"best"`, or a step number.

        Raises:
            ValueError: the folder is not a run's, or there is no such checkpoint, or it is damaged.
        """
        config = self.config()
        folders = checkpoint.checkpoints(self.checkpoints)
        if not folders:
            raise ValueError(f"{str(self.path)!r} holds no checkpoint yet")
        if which == "last":
            for folder in reversed(folders):
                fault = checkpoint.damage(folder)
                if fault is None:
                    return folder
                print(f"Checkpoint {folder} is damaged ({fault}); trying the one before.")
            raise ValueError(f"all checkpoints in {str(self.checkpoints)!r} are damaged")
        if which == "best":
            folder = checkpoint.best_checkpoint(self.checkpoints, *best_by(config))
            if folder is None:
                raise ValueError(f"no checkpoint in {str(self.path)!r} carries a score")
        else:
            by_step = {str(int(f.name.rsplit("_", 1)[1])): f for f in folders}
            if which not in by_step:
                steps = ", ".join(by_step)
                raise ValueError(f"no checkpoint {which!r}; there are last, best and steps {steps}")
            folder = by_step[which]
        fault = checkpoint.damage(folder)
        if fault:
            raise ValueError(f"checkpoint {str(folder)!r} is damaged: {fault}")
        return folder


def best_by(config):
    """Return the score that a run keeps its best checkpoint by, or None, and whether lower is better.

    Without an extractor there are no scores, whatever `train.best_by` says.
    """
    name = config.train.best_by if config.evaluate.extractor is not None else None
    return name, metrics.lower_is_better(name) if name else True


def _as_stored(config):
    as_json = json.loads(json.dumps(config.to_dict()))
    return _from_json(as_json), as_json


def _from_json(value):
    # Configs hold tuples; JSON has lists only.
    def with_tuples(value):
        if isinstance(value, dict):
            return {key: with_tuples(v) for key, v in value.items()}
        return tuple(map(with_tuples, value)) if isinstance(value, list) else value

    return ConfigDict(with_tuples(value)).lock()


def environment(strategy=None):
    """Return what a run's numbers depend on: versions, machine, devices, command, commit."""
    import keras
    import tensorflow as tf

    return {
        "tfgan_zoo": __version__,
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "devices": [d.name for d in tf.config.list_physical_devices()],
        "replicas": 1 if strategy is None else strategy.num_replicas_in_sync,
        "started": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "command": sys.argv,
        "commit": _commit(),
    }


def _commit():
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return None  # installed; the repository around it, if any, is not this package's
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:  # no git on this machine
        return None
    return done.stdout.strip() or None
