"""Package tfgan_zoo: generative adversarial networks for TensorFlow and Keras."""

from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
VERSION = "0.1.0"

# One TensorFlow minor release at a time: the training room relies on facts about Keras's trainer
# that are checked by the tests on exactly these versions.
TENSORFLOW = ">=2.21,<2.22"
# Films as MP4; imageio-ffmpeg brings FFmpeg along.
VIDEO = ["imageio>=2.34", "imageio-ffmpeg>=0.5"]

setup(
    name="tfgan_zoo",
    version=VERSION,
    description="Generative adversarial networks as Keras models: train, watch, judge, export.",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10,<3.14",
    # configs/ stays at the top of the repository, where people look, and is installed as
    # tfgan_zoo.configs, so that `--config=dcgan_digits` works after a plain `pip install`.
    packages=[*find_packages(include=["tfgan_zoo", "tfgan_zoo.*"]), "tfgan_zoo.configs"],
    package_dir={"tfgan_zoo.configs": "configs"},
    package_data={"tfgan_zoo.metrics": ["weights/*"]},
    install_requires=[
        f"tensorflow{TENSORFLOW}",
        # Keras 3.13 and later need Python 3.11.
        "keras>=3.15,<3.17; python_version>='3.11'",
        "keras>=3.12.4,<3.13; python_version<'3.11'",
        "tensorflow-datasets>=4.9.10,<5",
        "importlib_resources>=6",
        "absl-py>=2.1",
        "ml_collections>=1.0",
        "tensorboard>=2.20,<2.23",
        "scikit-learn>=1.5",
        "Pillow>=10.1",
        "tqdm>=4.60",
    ],
    extras_require={
        "gpu": [f"tensorflow[and-cuda]{TENSORFLOW}"],
        "dev": [
            *VIDEO,
            "nltk>=3.9",
            "pytest>=8",
            "pytest-xdist>=3.6",
            "ruff>=0.17,<0.18",
            "setuptools>=68",
            "wheel",
        ],
        "video": VIDEO,
        # PyTorch is what the speed benchmark compares with.
        "bench": ["h5py>=3.11", "matplotlib>=3.9", "torch>=2.9"],
    },
    entry_points={"console_scripts": ["tfgan-zoo = tfgan_zoo.cli.main:run"]},
    classifiers=[
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
    ],
)
