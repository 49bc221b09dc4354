"""One training of each setting of `benchmarks.conditional`, by a config and what a row changes in it."""

import numpy as np

from benchmarks import conditional_scores as scores
from benchmarks import heads_scores
from benchmarks.translation_runs import prepared, show, trained
from benchmarks.translation_scores import rounded

# Rows that train nothing are None; the others are a config and fields of it.
_TEXT, _TONES, _JUNCTION = (
    "text_to_image_shapes",
    "sound_to_image_tones",
    "frame_prediction_junction",
)
_NO_WRONG_PAIRS = {"compile.wrong_pairs": "false"}
_NOWHERE = {"model.attention_stage": "None"}
_R1 = "({'name': 'r1', 'weight': 0.05},)"
_MEAN_SQUARE = {
    "compile.adversarial_weight": "0",
    "compile.l2_weight": "1",
    "compile.penalties": "()",
}
_SPOKEN = {
    "data.image_size": "28",
    "model.normalise": "peak",
    "model.trim": "true",
    "model.encoder": "words",
    "model.num_classes": "10",
}
ROWS = {
    "labels": {
        "real": None,
        "CGAN": ("cgan_mnist", {}),
        "ProjectionGAN": ("projection_mnist", {}),
        "ACGAN": ("acgan_mnist", {}),
        "ReACGAN": ("reacgan_mnist", {}),
        "MatchingAwareGAN": ("matching_aware_mnist", {}),
        "MatchingAwareGAN, no wrong pairs": ("matching_aware_mnist", _NO_WRONG_PAIRS),
    },
    "infogan": {"real": None, "InfoGAN": ("infogan_mnist", {})},
    "captions": {
        "real": None,
        "real, captions of others": None,
        "mean of the words": (_TEXT, _NOWHERE),
        "attention to the words": (_TEXT, {"model.pooling": "attention", **_NOWHERE}),
        "places that look at the words": (_TEXT, {}),
        "no wrong pairs": (_TEXT, _NO_WRONG_PAIRS),
        "unconditional discriminator": (
            _TEXT,
            {"model.discriminator_condition": "none", **_NO_WRONG_PAIRS},
        ),
    },
    "sounds": {
        "real": None,
        "SoundToImageGAN": (_TONES, {}),
        "no wrong pairs": (_TONES, _NO_WRONG_PAIRS),
    },
    "spoken": {"real": None, "SoundToImageGAN": (_TONES, _SPOKEN)},
    "futures": {
        "real": None,
        "regression": (_JUNCTION, _MEAN_SQUARE),
        "GAN": (_JUNCTION, {}),
        "GAN, no mode seeking": (_JUNCTION, {"compile.penalties": _R1}),
        "GAN, left in 70%": (_JUNCTION, {"data.name": "junction:0.7"}),
    },
    "heads": {
        "copy of the nearest source": None,
        "mean face": None,
        "TalkingHeadGAN": ("talking_heads", {}),
        "true renderer": None,
    },
    "speaking": {
        "copy of the nearest source": None,
        "mean face": None,
        "TalkingHeadGAN": ("speaking_heads", {}),
        "true renderer": None,
    },
}
CODES = 5000  # images whose codes are looked at
PLACES = 8  # images of each tone, frames for each past
SPOKEN = 4  # images of each recording
SIDE = 32  # pixels, of heads


def labels(row, seed, picture=None):
    """Train and score a GAN of labelled digits."""
    from tfgan_zoo import datasets

    test = datasets.load_arrays("mnist", split="test")
    if ROWS["labels"][row] is None:
        real = datasets.load_arrays("mnist", split=f"train[:{len(test.images)}]")
        return {"scores": {"": rounded(scores.labels(real.images, real.labels, test))}}
    model = trained(prepared(*ROWS["labels"][row], seed))
    # As often each class as in the test set.
    made = model.generate(len(test.labels), seed=1000 + seed, label=test.labels)
    _show_each(picture, model, label=np.arange(model.num_classes))
    return {"scores": {"": rounded(scores.labels(made, test.labels, test))}}


