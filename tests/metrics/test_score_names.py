import pytest

from tfgan_zoo.metrics import full_name, lower_is_better, short_name


def test_full_and_short_names():
    name = full_name("frechet_distance", "digits_cnn-1a2b3c4d", "1000 vs test")
    assert name == "frechet_distance[digits_cnn-1a2b3c4d, 1000 vs test]"
    assert short_name(name) == "frechet_distance"
    assert short_name("frechet_distance") == "frechet_distance"


@pytest.mark.parametrize(
    ("short", "lower"),
    [
        ("frechet_distance", True),
        ("classifier_score", False),
        ("confident_fraction", False),
        ("class_histogram_kl", True),
        ("smallest_class_share", False),
        ("largest_class_share", True),
        ("frechet_infinity", True),
        ("kernel_distance", True),
        ("precision", False),
        ("recall", False),
        ("density", False),
        ("coverage", False),
        ("f_8", False),
        ("f_1_8", False),
        ("ms_ssim_diversity", True),
        ("sliced_wasserstein", True),
        ("sliced_feature_distance", True),
        ("classification_accuracy_score", False),
        ("copying_share", True),
        ("authenticity", False),
        ("birthday_support", False),
        ("modes", False),
        ("reverse_kl", True),
    ],
)
def test_direction(short, lower):
    assert lower_is_better(short) is lower
    assert lower_is_better(f"{short}[digits_cnn-1a2b3c4d, 10]") is lower


def test_unknown_score_names_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'frechet_distance'"):
        lower_is_better("frechet_distanse[x, 10]")
