"""`tfgan-zoo animate`: a film of a person of a few images, by a run's talking heads."""

from pathlib import Path

from absl import flags

DESCRIPTION = "write a film of a person of a few images, driven by landmarks or speech"
_FRAMES = 50  # two seconds
_AT_A_TIME = 16


def define_flags(values):
    """Define this command's flags."""
    flags.DEFINE_string("workdir", None, "the run's folder", flag_values=values)
    flags.DEFINE_string(
        "checkpoint", "last", "last, best, or a step that is still kept", flag_values=values
    )
    flags.DEFINE_integer(
        "person", None, "the number of a test person of the data: its images are the sources, unless others "
        "are given, and it drives, unless a sound does", flag_values=values,
    )  # fmt: skip
    flags.DEFINE_multi_string(
        "source", [], "an image of somebody else, of the model's size; more of them make it better",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_string(
        "landmarks", None, "the landmarks of the sources: a .npy file of floats [images, points, 2], in "
        "pixels from the top left corner", flag_values=values,
    )  # fmt: skip
    flags.DEFINE_string(
        "audio", None, "of a model that is driven by speech: a wav file", flag_values=values
    )
    flags.DEFINE_integer(
        "frames", None, f"how many, at 25 a second; {_FRAMES} of a person, as many as a sound has",
        lower_bound=1, flag_values=values,
    )  # fmt: skip
    flags.DEFINE_string("output", "film.gif", "the film's file: .gif or .mp4", flag_values=values)


def main(values, overrides):
    """Animate and write."""
    from tfgan_zoo import films
    from tfgan_zoo.cli import experiment
    from tfgan_zoo.cli.main import UsageError
    from tfgan_zoo.cli.workdir import Workdir
    from tfgan_zoo.datasets.conditional import heads

    if overrides or not values.workdir or (values.person is None and not values.source):
        raise UsageError(
            "animate needs --workdir=… of a run, and whom: --person=… of the test data, or --source=…"
        )
    kind = Path(values.output).suffix.lower()
    try:
        films.check_kind(kind)
    except (ImportError, ValueError) as error:
        raise UsageError(f"--output={values.output}: {error}") from error
    if values.landmarks and not values.source:
        raise UsageError(f"--landmarks={values.landmarks} are of images: give --source=…")
    people = heads.PEOPLE["test"]
    if values.person is not None and not 0 <= values.person < people:
        raise UsageError(f"--person={values.person}: the test people are 0 to {people - 1}")
    model = experiment.restore(Workdir(values.workdir), values.checkpoint)
    if not hasattr(model, "animate"):
        raise ValueError(f"{type(model).__name__} animates nobody: it is no model of talking heads")
    driving = _driving(model, values.person, values.audio, values.frames)
    if values.source:
        images, landmarks = _given(model, values.source, values.landmarks)
    else:
        images, landmarks = _of_person(model, values.person)
    made = _animated(model, images, landmarks, driving)
    model.write(values.output, made, heads.RATE)
    print(f"{len(made)} frames of {len(images)} images: {values.output}")


def _driving(model, person, audio, frames):
    """Return what drives each frame: the landmarks or the speech of a person's film, or a sound.

    Raises:
        ValueError: nothing that drives this model, or no sound.
    """
    from tfgan_zoo import sounds
    from tfgan_zoo.datasets.conditional import heads

    if audio is not None:
        if model.driver != "audio":
            raise ValueError(
                f"--audio={audio}: this model is driven by {model.driver}, of a person: give --person=…"
            )
        rate, (length,) = model.get_config()["sample_rate"], model.driving_shape
        try:
            samples = sounds.read_at(audio, rate)
            sounds.fitted(samples, len(samples), trim=False)  # says what is silent
        except ValueError as error:
            raise ValueError(f"--audio={audio}: {error}") from error
        return sounds.windows(samples, rate, length, heads.RATE)[:frames]
    if person is None:
        others = " or --audio=file.wav" if model.driver == "audio" else ""
        raise ValueError(f"nothing drives: give --person=…, whose {model.driver} do{others}")
    film = heads.sequence(
        person,
        frames or _FRAMES,
        size=model.image_shape[0],
        speaking=model.driver == "audio",
    )
    return film[model.driver]


def _of_person(model, person):
    """Return images of a person of the test data, and their landmarks."""
    from tfgan_zoo import datasets
    from tfgan_zoo.datasets.conditional import heads

    name = "heads_speaking" if model.driver == "audio" else "heads"
    first = person * heads.FRAMES
    known = datasets.load_arrays(
        name, split=f"test[{first}:{first + 1}]", image_size=model.image_shape[:2]
    )
    return known.others["source"][0], known.extras["source_landmarks"][0]


def _given(model, sources, landmarks):
    """Return images of files, and their landmarks.

    Raises:
        ValueError: what is no image, or of another size; no landmarks, or no NumPy file.
    """
    import numpy as np

    from tfgan_zoo import files
    from tfgan_zoo.datasets import folder, pictures

    height, width, channels = model.image_shape
    images = []
    for file in sources:
        pixels = folder.decode(file)
        if pixels is None:
            raise ValueError(f"--source={file}: there is no whole image")
        if pixels.shape[:2] != (height, width):
            size = "×".join(map(str, pixels.shape[:2]))
            raise ValueError(f"--source={file} is {size}, this model's images are {height}×{width}")
        images.append(pictures.fit(pixels, channels=channels))
    shape = f"floats ({len(images)}, {model.points}, 2)"
    if landmarks is None:
        raise ValueError(
            f"--source={sources[0]}: nothing here finds landmarks in images; give those of all sources by "
            f"--landmarks=FILE.npy, {shape}, in pixels from the top left corner"
        )
    try:
        points = files.read_array(landmarks)
    except ValueError as error:
        raise ValueError(f"--landmarks={landmarks}: {error}; {shape}") from error
    if points.shape != (len(images), model.points, 2) or points.dtype.kind not in "fiu":
        raise ValueError(
            f"--landmarks={landmarks} is {points.dtype} {points.shape}, expected {shape}"
        )
    return np.stack(images), points.astype(np.float32)


def _animated(model, images, landmarks, driving):
    """Return the frames, float32 [T, H, W, C] in [-1, 1]."""
    import numpy as np
    from tqdm import tqdm

    source = images.astype("float32") / 127.5 - 1
    made = []
    with tqdm(total=len(driving), desc="animate", unit=" frames") as bar:
        for first in range(0, len(driving), _AT_A_TIME):
            part = driving[first : first + _AT_A_TIME]
            made.append(model.animate(source, landmarks, **{model.driver: part}))
            bar.update(len(part))
    return np.concatenate(made)
