"""DCGAN's networks with more convolutions than those that enlarge or halve, and kernels of 4×4.

For conditions that say what and where: DCGAN's generator was slow to learn the shapes of small things, even
taught the true images, see docs/results.md. Each hidden map but the smallest is refined once, and the
discriminator has no norm, so that no sample sees another and gradient penalties can be used.
"""

from tfgan_zoo.networks import dcgan

_KERNEL = 4


def generator(image_shape, latent_dim=100, width=64, seed=0, dtype=None):
    """Build the generator, see `dcgan.generator`: 4×4 kernels, and hidden maps that are refined.

    Args:
        image_shape: (H, W, C), see `dcgan.check_image_shape`.
        latent_dim: size of the latent vectors.
        width: channels of the last hidden layer; each stage further down has twice as many.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.

    Returns:
        `keras.Model` from latents `[B, latent_dim]` to images `[B, H, W, C]` in [-1, 1].

    >>> network = generator((32, 32, 3), width=4)
    >>> [network.get_layer(f"refine_{stage}").output.shape[1:3] for stage in (2, 3)]
    [(8, 8), (16, 16)]
    """
    return dcgan.generator(image_shape, latent_dim, width, _KERNEL, seed, dtype, refine=True)


def discriminator(image_shape, width=64, seed=0, dtype=None):
    """Build the discriminator, see `dcgan.discriminator`: 4×4 kernels, refined maps, no norm, He's weights.

    Args:
        image_shape: (H, W, C), with any number of channels.
        width: channels of the first layer; each further stage has twice as many.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.

    Returns:
        `keras.Model` from images `[B, H, W, C]` to logits `[B, 1]`.

    >>> discriminator((32, 32, 3), width=4).output_shape
    (None, 1)
    """
    return dcgan.discriminator(
        image_shape, width, _KERNEL, "none", seed=seed, dtype=dtype, he=True, refine=True
    )
