"""One training of each setting of `benchmarks.translation`, by a config and what a row changes in it."""

import numpy as np

from benchmarks import translation_scores as scores

# Rows that train nothing are None; the others are fields of the config.
ROWS = {
    "pix2pix": {
        "real": None,
        "L1 alone": {"compile.adversarial_weight": "0", "compile.penalties": "[]"},
        "GAN alone": {"compile.l1_weight": "0"},
        "GAN + 5 L1": {},
        "GAN + 100 L1": {"compile.l1_weight": "100"},
    },
    "cyclegan": {
        "copy of the input": None,
        "CycleGAN": {},
        "without identity": {"compile.identity_weight": "0"},
        "without cycles": {"compile.cycle_weight": "0", "compile.identity_weight": "0"},
        "one direction": {"compile.directions": "a_to_b"},
    },
    "hidden": {"CycleGAN": {"compile.identity_weight": "0"}},
    "stargan": {"copy of the input": None, "StarGAN": {}},
    "adaptation": {
        "source only": {"compile.domain_weight": "0"},
        "DANN": {},
        "PixelDA": {},
        "train on target": {"compile.domain_weight": "0"},
    },
}
ROWS["emoji"] = ROWS["pix2pix"]
# DANN's weight and steps were chosen by the labels of the first 2,000 test images.
UNSEEN = "test[2000:]"


def prepared(name, fields, seed):
    """Return a config with a row's fields and a seed."""
    from tfgan_zoo.cli import configs

    config, _ = configs.load(name)
    configs.override(config, {**fields, "train.seed": str(seed)})
    return config


def trained(config, data=None):
    """Return the trained model of a config, on its own data or others."""
    from tfgan_zoo.cli import experiment

    data = experiment.make_data(config) if data is None else data
    model = experiment.make_model(config, data.info)
    model.fit(data, steps_per_epoch=config.train.steps, epochs=1, verbose=0)
    return model


def regrouped(config, groups_of):
    """Return the stream of a config's data with other groups.

    Args:
        config: with `data.name`.
        groups_of: function of the `TranslationArrays` that returns a tuple of `Group`s.
    """
    from tfgan_zoo import datasets
    from tfgan_zoo.datasets import stream

    arrays = datasets.load_arrays(config.data.name, split=config.data.split)
    arrays = datasets.TranslationArrays(groups_of(arrays), arrays.info)
    return stream.make(
        arrays, batch_size=config.data.batch_size, shuffle=True, seed=config.train.seed
    )


def show(path, *columns):
    """Write eight of each column of images, spread over all, as rows of a picture."""
    from tfgan_zoo import pictures

    if path is not None:
        chosen = np.arange(8) * len(columns[0]) // 8
        rows = np.stack([pictures.to_uint8(column[chosen]) for column in columns], axis=1)
        pictures.write(path, pictures.grid(rows.reshape(-1, *rows.shape[2:]), len(columns)))


def pix2pix(row, seed, picture=None, data="scenes_pairs"):
    """Train and score a part of pix2pix on pairs."""
    from tfgan_zoo import datasets, metrics

    fields = ROWS["pix2pix"][row]
    config = prepared("pix2pix_scenes", {"data.name": data, **(fields or {})}, seed)
    size = config.data.image_size
    test = datasets.load_arrays(data, split="test", image_size=size)
    source, target = (test.images[key] for key in ("source", "target"))
    if fields is None:
        train = datasets.load_arrays(data, split=f"train[:{len(target)}]", image_size=size)
        others = train.images["target"]
        return {"scores": scores.rounded({"patch_error": scores.patch_error(others, target, seed)})}
    made = trained(config).translate(scores.floats(source), seed=seed)
    show(picture, source, made, target)
    found = metrics.likeness(made, target)
    found["patch_error"] = scores.patch_error(made, target, seed)
    return {"scores": scores.rounded(found)}


