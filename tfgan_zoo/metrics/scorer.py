"""Scores of generated images against one real set, with the real side computed once."""

import dataclasses

import numpy as np
from tqdm import tqdm

from tfgan_zoo.errors import unknown
from tfgan_zoo.metrics.checks import check_extractor
from tfgan_zoo.metrics.comparison import Comparison, ImageSet
from tfgan_zoo.metrics.histogram import class_histogram
from tfgan_zoo.metrics.images import as_image_set
from tfgan_zoo.metrics.names import full_name
from tfgan_zoo.metrics.scores import OF_COPYING, QUICK, SCORES

# What scores are called in the literature, and here with its network alone.
_LITERATURE = {
    "frechet_distance": "fid",
    "kernel_distance": "kid",
    "classifier_score": "inception_score",
    "classifier_score_splits_mean": "inception_score_splits_mean",
    "classifier_score_splits_std": "inception_score_splits_std",
}


class Scorer:
    """Scores generated images against a set of real ones, under names that say it all.

    The keys of `score` carry the extractor with its hash, the number of generated images, and the
    split they were compared with. The quick scores:

    - `frechet_distance[digits_cnn-1a2b3c4d, 1000 vs test]`, see `frechet_distance`
    - `classifier_score[digits_cnn-1a2b3c4d, 1000]`, see `classifier_score`
    - `confident_fraction[digits_cnn-1a2b3c4d, p>=0.9, 1000]`, see `confident_fraction`
    - `class_histogram_kl[digits_cnn-1a2b3c4d, 1000 vs test]`: KL(generated ‖ real) in nats. A class
      that the real set lacks counts there as half an image, so that the value stays finite.
    - `smallest_class_share[digits_cnn-1a2b3c4d, 1000]`, `largest_class_share[…]`: how often the
      classifier sees the rarest and the most frequent class among the generated images.

    The others, `Scorer.names()`, are those of the functions of this package: `kernel_distance` with
    `kernel_distance_subset_std` and `kernel_distance_block_error`, `precision` and `recall`, `coverage`, …
    `copying_share`, `c_t` and `authenticity` need the training images; `label_accuracy`,
    `conditional_diversity` and `classification_accuracy_score` need the samples' labels.

    Args:
        extractor: an `Extractor`.
        real_images: array or tensor [M, H, W, C], as the extractor takes it. M ≥ 2.
        split: what the real images are called in the keys, e.g. `"test"`.
        real_labels: integer labels [M] of the real images, if there are any; without them the
            extractor's own predictions make the real class histogram.
        scores: names of the scores; `"all"` for all that can be computed. None for the quick ones.
        training_images: images [T, H, W, C] that the model was trained on, if they are known.
        training_labels: their integer labels [T], if there are any.
        training_split: what they are called in the keys.
        features: function of (images, split) that returns the `Features` of real images, such as
            `FeatureCache.features` with the rest filled in; None for the extractor itself.

    Raises:
        ValueError: for images that the extractor refuses, fewer than two real or generated
            images, an empty split name, labels that do not fit the images, or an unknown score.

    >>> from tfgan_zoo.metrics import extractors, short_name
    >>> images = np.random.default_rng(0).integers(0, 256, (20, 16, 16, 1), dtype=np.uint8)
    >>> scorer = Scorer(extractors.get("digits"), images, split="noise")
    >>> [short_name(name) for name in scorer.score(images)][:3]
    ['frechet_distance', 'classifier_score', 'confident_fraction']
    """

    def __init__(
        self,
        extractor,
        real_images,
        *,
        split,
        real_labels=None,
        scores=None,
        training_images=None,
        training_labels=None,
        training_split="train",
        features=None,
    ):
        if not split:
            raise ValueError("split names the real images in every score, e.g. 'test'")
        check_extractor(extractor)
        self.extractor, self.split = extractor, split
        self.scores = self.check_names(scores)
        self.all_that_can = "all" in self.scores
        self.scores = self._chosen(self.scores)
        extract = features or (lambda images, split: extractor(images))
        self.real = self._set(real_images, real_labels, split, extract, "real images")
        if len(self.real) < 2:
            raise ValueError("a Scorer needs at least 2 real images, got 1")
        self.training = None
        if training_images is not None:
            self.training = self._set(
                training_images, training_labels, training_split, extract, "training images"
            )

    @staticmethod
    def names():
        """Return the names of all scores.

        >>> Scorer.names()[:2]
        ['frechet_distance', 'classifier_score']
        """
        return list(SCORES)

    @staticmethod
    def check_names(scores):
        """Return the names of scores that were asked for, as a list.

        Args:
            scores: names, one name, `"all"`, or None.

        Raises:
            ValueError: an unknown one, with the nearest.

        >>> Scorer.check_names("recall")
        ['recall']
        """
        scores = [scores] if isinstance(scores, str) else list(scores or ())
        for name in scores:
            if name not in SCORES and name != "all":
                raise ValueError(unknown("score", name, [*SCORES, "all"]))
        return scores

    @staticmethod
    def need_training_images(scores):
        """Say whether some of these scores, names or `"all"` or None, are of copies of training images.

        >>> Scorer.need_training_images(["recall"]), Scorer.need_training_images("all")
        (False, True)
        """
        return any(name in (*OF_COPYING, "all") for name in Scorer.check_names(scores))

    def _chosen(self, scores):
        if self.all_that_can:
            known = self.extractor.num_classes is not None
            return [name for name in SCORES if known or name not in QUICK[1:]]
        if scores:
            return scores
        return list(QUICK if self.extractor.num_classes is not None else QUICK[:1])

    def _set(self, images, labels, split, extract, what):
        if labels is not None and len(labels) != len(images):
            raise ValueError(f"{len(labels)} labels for {len(images)} {what}")
        found = extract(images, split)
        # Checked by the extractor; what pixels are compared by is what it saw.
        labels = None if labels is None else np.asarray(labels)
        if labels is not None and labels.ndim != 1:
            raise ValueError(
                f"labels of {what} must be integers [{len(images)}], got shape {list(labels.shape)}"
            )
        if labels is not None and self.extractor.num_classes is not None:
            class_histogram(labels, self.extractor.num_classes)
        return ImageSet(as_image_set(images), found.features, found.logits, labels, split)

    def compare(self, fake_images, labels=None):
        """Return the `Comparison` of generated images [N, H, W, C], N ≥ 2, with the real ones.

        Args:
            fake_images: uint8, or floating in [-1, 1].
            labels: int [N], what they were asked to be, or None.
        """
        fake = self._set(
            fake_images, labels, "samples", lambda images, split: self.extractor(images), "samples"
        )
        return Comparison(self.extractor, self.real, fake, self.training)

    def score(self, fake_images, labels=None):
        """Return the scores of generated images [N, H, W, C], N ≥ 2, as `{full name: float}`.

        Raises:
            ValueError: a score that was asked for by its name cannot be computed.
        """
        return self._scores(self.compare(fake_images, labels), self.scores)[0]

    def _scores(self, comparison, names, strict=None):
        """Return scores of a comparison, and by name why others were left out; `strict`, none may be."""
        strict = not self.all_that_can if strict is None else strict
        found, left_out, computed = {}, {}, {}
        # A bar where somebody looks on; the quick ones need none.
        for name in tqdm(
            names, "scores", disable=None if len(names) > len(QUICK) else True, leave=False
        ):
            function = SCORES[name]
            if function not in computed:
                try:
                    computed[function] = function(comparison)
                except ValueError as error:
                    if strict:
                        raise ValueError(f"no {name} can be computed: {error}") from error
                    computed[function] = str(error)
            if isinstance(computed[function], str):
                left_out[name] = computed[function]
                continue
            for short, conditions, value in computed[function]:
                if short == name:
                    found[full_name(self._called(short), *conditions)] = value
        return found, left_out

    def _called(self, short):
        return _LITERATURE.get(short, short) if self.extractor.is_inception else short

    def histogram(self, fake_images):
        """Return the share of each class among generated images, float64 [K]."""
        return class_histogram(self.extractor(fake_images).logits, self.extractor.num_classes)

    def report(self, fake_images, labels=None):
        """Return scores, class histograms and what they were made from, ready for JSON.

        Returns:
            dict with `extractor` (its name), `split`, `samples` (N), `real_samples` (M), `scores`,
            `left_out` (why, by name), and where there are classes, `class_histogram` and
            `real_class_histogram` (lists of K shares).
        """
        return self.report_of(self.compare(fake_images, labels))

    def report_of(self, comparison):
        """Return the `report` of a comparison."""
        return self._report(comparison, self._scores(comparison, self.scores))

    def _report(self, comparison, scores):
        report = {
            "extractor": self.extractor.name,
            "split": comparison.real.split,
            "samples": len(comparison.fake),
            "real_samples": len(comparison.real),
            "scores": scores[0],
            "left_out": scores[1],
        }
        if self.extractor.num_classes is not None:
            shares = class_histogram(comparison.fake.logits, self.extractor.num_classes)
            report["class_histogram"] = shares.tolist()
            report["real_class_histogram"] = comparison.real_histogram.tolist()
        return report

    def floor(self, report, seed=0):
        """Return the report of as many other real images: what no generator can be asked to do better.

        They are training images, drawn by the seed, where these are known. Training images are copies of
        themselves: what `copying_share`, `c_t` and `authenticity` make of real images is measured on half of
        the held-out ones, beside the other half; and so is everything where no training images are known.

        Args:
            report: of samples. What was left out there is left out here.
            seed: an int.

        Raises:
            ValueError: fewer than four real images.
        """
        if len(self.real) < 4:
            raise ValueError(f"halves of {len(self.real)} real images are no sets; give 4 or more")
        count, names = report["samples"], [n for n in self.scores if n not in report["left_out"]]
        rest, held_out = (self.real.part(np.arange(first, len(self.real), 2)) for first in (0, 1))
        rest = dataclasses.replace(rest, split=f"half of {self.split}")
        half = Comparison(self.extractor, rest, _drawn(held_out, count, seed), self.training)
        if self.training is None:
            found = self._report(half, self._scores(half, names, strict=False))
            return {"from": f"other half of {self.split}", **found}
        others = Comparison(self.extractor, self.real, _drawn(self.training, count, seed))
        found = self._scores(others, [n for n in names if n not in OF_COPYING], strict=False)
        of_copying = self._scores(half, [n for n in names if n in OF_COPYING], strict=False)
        both = [mine | its for mine, its in zip(found, of_copying, strict=True)]
        return {"from": self.training.split, **self._report(others, both)}


def _drawn(images, count, seed):
    return images.part(np.random.default_rng(seed).permutation(len(images))[:count])
