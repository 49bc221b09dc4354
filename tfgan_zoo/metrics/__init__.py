"""What a score is: pure estimators, extractors that name themselves, and a scorer of image sets.

The estimators (`frechet_distance`, `classifier_score`, `confident_fraction`, `class_histogram`,
`histogram_kl`) are functions of arrays and need no extractor of this package. `extractors.get`
gives the zoo's own small classifiers. `Scorer` joins the two and writes every score under a name
that carries extractor, sample count and split. `text` is the same for texts. Translated images are
compared with their targets by `psnr`, `ssim`, `sharpness`, which tells blurry ones, or `likeness`, all
these at once; `scene_accuracy` reads what images of drawn scenes show; `TranslationScorer` is the scorer
of models that translate.
"""

from tfgan_zoo.metrics import extractors, text
from tfgan_zoo.metrics.classifier import classifier_score, confident_fraction
from tfgan_zoo.metrics.extractors import Extractor, Features
from tfgan_zoo.metrics.fidelity import likeness, psnr, sharpness, ssim
from tfgan_zoo.metrics.frechet import frechet_distance
from tfgan_zoo.metrics.histogram import class_histogram, histogram_kl
from tfgan_zoo.metrics.modes import mode_coverage
from tfgan_zoo.metrics.names import full_name, lower_is_better, short_name, with_condition
from tfgan_zoo.metrics.scenes import scene_accuracy
from tfgan_zoo.metrics.scorer import Scorer
from tfgan_zoo.metrics.translations import TranslationScorer

__all__ = [
    "Extractor",
    "Features",
    "Scorer",
    "TranslationScorer",
    "class_histogram",
    "classifier_score",
    "confident_fraction",
    "extractors",
    "frechet_distance",
    "full_name",
    "histogram_kl",
    "likeness",
    "lower_is_better",
    "mode_coverage",
    "psnr",
    "scene_accuracy",
    "sharpness",
    "short_name",
    "ssim",
    "text",
    "with_condition",
]
