"""Renderings of scenes for image translation, and textures: pinned, and what they claim to be."""

import hashlib

import numpy as np
import pytest

from tfgan_zoo.datasets import shapes_drawing, shapes_looks, shapes_scene, textures

SCENES = [shapes_scene.make_scene(0, index) for index in range(40)]


def checksum(arrays):
    return hashlib.sha256(np.stack(arrays).tobytes()).hexdigest()[:16]


def test_renderings_are_pinned():
    looks = (shapes_looks.DAY, shapes_looks.NIGHT, *shapes_looks.FIVE)
    assert (
        checksum([shapes_looks.render(s, look) for s in SCENES for look in looks])
        == "40102c55753d4ecd"
    )
    assert checksum([shapes_looks.outline(s) for s in SCENES]) == "52fa3858a141dfb4"
    assert (
        checksum([shapes_looks.filled(s, [1, n]) for n, s in enumerate(SCENES)])
        == "3c47b102b9719fdf"
    )


def test_textures_are_pinned():
    made = textures.textures(1, range(3, 40), (28, 20))
    assert checksum(made) == "ee269fdf4bf6d2d8"
    # and each depends on its own number alone
    np.testing.assert_array_equal(textures.textures(1, [20], (28, 20))[0], made[17])
    assert not np.array_equal(textures.textures(0, [20], (28, 20))[0], made[17])


def test_a_plain_look_without_colour_or_tone_is_the_scene():
    look = shapes_looks.Look("as it is")
    for scene in SCENES:
        np.testing.assert_array_equal(shapes_looks.render(scene, look), shapes_scene.render(scene))


def test_looks_differ_where_the_things_are_only():
    for scene in SCENES:
        one, other = (shapes_looks.render(scene, look) for look in shapes_looks.FIVE[:2])
        differ = (one != other).any(axis=2)
        covered = np.zeros_like(differ)
        for thing in scene.things:
            inside = shapes_drawing.coverage(thing.shape, thing.size)[..., 0] > 0
            shapes_drawing.window(covered, thing)[:] |= inside
        assert not differ[~covered].any()
        assert differ[covered].mean() > 0.9


def test_an_outline_is_a_border_of_one_pixel():
    # A square of radius 8 is 14 pixels wide: two sides of 14, two of 12.
    contour = shapes_drawing.coverage("square", "large", contour=True)[..., 0]
    assert contour.sum() == 16 * (2 * 14 + 2 * 12)
    assert set(contour.ravel()) == {0, 16}
    for shape in shapes_scene.SHAPES:
        for size in shapes_scene.SIZES:
            whole = shapes_drawing.coverage(shape, size)
            border = shapes_drawing.coverage(shape, size, contour=True)
            assert 0 < border.sum() < whole.sum()
            assert (border <= whole).all()


def test_an_outline_does_not_tell_the_filling():
    scene = SCENES[1]
    fillings = {shapes_looks.filled(scene, [0, n]).tobytes() for n in range(200)}
    # each thing: 3 textures, begun at 4 by 4 places, of which only some differ
    assert len(fillings) > 60
    outlines = {
        shapes_looks.outline(
            shapes_scene.Scene(scene.things, scene.relation, tone, light)
        ).tobytes()
        for tone in shapes_scene.TONES
        for light in shapes_scene.LIGHTS
    }
    assert len(outlines) == 1


def test_textures_are_like_photographs():
    made = textures.textures(0, range(200), (32, 32)).astype(float)
    means = made.mean(axis=(1, 2))
    assert means.std(axis=0).min() > 30  # no common colour
    assert 100 < means.mean() < 120  # a little dark
    assert 6 < (means - means.mean(axis=1, keepdims=True)).std() < 14  # not grey, nor garish
    within = made.std(axis=(1, 2)).mean()
    neighbours = abs(np.diff(made, axis=2)).mean()
    assert 15 < within < 60
    assert 0.05 < neighbours / within < 0.5  # smooth, not white noise


@pytest.mark.parametrize("value", [0, 255])
def test_a_digit_inverts_its_texture(value):
    images = np.full([3, 8, 8, 1], value, np.uint8)
    made = textures.on_textures(images, 1, start=5)
    expected = textures.textures(1, range(5, 8), (8, 8))
    np.testing.assert_array_equal(made, expected if value == 0 else 255 - expected)
