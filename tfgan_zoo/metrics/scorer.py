"""All scores of generated images against one real set, with the real side computed once."""

import numpy as np

from tfgan_zoo.metrics.classifier import classifier_score, confident_fraction
from tfgan_zoo.metrics.frechet import frechet_distance
from tfgan_zoo.metrics.histogram import class_histogram, histogram_kl
from tfgan_zoo.metrics.names import full_name

CONFIDENT = 0.9


class Scorer:
    """Scores generated images against a set of real ones, under names that say it all.

    The keys of `score` carry the extractor with its hash, the number of generated images, and the
    split they were compared with:

    - `frechet_distance[digits_cnn-1a2b3c4d, 1000 vs test]`, see `frechet_distance`
    - `classifier_score[digits_cnn-1a2b3c4d, 1000]`, see `classifier_score`
    - `confident_fraction[digits_cnn-1a2b3c4d, p>=0.9, 1000]`, see `confident_fraction`
    - `class_histogram_kl[digits_cnn-1a2b3c4d, 1000 vs test]`: KL(generated ‖ real) in nats. A class
      that the real set lacks counts there as half an image, so that the value stays finite.
    - `smallest_class_share[digits_cnn-1a2b3c4d, 1000]`, `largest_class_share[…]`: how often the
      classifier sees the rarest and the most frequent class among the generated images.

    Args:
        extractor: an `Extractor`.
        real_images: array or tensor [M, H, W, C], as the extractor takes it. M ≥ 2.
        split: what the real images are called in the keys, e.g. `"test"`.
        real_labels: integer labels [M] of the real images, if there are any; without them the
            extractor's own predictions make the real class histogram.

    Raises:
        ValueError: for images that the extractor refuses, fewer than two real or generated
            images, an empty split name, or labels that do not fit the images.

    >>> from tfgan_zoo.metrics import extractors, short_name
    >>> images = np.random.default_rng(0).integers(0, 256, (20, 16, 16, 1), dtype=np.uint8)
    >>> scorer = Scorer(extractors.get("digits"), images, split="noise")
    >>> [short_name(name) for name in scorer.score(images)][:3]
    ['frechet_distance', 'classifier_score', 'confident_fraction']
    """

    def __init__(self, extractor, real_images, *, split, real_labels=None):
        if not split:
            raise ValueError("split names the real images in every score, e.g. 'test'")
        self.extractor = extractor
        self.split = split
        real = extractor(real_images)
        if len(real.features) < 2:
            raise ValueError("a Scorer needs at least 2 real images, got 1")
        if real_labels is not None and len(real_labels) != len(real.logits):
            raise ValueError(f"{len(real_labels)} labels for {len(real.logits)} real images")
        self._real_features = real.features
        self._real_histogram = class_histogram(
            real.logits if real_labels is None else real_labels, extractor.num_classes
        )

    def score(self, fake_images):
        """Return the scores of generated images [N, H, W, C], N ≥ 2, as `{full name: float}`."""
        return self._scores(self.extractor(fake_images))

    def histogram(self, fake_images):
        """Return the share of each class among generated images, float64 [K]."""
        return class_histogram(self.extractor(fake_images).logits, self.extractor.num_classes)

    def report(self, fake_images):
        """Return scores, class histograms and what they were made from, ready for JSON.

        Returns:
            dict with `extractor` (its name), `split`, `samples` (N), `real_samples` (M), `scores`,
            `class_histogram` and `real_class_histogram` (lists of K shares).
        """
        fake = self.extractor(fake_images)
        return {
            "extractor": self.extractor.name,
            "split": self.split,
            "samples": len(fake.features),
            "real_samples": len(self._real_features),
            "scores": self._scores(fake),
            "class_histogram": class_histogram(fake.logits, self.extractor.num_classes).tolist(),
            "real_class_histogram": self._real_histogram.tolist(),
        }

    def _scores(self, fake):
        extractor, samples = self.extractor.name, len(fake.features)
        versus = f"{samples} vs {self.split}"
        histogram = class_histogram(fake.logits, self.extractor.num_classes)
        half_an_image = 0.5 / len(self._real_features)
        return {
            full_name("frechet_distance", extractor, versus): frechet_distance(
                self._real_features, fake.features
            ),
            full_name("classifier_score", extractor, samples): classifier_score(fake.logits),
            full_name(
                "confident_fraction", extractor, f"p>={CONFIDENT}", samples
            ): confident_fraction(fake.logits, CONFIDENT),
            full_name("class_histogram_kl", extractor, versus): histogram_kl(
                histogram, np.maximum(self._real_histogram, half_an_image)
            ),
            full_name("smallest_class_share", extractor, samples): float(histogram.min()),
            full_name("largest_class_share", extractor, samples): float(histogram.max()),
        }
