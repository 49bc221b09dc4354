"""Streaming metrics: equal to the estimators on all samples, however these come in."""

import warnings

import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tfgan_zoo import metrics

RANDOM = np.random.default_rng(0)
REAL, FAKE = RANDOM.normal(size=(90, 4)) * [1, 2, 3, 4], RANDOM.normal(0.3, 1.5, size=(70, 4))
# Whatever is lost to a mean of a thousand spreads shows in a distance of their size.
FAR = 1e3


def shares(real, fake):
    return metrics.class_histogram(fake, 4)


def divergence(real, fake):
    return metrics.histogram_kl(metrics.class_histogram(fake, 4), metrics.class_histogram(real, 4))


# Streaming metric, estimator on (real, fake), and what is added to the samples.
CASES = {
    "frechet": (lambda: metrics.FrechetDistance(4), metrics.frechet_distance, 0.0),
    "frechet_far": (lambda: metrics.FrechetDistance(4), metrics.frechet_distance, FAR),
    "score": (lambda: metrics.ClassifierScore(4), lambda r, f: metrics.classifier_score(f), FAR),
    "confident": (
        lambda: metrics.ConfidentFraction(4, threshold=0.6),
        lambda r, f: metrics.confident_fraction(f, 0.6),
        0.0,
    ),
    "histogram": (lambda: metrics.ClassHistogram(4), shares, 0.0),
    "kl": (lambda: metrics.ClassHistogramKL(4), divergence, 0.0),
    "kernel": (
        lambda: metrics.OfFeatures(metrics.kernel_distance, 4, 200),
        metrics.kernel_distance,
        0.0,
    ),
    "precision_recall": (
        lambda: metrics.OfFeatures(metrics.precision_recall, 4, 200),
        metrics.precision_recall,
        FAR,
    ),
}
# Of each kind of sums the hardest.
KINDS = ["frechet_far", "score", "confident", "kl", "kernel"]
CUTS = [([90], [70]), ([1, 0, 40, 49], [33, 2, 0, 35])]


def batches(sizes, rows):
    return np.split(rows, np.cumsum(sizes)[:-1])


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("cut", CUTS)
def test_equals_the_estimator_whatever_the_batches(name, cut):
    make, estimator, offset = CASES[name]
    real, fake = REAL + offset, FAKE + offset
    metric = make()
    for pair in zip(batches(cut[0], real), batches(cut[1], fake), strict=True):
        metric.update_state(*pair)
    assert metric.result() == pytest.approx(estimator(real, fake), rel=1e-6, abs=1e-300)


@pytest.mark.parametrize("name", KINDS)
def test_two_replicas_equal_the_estimator_and_go_on_after_a_merge(name):
    make, estimator, offset = CASES[name]
    real, fake = REAL + offset, FAKE + offset
    strategy = battery.two_replicas()
    with strategy.scope():
        metric = make()
    alone = make()

    @tf.function(input_signature=[tf.TensorSpec((None, 4), tf.float64)] * 2)
    def on_replicas(real, fake):
        def step():
            first = tf.distribute.get_replica_context().replica_id_in_sync_group == 0
            parts = []
            for rows in (real, fake):  # a third to the first replica, so that they differ
                third = tf.shape(rows)[0] // 3
                parts.append(
                    tf.cond(first, lambda r=rows, t=third: r[:t], lambda r=rows, t=third: r[t:])
                )
            metric.update_state(*parts)

        strategy.run(step)

    on_replicas(real[:20], fake[:2])  # no generated samples on the first replica
    on_replicas(real[20:50], fake[2:40])
    assert metric.result() == pytest.approx(estimator(real[:50], fake[:40]), rel=1e-6)
    alone.update_state(real[50:70], fake[40:50])
    metric.merge_state([alone])
    on_replicas(real[70:], fake[50:])
    assert metric.result() == pytest.approx(estimator(real, fake), rel=1e-6)
    metric.reset_state()
    on_replicas(real[:8], fake[:8])
    assert metric.result() == pytest.approx(estimator(real[:8], fake[:8]), rel=1e-6)


