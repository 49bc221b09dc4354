"""Walks from one condition to another, of every model that is told a label, codes, a sound or a caption."""

import numpy as np
import pytest

import tfgan_zoo as zoo
from tests.models import test_sound_to_image_gan, test_text_to_image_gan
from tests.models.test_text_to_image_gan import TEXTS

SMALL = {"latent_dim": 6, "generator_width": 4, "discriminator_width": 4}


def labelled(made, **arguments):
    return made((16, 16, 1), num_classes=3, seed=0, **SMALL, **arguments), (0, 2)


def heard(**arguments):
    tones = [test_sound_to_image_gan.tone(frequency) for frequency in (700, 1900)]
    return test_sound_to_image_gan.make(**arguments), tones


def looking():
    parts = {"architecture": "deep_dcgan", "conditioning_dim": 0, "attention_stage": 1}
    return test_text_to_image_gan.make(**parts), (TEXTS[0], TEXTS[3])  # of three and of four words


def coded():
    gan = zoo.InfoGAN((16, 16, 1), (3, 2), 2, **SMALL)
    return gan, ("2, 0, -1, 0.5", gan.codes(1, [[0, 1]], [[1, 0.5]])[0])


WALKS = {
    "class beside the latents": lambda: labelled(zoo.CGAN, ema_decay=0.5),
    "class by batch norm": lambda: labelled(zoo.ProjectionGAN),
    "class of SAGAN": lambda: labelled(zoo.SAGAN),
    "sound beside the latents": lambda: heard(generator_condition="concatenate"),
    "sound by batch norm": lambda: heard(),
    "codes": coded,
    "caption": lambda: (test_text_to_image_gan.make(conditioning_dim=0), TEXTS[:2]),
    "caption whose words are looked at": looking,
    "caption, drawn": lambda: (test_text_to_image_gan.make(ema_decay=0.5), TEXTS[:2]),
}


@pytest.mark.parametrize("name", WALKS)
def test_a_walk_goes_from_one_to_the_other(name):
    gan, ends = WALKS[name]()
    latents = zoo.training.latents(2, gan.latent_shape, seed=1).numpy()
    shape = (2, 3, *gan.image_shape)
    walks = gan.walk(*ends, latents, steps=3, batch_size=4).reshape(shape)
    condition = list(gan.sampling_inputs)[1]
    for step, end in zip((0, 2), ends, strict=True):
        expected = gan.decode(latents, **{condition: end})
        np.testing.assert_allclose(walks[:, step], expected, atol=1e-6)
    ways = np.abs(walks[:, 1:] - walks[:, :2]).max(axis=(0, 2, 3, 4))
    assert ways.min() > 1e-7


def test_where_there_is_nothing_between():
    gan = labelled(zoo.CGAN)[0]
    latents = zoo.training.latents(1, gan.latent_shape, seed=1)
    with pytest.raises(ValueError, match="steps is 1"):
        gan.walk(0, 1, latents, steps=1)
    with pytest.raises(ValueError, match="label is 3, expected classes from 0 to 2"):
        gan.walk(0, 3, latents)
    gan = zoo.DCGAN((16, 16, 1), **SMALL)
    with pytest.raises(ValueError, match="DCGAN has nothing between conditions: it has none"):
        gan.walk(0, 1, latents)
