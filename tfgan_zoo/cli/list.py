"""`tfgan-zoo list`."""

DESCRIPTION = (
    "list models, losses, penalties, augmentations, data sets, extractors and configs, a line each"
)


def define_flags(values):
    """No flags."""


def main(values, overrides):
    """Print the lists."""
    from tfgan_zoo import augmentations, datasets, losses, metrics, models
    from tfgan_zoo.cli import configs

    def section(title, lines):
        print(f"{title}:")
        for name, line in lines:
            print(f"  {name:29s} {line}")

    first = configs.first_line
    section("models", ((n, first(models.get(n).__doc__)) for n in models.names()))
    section("losses", ((n, losses.describe(n)) for n in losses.names()))
    for title, given in (("penalties", losses.penalties), ("augmentations", augmentations)):
        section(title, ((n, given.describe(n)) for n in given.names()))
    section("data sets", ((n, datasets.describe(n)) for n in datasets.names()))
    extractors = metrics.extractors
    own = [(n, extractors.get(n).name) for n in extractors.names()]
    section("extractors", [*own, *extractors.FORMS.items()])
    section("configs", ((n, first(configs.load(n)[1])) for n in configs.named()))
