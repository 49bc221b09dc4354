"""Scores of what a model makes of held-out images whose answers are known."""

import numpy as np

from tfgan_zoo.metrics.fidelity import likeness
from tfgan_zoo.metrics.images import to_uint8
from tfgan_zoo.metrics.names import full_name
from tfgan_zoo.metrics.scenes import scene_accuracy


class TranslationScorer:
    """Scores a translation model by held-out images and what it should make of them.

    The keys of `score`, each with how many images it is of, as in `psnr[500 of test]`:

    - `psnr`, `ssim`, `l1`, `sharpness`: see `likeness`;
    - `things_right`: of drawn scenes, how many things have shape, colour and texture right, see
      `scene_accuracy`;
    - `source_accuracy`, `target_accuracy`: of a model that classifies, in both domains.

    Pairs are translated from source to target, two domains from `a` to `b`, and of many domains each image
    to each of the others.

    Args:
        arrays: `datasets.TranslationArrays` that know the answers: pairs, or what is held out of a set that
            was made with them.
        split: what the images are called in the keys, e.g. `"test"`.
        looks: of drawn scenes, the `datasets.shapes_looks.Look` of each domain to translate to; or None.

    Raises:
        ValueError: an empty split name, or arrays without the answers.

    >>> from tfgan_zoo import datasets
    >>> test = datasets.load_arrays("scenes_pairs", split="test[:4]")
    >>> class Copies:
    ...     def translate(self, images):
    ...         return images
    >>> scores = TranslationScorer(test, "test").score(Copies())
    >>> list(scores), round(scores["psnr[4 of test]"], 2)
    (['psnr[4 of test]', 'ssim[4 of test]', 'l1[4 of test]', 'sharpness[4 of test]'], 9.09)
    """

    def __init__(self, arrays, split, *, looks=None):
        if not split:
            raise ValueError("split names the images in every score, e.g. 'test'")
        self.split, self._looks = split, looks
        self._images, self._rows = arrays.images, arrays.rows
        if not arrays.info.counterparts:
            raise ValueError(
                f"{arrays.info.name}[{arrays.info.split}] does not know what its images are in the other "
                "domain, so translations of them have no scores"
            )

    def score(self, model, samples=None):
        """Return the scores of a model as `{full name: float}`.

        Args:
            model: has `translate`, or `classify`, as the zoo's models do.
            samples: how many images to score by, the first; None for all.
        """
        if hasattr(model, "classify"):
            return self._accuracies(model, samples)
        return self._scores(
            lambda images, **told: model.translate(images, **told), self._ways(samples)
        )

    def score_copies(self, model, samples=None):
        """Return what a model of this kind would score that leaves every image as it is.

        Nothing of a model that classifies, nor where the answers have other channels.
        """
        ways = [] if hasattr(model, "classify") else self._ways(samples)
        if not ways or ways[0][0].shape != ways[0][2].shape:
            return {}
        return self._scores(lambda images, **_: images, ways)

    def _accuracies(self, model, samples):
        scores = {}
        for domain, label in (("source", "label"), ("target", "target_label")):
            images, labels = self._images[domain][:samples], self._rows[label][:samples]
            right = model.classify(_floats(images)).argmax(axis=1) == labels
            name = full_name(f"{domain}_accuracy", f"{len(images)} of {self.split}")
            scores[name] = float(right.mean())
        return scores

    def _ways(self, samples):
        """Return list of (images, what `translate` is told, the answers, a look, the scenes' factors)."""
        images = {key: array[:samples] for key, array in self._images.items()}
        rows = {key: array[:samples] for key, array in self._rows.items()}
        look = self._looks[0] if self._looks else None
        if "source" in images:
            return [(images["source"], {}, images["target"], look, rows)]
        if "a" in images:
            known = images["b_of_a"]
            return [(images["a"][: len(known)], {"direction": "a_to_b"}, known, look, rows)]
        truth, ways = images["in_every_domain"], []
        for label in range(truth.shape[1]):
            others = rows["label"] != label
            look = self._looks[label] if self._looks else None
            factors = {key: array[others] for key, array in rows.items()}
            told = {"label": label}
            ways.append((images["image"][others], told, truth[others, label], look, factors))
        return ways

    def _scores(self, translate, ways):
        found, weights = {}, []
        for images, told, truth, look, factors in ways:
            if not len(images):
                continue
            made = to_uint8(translate(_floats(images), **told))
            scores = likeness(made, truth)
            if look is not None:
                of_scenes = {key: v for key, v in factors.items() if key.startswith("factor_")}
                scores["things_right"] = scene_accuracy(made, of_scenes, look)["things"]
            for name, score in scores.items():
                found.setdefault(name, []).append(score)
            weights.append(len(images))
        condition = f"{sum(weights)} of {self.split}"
        return {
            full_name(name, condition): float(np.average(values, weights=weights))
            for name, values in found.items()
        }


def _floats(images):
    return np.asarray(images, np.float32) / 127.5 - 1.0