@pytest.mark.parametrize("name", ["frechet_far", "kernel"])
def test_replicas_without_a_graph(name):
    make, estimator, offset = CASES[name]
    strategy = battery.two_replicas()
    with strategy.scope():
        metric = make()
    strategy.run(metric.update_state, (REAL + offset, FAKE + offset))  # both the same
    twice = np.repeat(REAL + offset, 2, axis=0), np.repeat(FAKE + offset, 2, axis=0)
    assert metric.result() == pytest.approx(estimator(*twice), rel=1e-6)


@pytest.mark.parametrize("name", KINDS)
def test_in_tf_function_and_merged_and_reset(name):
    make, estimator, offset = CASES[name]
    real, fake = REAL + offset, FAKE + offset
    first, second, third = make(), make(), make()
    specs = [tf.TensorSpec(None, tf.float64)] * 2
    update = tf.function(first.update_state, input_signature=specs)
    update(real[::-1], fake[::-1])
    first.reset_state()
    for start in range(0, 60, 20):
        update(real[start : start + 20], fake[start : start + 20])
    second.update_state(real[60:], fake[60:])
    third.merge_state([second, first])  # of one that has seen nothing
    assert third.result() == pytest.approx(estimator(real, fake), rel=1e-6)
    # Those that were merged are as before.
    assert first.result() == pytest.approx(estimator(real[:60], fake[:60]), rel=1e-6)


def test_a_mean_a_million_spreads_away_costs_nothing():
    real, fake = REAL + 1e6, FAKE + 1e6
    one, two = metrics.FrechetDistance(4), metrics.FrechetDistance(4)
    one.update_state(real[:30], fake[:1])
    two.update_state(real[30:40], fake[1:20])
    two.update_state(real[40:], fake[20:])
    one.merge_state([two])
    assert one.result() == pytest.approx(metrics.frechet_distance(real, fake), rel=1e-8)


def test_fewer_samples_than_features():
    real, fake = RANDOM.normal(size=(20, 40)), RANDOM.normal(1.0, size=(300, 40))
    distance = metrics.FrechetDistance(40)
    distance.update_state(real, fake)
    assert distance.result() == pytest.approx(metrics.frechet_distance(real, fake), rel=1e-7)
    distance.reset_state()
    distance.update_state(real, fake[:25])
    assert distance.result() == pytest.approx(metrics.frechet_distance(real, fake[:25]), rel=1e-7)
    # The roots of 21 eigenvalues that are zero up to rounding would be as large as this distance.
    distance.reset_state()
    distance.update_state(real, real + 1e-4)
    assert distance.result() == pytest.approx(40 * 1e-8, rel=1e-5)


@pytest.mark.parametrize("name", ["frechet", "kl", "kernel"])
def test_the_real_side_may_be_kept(name):
    make, estimator, _ = CASES[name]
    metric = type(make()).from_config({**make().get_config(), "reset_real": False})
    metric.update_state(real=REAL, fake=REAL)
    metric.reset_state()
    for start in (0, 40):
        metric.update_state(None, FAKE[start : start + 40])
    assert metric.result() == pytest.approx(estimator(REAL, FAKE), rel=1e-6)


def test_memory_is_that_of_the_widths():
    distance = metrics.FrechetDistance(4)
    kernel = metrics.OfFeatures(metrics.kernel_distance, 4, 10, dtype="float32")
    shapes = [tuple(v.shape) for v in distance.variables + kernel.variables]
    for metric in (distance, kernel):
        metric.update_state(np.repeat(REAL, 20, axis=0), FAKE)
    assert shapes == [tuple(v.shape) for v in distance.variables + kernel.variables]
    assert max(np.prod(shape) for shape in shapes) == 40
    assert [str(v.dtype) for v in kernel.variables].count("float32") == 2


def test_what_finds_no_place_is_counted_and_said_once():
    metric = metrics.OfFeatures(lambda real, fake: (real, fake), 4, capacity=75, name="both")
    metric.update_state(REAL[:50], FAKE)
    metric.update_state(REAL[50:])
    with pytest.warns(UserWarning, match=r"both leaves out 15 real and 0 generated .* 75 rows"):
        real, fake = metric.result()
    np.testing.assert_array_equal(real, REAL[:75])
    np.testing.assert_array_equal(fake, FAKE)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        metric.result()