def infogan(row, seed, picture=None):
    """Train InfoGAN and score what its codes mean, in its own images and in real ones."""
    from tfgan_zoo import datasets

    test = datasets.load_arrays("mnist", split="test")
    if ROWS["infogan"][row] is None:
        return {"scores": {"": rounded(scores.codes(test.images, test.labels, None))}}
    model = trained(prepared(*ROWS["infogan"][row], seed))
    categories = np.arange(CODES) % model.categories[0]
    random = np.random.default_rng(1000 + seed)
    continuous = random.uniform(-1, 1, [CODES, model.continuous]).astype(np.float32)
    told = model.codes(CODES, categories[:, None], continuous)
    made = model.generate(CODES, seed=1000 + seed, codes=told)
    _show_codes(picture, model)
    (seen,), _ = model.infer(test.images / np.float32(127.5) - 1)
    found = scores.codes(made, categories, continuous) | scores.clusters(seen, test.labels)
    return {"scores": {"": rounded(found)}}


def captions(row, seed, picture=None):
    """Train a GAN of captioned scenes, and read what its images show of held-out captions."""
    from tfgan_zoo import datasets
    from tfgan_zoo.datasets.conditional import placed_captions

    learns = ROWS["captions"][row] is not None
    model = trained(prepared(*ROWS["captions"][row], seed)) if learns else None
    found, texts = {}, {}
    for part, split in (("held out", "test"), ("unseen pairs", "test_unseen")):
        test = datasets.load_arrays("shapes_combinations", split=split)
        tokens = test.extras["caption"]
        texts[part] = [placed_captions.decode(each) for each in tokens]
        made = test.images
        if learns:
            made = model.generate(len(tokens), seed=1000 + seed, caption=tokens)
        elif row != "real":
            made = np.roll(made, 1, axis=0)
        found[part] = rounded(scores.captions(made, texts[part]))
        if learns and part == "held out":
            _show_each(picture, model, caption=tokens[:8])
    return {"scores": found, "shown": texts["held out"][:8]}


def sounds(row, seed, picture=None):
    """Train a GAN of tones, and read what its images show of held-out ones."""
    from tfgan_zoo import datasets

    test = datasets.load_arrays("tones", split="test", image_size=SIDE)
    made = test.images[None]
    if ROWS["sounds"][row] is not None:
        model = trained(prepared(*ROWS["sounds"][row], seed))
        made = _of_each(model, PLACES, seed, audio=test.extras["audio"])
        _show_each(picture, model, audio=test.extras["audio"][:8])
    return {"scores": {"": rounded(scores.sounds(made, test.rows))}}


def spoken(row, seed, picture=None, recordings=None):
    """Train a GAN of spoken digits, and let a classifier read what it makes of a speaker it never heard."""
    from tfgan_zoo import datasets

    name = f"spoken_digits:{recordings}"
    test = datasets.load_arrays(name, split="test")
    if ROWS["spoken"][row] is None:
        accuracy = np.mean(scores.classes_of(test.images) == test.labels)
        return {"scores": {"never heard": rounded({"label_accuracy": accuracy})}}
    config_name, fields = ROWS["spoken"][row]
    model = trained(prepared(config_name, {**fields, "data.name": name}, seed))
    found = {}
    # Each recording of those that were trained with comes several times there.
    heard = datasets.load_arrays(name, split=f"train[:{8 * len(test.labels)}]")
    for part, arrays, every in (("never heard", test, 1), ("of training", heard, 8)):
        audio = np.asarray(arrays.extras["audio"])[::every]
        made = _of_each(model, SPOKEN, seed, audio=audio)
        wanted = np.tile(arrays.labels[::every], SPOKEN)
        accuracy = np.mean(scores.classes_of(np.concatenate(made)) == wanted)
        found[part] = rounded({"label_accuracy": accuracy})
        if part == "never heard":
            _show_each(picture, model, audio=audio[:8])
    return {"scores": found}


