"""Export a trained model into the versioned folders that TensorFlow Serving watches.

    python export/export.py runs/demo exported/dcgan_digits

The first argument is a run's folder, a checkpoint's folder, or a `.keras` file. The second is the model's
base folder; the SavedModel goes to the next number in it (`exported/dcgan_digits/1`, then `…/2`), and a
server that watches the base folder changes to the highest number by itself.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow starts


def find_model(source, which="last"):
    """Return the `.keras` file of a run's folder, a checkpoint's folder, or a `.keras` file.

    Args:
        source: the path.
        which: for a run: `"last"`, `"best"`, or a step number.

    Raises:
        FileNotFoundError: there is nothing at the path.
        ValueError: it is none of the three, or no such checkpoint, or a damaged one.
    """
    from tfgan_zoo.callbacks import checkpoint
    from tfgan_zoo.cli.workdir import Workdir

    source = Path(source)
    if not source.exists():
        raise FileNotFoundError(f"there is no {str(source)!r}")
    if source.is_file() and source.suffix == ".keras":
        return source
    if (source / "config.json").exists():
        return Workdir(source).checkpoint(which) / checkpoint.MODEL_FILE
    if (source / checkpoint.MODEL_FILE).exists():
        fault = checkpoint.damage(source)
        if fault is not None:
            raise ValueError(f"checkpoint {str(source)!r} is damaged: {fault}")
        return source / checkpoint.MODEL_FILE
    raise ValueError(
        f"{str(source)!r} is neither a run's folder (with config.json), nor a checkpoint's folder "
        f"(with {checkpoint.MODEL_FILE}), nor a .keras file"
    )


def next_version(base):
    """Return the folder of the next version in a model's base folder.

    Raises:
        FileExistsError: the base folder holds something that is not a version of a model.
    """
    base = Path(base)
    if base.exists() and not base.is_dir():
        raise FileExistsError(f"{str(base)!r} is a file; give a folder for the model's versions")
    # Hidden entries are not the model's: a file manager's, or an export's that was killed.
    entries = [e for e in base.iterdir() if e.name[0] != "."] if base.exists() else []
    versions = []
    for entry in sorted(entries):
        number = entry.name.isascii() and entry.name.isdigit()
        if not number or not (entry / "saved_model.pb").exists():
            raise FileExistsError(
                f"{str(base)!r} holds {entry.name!r}, which is not a version of a model (a folder "
                "named by a number, with a SavedModel in it); give a folder for this model alone"
            )
        versions.append(int(entry.name))
    return base / str(max(versions, default=0) + 1)


def export(source, base, which="last"):
    """Write a trained model as the next version in a base folder.

    Args:
        source: a run's folder, a checkpoint's folder, or a `.keras` file.
        base: the model's base folder; made if need be.
        which: for a run: `"last"`, `"best"`, or a step number.

    Returns:
        The SavedModel's folder.
    """
    folder = next_version(base)  # before the slow part
    file = find_model(source, which)

    import keras

    import tfgan_zoo as zoo

    model = zoo.load_model(str(file))
    if type(model).export is keras.Model.export:
        raise ValueError(f"{str(file)!r} holds a {type(model).__name__}, not a model of tfgan_zoo")
    model.export(folder)
    return folder


def main():
    """Export one model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", help="a run's folder, a checkpoint's folder, or a .keras file")
    parser.add_argument("base", help="the model's base folder; the version is a number in it")
    parser.add_argument(
        "--checkpoint", default="last", help="of a run: last, best, or a step that is still kept"
    )
    arguments = parser.parse_args()
    try:
        folder = export(arguments.source, arguments.base, arguments.checkpoint)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    print(f"SavedModel: {folder}")


if __name__ == "__main__":
    sys.exit(main())
