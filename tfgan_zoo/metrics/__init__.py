"""What a score is: pure estimators, extractors that name themselves, and a scorer of image sets.

The estimators (`frechet_distance`, `classifier_score`, `confident_fraction`, `class_histogram`,
`histogram_kl`) are functions of arrays and need no extractor of this package. Quality and diversity:
`frechet_infinity`, `kernel_distance` (with either published error bar: `kernel_distance_subsets`,
`kernel_distance_blocks`), `precision_recall`, `density_coverage`, `precision_recall_curve`,
`sliced_feature_distance` on features, `ms_ssim_diversity`, `sliced_wasserstein` and
`classification_accuracy_score` on images. `extractors.get` gives the zoo's own small classifiers. `Scorer`
joins the two: any of these scores by its name, which carries extractor, sample count and split, with the
floor that real images score, and `findings` puts its report in words. `text` is the same for texts.
Translated images are compared with their targets by `psnr`, `ssim`, `sharpness`, which tells blurry ones, or
`likeness`, all these at once; `scene_accuracy` reads what images of drawn scenes show, and
`caption_accuracy` how much of their captions; `TranslationScorer` is the scorer of models that translate.

Is a generator copying its training data? `nearest_neighbours` shows the training images nearest to
samples, `copying_share` counts those that are too near, `data_copying` (C_T) and `authenticity` compare
distances in features. Does it drop modes? `birthday_support`, `mode_coverage`, `stacked_modes`,
`class_histogram`, and `conditional_diversity` within a condition. `realism` ranks single samples.

Is a training healthy? `VitalSigns` measures a generator beside real images in a second, and `health.judge`
makes a verdict of such measurements over time; `callbacks.CollapseMonitor` does both while a model trains.

Where samples come in batches, `streaming` has the estimators as Keras metrics: `FrechetDistance`,
`ClassifierScore`, `ConfidentFraction`, `ClassHistogram`, `ClassHistogramKL`, and `OfFeatures` of any other.
"""

from tfgan_zoo.metrics import extractors, health, streaming, text
from tfgan_zoo.metrics.accuracy import classification_accuracy_score
from tfgan_zoo.metrics.birthday import birthday_support, duplicate_threshold
from tfgan_zoo.metrics.c_t import data_copying
from tfgan_zoo.metrics.captions import caption_accuracy
from tfgan_zoo.metrics.classifier import (
    classifier_score,
    classifier_score_splits,
    confident_fraction,
)
from tfgan_zoo.metrics.conditional import conditional_diversity
from tfgan_zoo.metrics.copying import authenticity, copying_ratio, copying_share
from tfgan_zoo.metrics.extractors import Extractor, Features
from tfgan_zoo.metrics.feature_cache import FeatureCache
from tfgan_zoo.metrics.fidelity import likeness, psnr, sharpness, ssim
from tfgan_zoo.metrics.findings import findings
from tfgan_zoo.metrics.fingerprints import weights_hash
from tfgan_zoo.metrics.frechet import frechet_distance, frechet_from_moments, frechet_infinity
from tfgan_zoo.metrics.histogram import class_histogram, histogram_kl
from tfgan_zoo.metrics.image_neighbours import ImageNeighbours, nearest_neighbours
from tfgan_zoo.metrics.kernel import (
    kernel_distance,
    kernel_distance_blocks,
    kernel_distance_subsets,
)
from tfgan_zoo.metrics.manifold import density_coverage, precision_recall
from tfgan_zoo.metrics.modes import mode_coverage, stacked_modes
from tfgan_zoo.metrics.ms_ssim import ms_ssim_diversity
from tfgan_zoo.metrics.names import full_name, lower_is_better, short_name, with_condition
from tfgan_zoo.metrics.nearest import k_nearest
from tfgan_zoo.metrics.prd import precision_recall_curve
from tfgan_zoo.metrics.realism import realism
from tfgan_zoo.metrics.scenes import scene_accuracy
from tfgan_zoo.metrics.scorer import Scorer
from tfgan_zoo.metrics.sliced import sliced_feature_distance, sliced_wasserstein
from tfgan_zoo.metrics.streaming import (
    ClassHistogram,
    ClassHistogramKL,
    ClassifierScore,
    ConfidentFraction,
    FrechetDistance,
    OfFeatures,
)
from tfgan_zoo.metrics.translations import TranslationScorer
from tfgan_zoo.metrics.vital_signs import VitalSigns

__all__ = [
    "ClassHistogram",
    "ClassHistogramKL",
    "ClassifierScore",
    "ConfidentFraction",
    "Extractor",
    "FeatureCache",
    "Features",
    "FrechetDistance",
    "ImageNeighbours",
    "OfFeatures",
    "Scorer",
    "TranslationScorer",
    "VitalSigns",
    "authenticity",
    "birthday_support",
    "caption_accuracy",
    "class_histogram",
    "classification_accuracy_score",
    "classifier_score",
    "classifier_score_splits",
    "conditional_diversity",
    "confident_fraction",
    "copying_ratio",
    "copying_share",
    "data_copying",
    "density_coverage",
    "duplicate_threshold",
    "extractors",
    "findings",
    "frechet_distance",
    "frechet_from_moments",
    "frechet_infinity",
    "full_name",
    "health",
    "histogram_kl",
    "k_nearest",
    "kernel_distance",
    "kernel_distance_blocks",
    "kernel_distance_subsets",
    "likeness",
    "lower_is_better",
    "mode_coverage",
    "ms_ssim_diversity",
    "nearest_neighbours",
    "precision_recall",
    "precision_recall_curve",
    "psnr",
    "realism",
    "scene_accuracy",
    "sharpness",
    "short_name",
    "sliced_feature_distance",
    "sliced_wasserstein",
    "ssim",
    "stacked_modes",
    "streaming",
    "text",
    "weights_hash",
    "with_condition",
]
