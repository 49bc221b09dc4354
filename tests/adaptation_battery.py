"""The checks that every model that adapts a classifier must pass."""

import numpy as np

from tests import battery, translation_battery


class AdaptationBattery(translation_battery.TranslationBattery):
    """Checks for one model."""

    batch = {
        "source": battery.images(8, (16, 20, 1)),
        "label": np.array([0, 1, 2, 0, 1, 2, 0, 1], np.int32),
        "target": battery.images(8, (16, 20, 1), seed=1),
    }

    def use(self, model, images, **which):
        """Return the classes' probabilities."""
        return model.classify(images, **which)
