"""Train the classifiers whose features the zoo's scores are computed from.

    python benchmarks/train_extractors.py                       # all four
    python benchmarks/train_extractors.py mnist --data_dir=/path/to/tfds --seed=1 --out=runs/second

Each is trained on its data set's training split only, for a fixed number of epochs, with small
shifts as the only augmentation; the test split is looked at once, at the end. MNIST and
Fashion-MNIST are read from TensorFlow Datasets (`--data_dir`, or TFDS_DATA_DIR). The same seed on
the same machine and versions gives the same weights.

For each name, `<out>/<name>.npz` and `<name>.json` are written, and one line of a table: test
accuracy, the share of real test images that are confidently classified, and the floors, i.e. what
real data scores: train against test, N images each. No generator can be expected to do better.
"""

import argparse
import math
import os
import platform
import time

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import datasets
from tfgan_zoo.errors import unknown
from tfgan_zoo.metrics import classifier_score, confident_fraction, extractors, frechet_distance
from tfgan_zoo.metrics.network import BATCH_SIZE, CONVOLUTIONS, compiled_classifier, small_cnn
from tfgan_zoo.metrics.storage import write

EPOCHS = {"digits": 100, "mnist": 12, "fashion_mnist": 12, "shapes": 15}
IMAGE_SIZE = {"digits": 16, "mnist": 28, "fashion_mnist": 28, "shapes": 32}
MAX_SHIFT = {"digits": 1, "mnist": 2, "fashion_mnist": 1, "shapes": 2}
FLOOR_SAMPLES = 10_000


def train(images, labels, *, epochs, max_shift, seed):
    """Return a `small_cnn` trained on uint8 images [N, H, W, C] with integer labels [N]."""
    network = small_cnn(images.shape[1:], int(labels.max()) + 1, CONVOLUTIONS, seed=seed)
    classifier = compiled_classifier(network, epochs * math.ceil(len(images) / BATCH_SIZE))
    for epoch in range(epochs):
        generator = np.random.default_rng([seed, epoch])
        order = generator.permutation(len(images))
        shifted = shift(images[order], max_shift, generator)
        history = classifier.fit(
            shifted.astype("float32") / 127.5 - 1.0,
            labels[order],
            batch_size=BATCH_SIZE,
            shuffle=False,
            verbose=0,
        ).history
        print(
            f"  epoch {epoch + 1}/{epochs}: loss {history['loss'][0]:.4f}, "
            f"training accuracy {history['accuracy'][0]:.4f}",
            flush=True,
        )
    return network


def shift(images, most, generator):
    """Return each image moved by up to `most` pixels each way, its border repeated."""
    count, height, width = images.shape[:3]
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(1, 2))
    down, right = generator.integers(0, 2 * most + 1, (2, count))
    return windows[np.arange(count), down, right].transpose(0, 2, 3, 1)


def judge(extractor, training, test, seed):
    """Return accuracy, confident share and floors of an extractor, JSON-able."""
    seen, unseen = extractor(training.images), extractor(test.images)
    samples = min(FLOOR_SAMPLES, len(training.images))
    chosen = np.random.default_rng(seed).choice(len(training.images), samples, replace=False)
    return {
        "test_accuracy": float(np.mean(unseen.logits.argmax(axis=1) == test.labels)),
        "test_confident_fraction": confident_fraction(unseen.logits, 0.9),
        "test_classifier_score": classifier_score(unseen.logits),
        "floor": {
            "frechet_distance": frechet_distance(unseen.features, seen.features[chosen]),
            "samples": f"{samples} train vs {len(test.images)} test",
        },
    }


def load(name, split, data_dir):
    # Digits ship with scikit-learn; shapes are built, and would be written into that directory.
    options = {"data_dir": data_dir} if name in ("mnist", "fashion_mnist") else {}
    return datasets.load_arrays(name, split=split, image_size=IMAGE_SIZE[name], **options)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help=f"of {', '.join(EPOCHS)}; all by default")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data_dir", help="of MNIST and Fashion-MNIST; TFDS_DATA_DIR by default")
    parser.add_argument("--out", default=str(extractors.WEIGHTS))
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in EPOCHS:
            parser.error(unknown("extractor", name, EPOCHS))

    keras.utils.set_random_seed(arguments.seed)
    tf.config.experimental.enable_op_determinism()
    rows = []
    for name in arguments.names or EPOCHS:
        print(f"{name}:", flush=True)
        training = load(name, "train", arguments.data_dir)
        test = load(name, "test", arguments.data_dir)
        start = time.monotonic()
        network = train(
            training.images,
            training.labels,
            epochs=EPOCHS[name],
            max_shift=MAX_SHIFT[name],
            seed=arguments.seed,
        )
        seconds = time.monotonic() - start
        path = os.path.join(arguments.out, f"{name}.json")
        spec = {
            "dataset": name,
            "split": "train",
            "seed": arguments.seed,
            "epochs": EPOCHS[name],
            "image_shape": list(training.images.shape[1:]),
            "num_classes": network.output_shape[1][1],
            "convolutions": [list(convolution) for convolution in CONVOLUTIONS],
            "versions": {
                "python": platform.python_version(),
                "tensorflow": tf.__version__,
                "keras": keras.__version__,
                "numpy": np.__version__,
            },
        }
        write(path, network, spec)
        extractor = extractors.load(path)
        results = judge(extractor, training, test, arguments.seed)
        write(path, network, {**spec, **results})
        rows.append((extractor.name, results, seconds))
        print(table(rows[-1:]), flush=True)
    print(table(rows))


def table(rows):
    """Return the results as a Markdown table."""
    lines = [
        "| extractor | test accuracy | test images with p ≥ 0.9 | classifier score of test images "
        "| Fréchet distance, real to real | training |",
        "|---|---|---|---|---|---|",
    ]
    for name, results, seconds in rows:
        floor = results["floor"]
        lines.append(
            f"| {name} | {results['test_accuracy']:.2%} "
            f"| {results['test_confident_fraction']:.2%} "
            f"| {results['test_classifier_score']:.3f} "
            f"| {floor['frechet_distance']:.3f} ({floor['samples']}) | {seconds:.0f} s |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