def cyclegan(row, seed, picture=None):
    """Train and score a part of CycleGAN on unpaired scenes."""
    from tfgan_zoo import datasets, metrics
    from tfgan_zoo.datasets import shapes_looks

    fields = ROWS["cyclegan"][row]
    test = datasets.load_arrays("scenes_unpaired", split="test")
    days, truth = test.images["a"], test.images["b_of_a"]
    made, more = days, {}
    if fields is not None:
        model = trained(prepared("cyclegan_scenes", fields, seed))
        images = scores.floats(days)
        made = model.translate(images, direction="a_to_b")
        show(picture, days, made, model.translate(made, direction="b_to_a"), truth)
        more = {"returned": scores.returned(model, images, scores.floats(truth), seed)}
    found = metrics.likeness(made, truth)
    found |= metrics.scene_accuracy(made, test.rows, shapes_looks.NIGHT)
    return {"scores": scores.rounded(found), **more}


def hidden(row, seed, picture=None):
    """Train CycleGAN between fillings and outlines, which have no colour to come back from."""
    from tfgan_zoo import datasets, metrics
    from tfgan_zoo.datasets.info import Group

    config = prepared("cyclegan_scenes", {"data.name": "scenes_pairs", **ROWS["hidden"][row]}, seed)

    def apart(arrays):
        return Group({"a": arrays.images["target"]}), Group({"b": arrays.images["source"]})

    model = trained(config, regrouped(config, apart))
    test = datasets.load_arrays("scenes_pairs", split="test")
    filled, outline = (scores.floats(test.images[key]) for key in ("target", "source"))
    made = model.translate(filled, direction="a_to_b")
    show(picture, filled, made, model.translate(made, direction="b_to_a"), outline)
    return {
        "scores": scores.rounded(metrics.likeness(made, test.images["source"])),
        "returned": scores.returned(model, filled, outline, seed),
    }


def stargan(row, seed, picture=None):
    """Train StarGAN and translate every domain to every other."""
    from tfgan_zoo import datasets
    from tfgan_zoo.datasets import shapes_looks

    fields, looks = ROWS["stargan"][row], shapes_looks.FIVE
    test = datasets.load_arrays("scenes_domains", split="test")

    def translate(images, domain):
        return images

    if fields is not None:
        model = trained(prepared("stargan_scenes", fields, seed))

        def translate(images, domain):
            return model.translate(images, label=domain)

        few = test.images["image"][:8]
        made = [translate(scores.floats(few), domain) for domain in range(len(looks))]
        show(picture, few, *made)
    return {"scores": scores.every_domain(translate, test, looks)}


def adaptation(row, seed, picture=None):
    """Train a classifier by plain digits and score it on textured ones."""
    from tfgan_zoo import datasets
    from tfgan_zoo.datasets.info import Group

    name = "pixelda_mnist" if row == "PixelDA" else "dann_mnist"
    config = prepared(name, ROWS["adaptation"][row], seed)

    def labelled(arrays):
        target = arrays.images["target"]
        return (Group({"source": target, "target": target}, {"label": arrays.rows["label"]}),)

    data = regrouped(config, labelled) if row == "train on target" else None
    model = trained(config, data)
    test = datasets.load_arrays(config.data.name, split=UNSEEN)
    plain, textured = (scores.floats(test.images[key]) for key in ("source", "target"))
    if row == "PixelDA":
        show(picture, plain[:8], model.translate(plain[:8], seed=seed))

    def accuracy(images, labels):
        return np.mean(model.classify(images).argmax(axis=1) == labels)

    found = {
        "source": accuracy(plain, test.rows["label"]),
        "target": accuracy(textured, test.rows["target_label"]),
    }
    return {"scores": scores.rounded(found)}


SETTINGS = {
    "pix2pix": pix2pix,
    "emoji": pix2pix,
    "cyclegan": cyclegan,
    "hidden": hidden,
    "stargan": stargan,
    "adaptation": adaptation,
}


def measure(setting, row, seed, **arguments):
    """Train a row's model of a setting with one seed and score it; some rows train nothing."""
    return SETTINGS[setting](row, seed, **arguments)