def test_labels_are_taken_for_logits():
    metric = metrics.ClassHistogramKL(3)
    metric.update_state(real=[0, 1, 2, 2], fake=[])
    metric.update_state(fake=np.eye(3)[[1, 1, 2]])
    assert metric.result() == pytest.approx(metrics.histogram_kl([0, 2, 1], [1, 1, 2]), rel=1e-12)


def test_a_sample_at_the_threshold_is_confident():
    metric = metrics.ConfidentFraction(2, threshold=0.5)
    metric.update_state(fake=np.zeros((3, 2)))
    assert metric.result() == 1.0


# --- errors ---------------------------------------------------------------------------------------


def frechet(real, fake):
    metric = metrics.FrechetDistance(4)
    metric.update_state(real, fake)
    return metric.result()


def spoilt(rows):
    rows = rows.copy()
    rows[3, 1], rows[5] = np.inf, np.nan
    return rows


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: frechet(REAL, None), "fake_features needs at least 2 samples .*, got 0"),
        (lambda: frechet(REAL[:1], FAKE), "real_features needs at least 2 samples .*, got 1"),
        (lambda: frechet(REAL, spoilt(FAKE)), "fake_features holds NaN or infinity in 2 of 70"),
        (
            lambda: frechet(REAL, FAKE[:, :3]),
            r"fake_features of frechet_distance .*4\], got \[70, 3\]",
        ),
        (lambda: frechet(REAL[0], FAKE), r"real_features of .*4\], got \[4\]"),
        (lambda: metrics.FrechetDistance(0), "width is 0, expected an int of at least 1"),
        (lambda: metrics.ClassifierScore(4).result(), "fake_logits needs at least 1 samples"),
        (lambda: metrics.ConfidentFraction(4, threshold=0.0), r"probability in \(0, 1\], got 0.0"),
        (lambda: metrics.OfFeatures(len, 4, capacity=0), "capacity is 0"),
    ],
)
def test_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_spoilt_features_are_named_after_a_merge():
    # `np.array_equal` would not mind.
    one, two = (metrics.OfFeatures(np.array_equal, 4, 100, name="none") for _ in range(2))
    two.update_state(spoilt(REAL), FAKE)
    one.merge_state([two])
    with pytest.raises(ValueError, match="real_features holds NaN or infinity in 2 of 90"):
        one.result()


def test_labels_out_of_range_are_counted():
    metric = metrics.ClassHistogram(3)
    metric.update_state(fake=[0, 3, -1, 2])
    with pytest.raises(ValueError, match="from 0 to 2; 2 of 4 in fake_classes are not"):
        metric.result()


def test_widths_that_only_a_graph_shows():
    metric = metrics.FrechetDistance(4)
    update = tf.function(metric.update_state, input_signature=[tf.TensorSpec(None, tf.float64)])
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"\[90,3\].* expected shape \[\?,4\]"):
        update(REAL[:, :3])


def test_only_like_metrics_merge():
    metric = metrics.FrechetDistance(4)
    for other in (metrics.FrechetDistance(5), metrics.ClassifierScore(4)):
        with pytest.raises(
            ValueError, match=r"merge \w+\(\w+=\d\) into FrechetDistance\(width=4\)"
        ):
            metric.merge_state([other])


def test_results_are_not_for_graphs_and_replicas():
    metric = metrics.FrechetDistance(4)
    with pytest.raises(
        RuntimeError, match=r"frechet_distance.result\(\) .* outside of tf.function"
    ):
        tf.function(metric.result)()
    strategy = battery.two_replicas()
    with strategy.scope():
        metric = metrics.FrechetDistance(4)
    with pytest.raises(RuntimeError, match=r"outside of tf.function and strategy\.run"):
        strategy.run(metric.result)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.0], np.eye(2), [0.0] * 2, np.eye(2)), r"real_covariance must have shape \[1, 1\]"),
        (([0.0] * 2, np.eye(2), [0.0] * 2, [[1, 2], [3, 1]]), "fake_covariance is not symmetric"),
        (([0.0] * 2, np.eye(2), [0.0], [[1.0]]), r"one width; got real_mean \[1, 2\]"),
        (([np.nan] * 2, np.eye(2), [0.0], [[1.0]]), "real_mean holds NaN"),
    ],
)
def test_moments_that_are_none(arguments, message):
    with pytest.raises(ValueError, match=message):
        metrics.frechet_from_moments(*arguments)
