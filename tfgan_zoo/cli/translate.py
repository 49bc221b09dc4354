"""`tfgan-zoo translate`: a folder of images through a run's generator."""

from pathlib import Path

from absl import flags

DESCRIPTION = "translate a folder of images by a run's model, into files of the same names"


def define_flags(values):
    """Define this command's flags."""
    flags.DEFINE_string("workdir", None, "the run's folder", flag_values=values)
    flags.DEFINE_string(
        "checkpoint", "last", "last, best, or a step that is still kept", flag_values=values
    )
    flags.DEFINE_string(
        "input", None, "a folder of images, of any size that the model takes; sub-folders too",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_string("output", None, "the folder for the translated ones", flag_values=values)
    flags.DEFINE_string(
        "direction", None, "of a model with two: a_to_b or b_to_a", flag_values=values
    )
    flags.DEFINE_string(
        "domain", None, "of a model with many domains: the one to translate to, its name or number",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_integer(
        "seed", 0, "of the noise of a model that has some; the same for every file",
        lower_bound=0, flag_values=values,
    )  # fmt: skip
    flags.DEFINE_string(
        "data_dir", None, "where prepared TensorFlow Datasets are, for the domains' names",
        flag_values=values,
    )  # fmt: skip


def main(values, overrides):
    """Translate and say what was left out."""
    from tfgan_zoo.cli.main import UsageError

    if overrides or not (values.workdir and values.input and values.output):
        raise UsageError(
            "translate needs --workdir=… of a run, --input=… and --output=…, two folders"
        )
    done, skipped = translate(
        values.workdir,
        values.input,
        values.output,
        which=values.checkpoint,
        direction=values.direction,
        domain=values.domain,
        seed=values.seed,
        data_dir=values.data_dir,
    )
    print(f"{done} images translated: {values.output}")
    if skipped:
        print(f"{len(skipped)} skipped:", *(f"{name}: {why}" for name, why in skipped), sep="\n  ")


def translate(
    path, source, target, *, which="last", direction=None, domain=None, seed=0, data_dir=None
):
    """Translate the images of a folder.

    Args:
        path: the run's folder.
        source: the folder of images.
        target: the folder for the translated ones; it is made. Files there of the same names are replaced.
        which: the checkpoint.
        direction: of a model with two, `"a_to_b"` or `"b_to_a"`; None for its default.
        domain: of a model with many, the name or the number of the one to translate to.
        seed: int, for the noise: what becomes of a file does not depend on the others.
        data_dir: where prepared TensorFlow Datasets are.

    Returns:
        How many images were translated, and a list of (name, reason) for all other files.

    Raises:
        ValueError: no such folder or an empty one, folders in one another, a choice that the model does not
            offer, or not one image that could be translated.
    """
    from tqdm import tqdm

    from tfgan_zoo import pictures
    from tfgan_zoo.cli import experiment
    from tfgan_zoo.cli.workdir import Workdir
    from tfgan_zoo.datasets import folder
    from tfgan_zoo.datasets.pictures import SUFFIXES, fit

    root, output = folder.existing(source, "--input"), Path(target).expanduser()
    inner, outer = output.resolve(), root.resolve()
    if inner == outer or inner in outer.parents or outer in inner.parents:
        raise ValueError(
            f"--output={target} and --input={source} lie in one another: choose a folder elsewhere"
        )
    files = folder.images(root)
    workdir = Workdir(path)
    model = experiment.restore(workdir, which)
    chosen = _choices(model, workdir, direction, domain, seed, data_dir)
    channels = model.routes[chosen.get("direction", next(iter(model.routes)))].channels
    others = sorted(set(folder.visible(root)) - set(files))
    skipped = [(each.relative_to(root), f"not one of {', '.join(SUFFIXES)}") for each in others]
    done = 0
    for file in tqdm(files, desc="translate", unit=" images", mininterval=0.5):
        name = file.relative_to(root)
        pixels = folder.decode(file)
        if pixels is None:
            skipped.append((name, "not a whole image"))
            continue
        try:
            model.check_size(*pixels.shape[:2])
        except ValueError as error:
            skipped.append((name, str(error)))
            continue
        pixels = fit(pixels, channels=channels)[None].astype("float32")
        (made,) = pictures.to_uint8(model.translate(pixels / 127.5 - 1, **chosen))
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        pictures.write(output / name, made)
        done += 1
    if not done:
        name, why = skipped[-1]
        raise ValueError(f"none of the {len(files)} images could be translated; {name}: {why}")
    return done, skipped


def _choices(model, workdir, direction, domain, seed, data_dir):
    """Return what to tell the model's `translate` beside the images.

    Raises:
        ValueError: a choice that the model does not offer, or none where it has to be told.
    """
    import inspect

    from tfgan_zoo import errors

    name = type(model).__name__
    if not hasattr(model, "translate"):
        raise ValueError(f"{name} does not translate images")
    taken = inspect.signature(model.translate).parameters
    chosen = {}
    for flag, key, value in (("direction", "direction", direction), ("domain", "label", domain)):
        if value is None and key in taken and taken[key].default is inspect.Parameter.empty:
            raise ValueError(f"{name} has several to choose from: give --{flag}=…")
        if value is not None:
            if key not in taken:
                raise ValueError(f"--{flag}={value}: {name} has no {flag}s to choose from")
            chosen[key] = value
    if direction is not None and direction not in model.routes:
        raise ValueError(errors.unknown("direction", direction, model.routes))
    if domain is not None:
        chosen["label"] = _number(domain, workdir, data_dir)
    if "seed" in taken:
        chosen["seed"] = seed
    return chosen


def _number(domain, workdir, data_dir):
    """Return a domain's number; names are those of the run's data, and come first: they may be numbers."""
    from tfgan_zoo import errors
    from tfgan_zoo.cli import experiment

    try:
        data = experiment.make_data(workdir.config(), data_dir or workdir.data_dir())
    except ValueError:
        if not domain.isdecimal():
            raise
        return int(domain)  # the data are not here any more
    names = data.info.label_names or ()
    if domain in names:
        return names.index(domain)
    if not domain.isdecimal():
        raise ValueError(errors.unknown("domain", domain, names))
    return int(domain)
