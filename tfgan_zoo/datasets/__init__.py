"""What batches look like, and where they come from: `load(name, …)` for every kind of set.

>>> from tfgan_zoo import datasets
>>> train = datasets.load("digits", batch_size=64, image_size=16)
>>> train.info.image_shape, train.steps_per_epoch
((16, 16, 1), 22)

Texts come as tokens from `load_texts(name, …)`. Sets for image translation have two or more domains:

>>> datasets.load("scenes_unpaired", batch_size=64).info.domains
('day', 'night')

Others have a condition with each image: a sound, a caption, landmarks, the frames before:

>>> datasets.load("tones", split="train[:64]", batch_size=8).info.shapes["audio"]
(4000,)
"""

from tfgan_zoo.datasets import captions
from tfgan_zoo.datasets.info import (
    Arrays,
    ConditionalInfo,
    DataInfo,
    Shared,
    TranslationArrays,
    TranslationInfo,
)
from tfgan_zoo.datasets.registry import describe, load, load_arrays, names
from tfgan_zoo.datasets.text import TextInfo, load_text_lines, load_texts, text_names

__all__ = [
    "Arrays",
    "ConditionalInfo",
    "DataInfo",
    "Shared",
    "TextInfo",
    "TranslationArrays",
    "TranslationInfo",
    "captions",
    "describe",
    "load",
    "load_arrays",
    "load_text_lines",
    "load_texts",
    "names",
    "text_names",
]