def futures(row, seed, picture=None):
    """Train a network that predicts the next frame, and read which turns it paints at the junction."""
    from tfgan_zoo import datasets

    config = None
    if ROWS["futures"][row] is not None:
        config = prepared(*ROWS["futures"][row], seed)
    name = "junction" if config is None else config.data.name
    turned = datasets.load_arrays(name, split="train").labels
    left = np.mean(turned[turned > 0] == 1)
    test = datasets.load_arrays(name, split="test")
    at = test.labels > 0
    past, made = test.others["past"][at], test.images[at][None]
    if config is not None:
        model = trained(config)
        made = _of_each(model, PLACES, seed, past=past / np.float32(127.5) - 1)
        show(picture, *past.swapaxes(0, 1), test.images[at], *made[:5])
    rows = {key: test.extras[key][at] for key in ("factor_x", "factor_y")}
    return {"scores": {"": rounded({**scores.futures(made, rows, left), "left_true": left})}}


def _heads(setting, row, seed, picture, score):
    """Train a model of talking heads, or none, and score frames of people never seen."""
    from tfgan_zoo import datasets

    data = "heads" if setting == "heads" else "heads_speaking"
    test = datasets.load_arrays(data, split="test", image_size=SIDE)
    if ROWS[setting][row] is not None:
        model = trained(prepared(*ROWS[setting][row], seed))
        made = {str(count): heads_scores.frames_of(model, test, count) for count in (1, 4)}
        show(picture, test.others["source"][:, 0], *made.values(), test.images)
    elif row == "mean face":
        train = datasets.load_arrays(data, split="train", image_size=SIDE)
        made = {"": heads_scores.mean_face(train, len(test.images))}
    elif row.startswith("copy"):
        made = {str(count): heads_scores.copies(test, count) for count in (1, 4)}
    else:
        made = {"": test.images}
    return {"scores": {part: rounded(score(images, test)) for part, images in made.items()}}


def heads(row, seed, picture=None):
    """Train a model of heads that are driven by landmarks."""
    return _heads("heads", row, seed, picture, heads_scores.scores)


def speaking(row, seed, picture=None):
    """Train a model of heads that speak."""

    def score(images, test):
        found = heads_scores.scores(images, test, read=0)
        return {**found, "mouth": heads_scores.mouth_correlation(images, test)}

    return _heads("speaking", row, seed, picture, score)


def _of_each(model, count, seed, **conditions):
    """Return so many images of each condition, float32 [count, N, H, W, C]."""
    (rows,) = conditions.values()
    first = 1000 * (1 + seed)
    return np.stack(
        [model.generate(len(rows), seed=first + at, **conditions) for at in range(count)]
    )


def _show_each(path, model, **conditions):
    """Write a picture of conditions as rows and latents as columns."""
    if path is None:
        return
    from tfgan_zoo import pictures
    from tfgan_zoo.training import randomness

    (rows,) = conditions.values()
    columns = randomness.latents(8, model.latent_shape, 0).numpy()
    told = {name: np.repeat(values, len(columns), axis=0) for name, values in conditions.items()}
    made = model.decode(np.tile(columns, (len(rows), 1)), **told)
    pictures.write(path, pictures.grid(made, len(columns)))


def _show_codes(path, model):
    """Write a picture of categories as rows; over the columns, the first code rises and then the second."""
    if path is None:
        return
    from tfgan_zoo import pictures
    from tfgan_zoo.training import randomness

    size, steps = model.categories[0], np.linspace(-1, 1, 8)
    way = np.concatenate([np.stack([steps, 0 * steps], 1), np.stack([0 * steps, steps], 1)])
    count = size * len(way)
    told = model.codes(
        count,
        np.repeat(np.arange(size), len(way))[:, None],
        np.tile(np.pad(way, [(0, 0), (0, model.continuous - 2)]), (size, 1)),
    )
    latents = np.repeat(randomness.latents(1, model.latent_shape, 0).numpy(), count, axis=0)
    pictures.write(path, pictures.grid(model.decode(latents, codes=told), len(way)))


SETTINGS = {
    "labels": labels,
    "infogan": infogan,
    "captions": captions,
    "sounds": sounds,
    "spoken": spoken,
    "futures": futures,
    "heads": heads,
    "speaking": speaking,
}


def measure(setting, row, seed, **arguments):
    """Train a row's model of a setting with one seed and score it; some rows train nothing."""
    return SETTINGS[setting](row, seed, **arguments)
