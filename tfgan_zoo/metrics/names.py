"""Score names that carry what a score depends on: extractor, sample count, split.

`frechet_distance[digits_cnn-1a2b3c4d, 1000 vs test]` is a full name: 1000 generated images against
the test split, in the features of the extractor with that hash. Its short name, `frechet_distance`,
serves as TensorBoard tag and in a config ("keep the best by frechet_distance").
"""

from tfgan_zoo.errors import unknown

_LOWER_IS_BETTER = {
    "frechet_distance": True,
    "classifier_score": False,
    "classifier_score_splits_mean": False,
    "classifier_score_splits_std": True,
    "confident_fraction": False,
    "class_histogram_kl": True,
    "smallest_class_share": False,
    "largest_class_share": True,
    **{f"bleu_{n}": False for n in range(1, 6)},
    **{f"self_bleu_{n}": True for n in range(1, 6)},
    **{f"distinct_{n}": False for n in range(1, 6)},
    "frechet_embedding_distance": True,
    "duplicates": True,
    "grammatical": False,
    "nll": True,
    "psnr": False,
    "ssim": False,
    "l1": True,
    "things_right": False,
    "source_accuracy": False,
    "target_accuracy": False,
    "frechet_infinity": True,
    "kernel_distance": True,
    "precision": False,
    "recall": False,
    "density": False,
    "coverage": False,
    "f_8": False,
    "f_1_8": False,
    "ms_ssim_diversity": True,
    "sliced_wasserstein": True,
    "sliced_feature_distance": True,
    "classification_accuracy_score": False,
    "kernel_distance_subset_std": True,
    "kernel_distance_block_error": True,
    "fid": True,
    "kid": True,
    "inception_score": False,
    "inception_score_splits_mean": False,
    "inception_score_splits_std": True,
    "label_accuracy": False,
    "conditional_diversity": False,
    "copying_share": True,
    "authenticity": False,
    "birthday_support": False,
    "modes": False,
    "reverse_kl": True,
}
# Scores that nothing can be kept the best by.
_BEST_IN_BETWEEN = {"c_t": "far below 0 are copies, far above 0 what is far off"}


def full_name(short, *conditions):
    """Return the name under which a score is written: `short[condition, condition, …]`.

    >>> full_name("frechet_distance", "digits_cnn-1a2b3c4d", "1000 vs test")
    'frechet_distance[digits_cnn-1a2b3c4d, 1000 vs test]'
    """
    return f"{short}[{', '.join(str(condition) for condition in conditions)}]"


def short_name(name):
    """Return a score's name without its conditions; a short name comes back as it is.

    >>> short_name("frechet_distance[digits_cnn-1a2b3c4d, 1000 vs test]")
    'frechet_distance'
    """
    return name.partition("[")[0]


def with_condition(name, condition):
    """Return a full name with one more thing that the score depends on.

    >>> with_condition("classifier_score[digits_cnn-1a2b3c4d, 1000]", "truncation=0.5")
    'classifier_score[digits_cnn-1a2b3c4d, 1000, truncation=0.5]'
    """
    return f"{name.removesuffix(']')}, {condition}]"


def lower_is_better(name):
    """Say whether a smaller value of this score is the better one.

    Args:
        name: a short or a full name.

    Raises:
        ValueError: for a score that is not known, with the nearest name, or that is best in between.

    >>> lower_is_better("frechet_distance"), lower_is_better("classifier_score")
    (True, False)
    """
    short = short_name(name)
    if short in _BEST_IN_BETWEEN:
        raise ValueError(f"neither end of {short} is the good one: {_BEST_IN_BETWEEN[short]}")
    if short not in _LOWER_IS_BETTER:
        raise ValueError(unknown("score", short, _LOWER_IS_BETTER))
    return _LOWER_IS_BETTER[short]
