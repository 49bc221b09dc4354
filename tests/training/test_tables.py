"""A table of conditions and latents: each row is told what it should be, and all have the same latents."""

import numpy as np
import pytest

import tfgan_zoo as zoo
from tests.cli.test_choices import conditional
from tests.models import test_sound_to_image_gan as sound_gan
from tests.models import test_text_to_image_gan as text_gan


@pytest.mark.parametrize(
    ("model", "rows", "told"),
    [
        (conditional, 3, [{"label": label} for label in range(3)]),
        (conditional, 2, [{"label": 0}, {"label": 1}]),
        (text_gan.make, 2, [{"caption": text} for text in text_gan.TEXTS[:2]]),
        (
            lambda: sound_gan.make(example_audio=sound_gan.SOUNDS[:4]),
            2,
            [
                {"audio": sound_gan.SOUNDS[row].astype(np.float16).astype(np.float32)}
                for row in (0, 2)
            ],
        ),
    ],
)
def test_a_row_is_what_is_generated_of_its_condition(model, rows, told):
    gan = model()
    table = gan.generate_table(rows, 3, seed=5, batch_size=4)
    assert table.shape == (rows, 3, *gan.image_shape)
    for row, condition in zip(table, told, strict=True):
        np.testing.assert_allclose(row, gan.generate(3, seed=5, **condition), atol=1e-6)


def test_conditions_begin_again_after_so_many():
    gan = text_gan.make()
    assert gan.condition_count == len(gan.example_captions) == 3
    with pytest.raises(ValueError, match="rows is 4, but this TextToImageGAN is told 3 by itself"):
        gan.generate_table(4, 2)


def test_codes_are_of_all_categories():
    gan = zoo.InfoGAN(
        (16, 16, 1), (3, 2), 0, latent_dim=2, generator_width=4, discriminator_width=4
    )
    assert gan.condition_count == 6
    codes = gan.sampling_conditions(12)[0].numpy()
    np.testing.assert_array_equal(codes[:6], codes[6:])
    assert len(np.unique(codes[:6], axis=0)) == 6
    gan = zoo.InfoGAN((16, 16, 1), (), 2, latent_dim=2, generator_width=4, discriminator_width=4)
    assert gan.condition_count == 8


def test_of_more_codes_than_anyone_can_list_some_are_shown():
    gan = zoo.InfoGAN(
        (16, 16, 1), (10,) * 12, 0, latent_dim=2, generator_width=4, discriminator_width=4
    )
    assert gan.condition_count == 1000
    assert gan.generate_table(4, 2).shape == (4, 2, 16, 16, 1)
    told = gan.sampling_conditions(1000)[0].numpy()
    assert len(np.unique(told, axis=0)) == 1000
