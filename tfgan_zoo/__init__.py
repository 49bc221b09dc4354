"""tfgan_zoo: the adversarial systems of the classic GAN lectures as Keras models.

    import tfgan_zoo as zoo

    data = zoo.datasets.load("digits", batch_size=64, image_size=16)
    gan = zoo.DCGAN(image_shape=data.info.image_shape)
    gan.compile()
    gan.fit(data, epochs=20)
    gan.export("exported/dcgan")

Names are imported when they are first used, so that `import tfgan_zoo` is instant and a command that
only samples from a SavedModel never loads the training code.
"""

import importlib

__version__ = "0.1.0"

_ROOMS = (
    "augmentations",
    "callbacks",
    "datasets",
    "layers",
    "losses",
    "metrics",
    "models",
    "networks",
    "sounds",
    "training",
)
_MODELS = {
    "ConditionalGAN": "tfgan_zoo.training",
    "GAN": "tfgan_zoo.training",
    "AdversarialModel": "tfgan_zoo.training",
    "TextGAN": "tfgan_zoo.training",
    "ACGAN": "tfgan_zoo.models",
    "CGAN": "tfgan_zoo.models",
    "InfoGAN": "tfgan_zoo.models",
    "MatchingAwareGAN": "tfgan_zoo.models",
    "FramePredictionGAN": "tfgan_zoo.models",
    "SoundToImageGAN": "tfgan_zoo.models",
    "ProjectionGAN": "tfgan_zoo.models",
    "ReACGAN": "tfgan_zoo.models",
    "TextToImageGAN": "tfgan_zoo.models",
    "TalkingHeadGAN": "tfgan_zoo.models",
    "BigGAN": "tfgan_zoo.models",
    "BEGAN": "tfgan_zoo.models",
    "DCGAN": "tfgan_zoo.models",
    "DRAGAN": "tfgan_zoo.models",
    "FGAN": "tfgan_zoo.models",
    "ImprovedGAN": "tfgan_zoo.models",
    "LSGAN": "tfgan_zoo.models",
    "PacGAN": "tfgan_zoo.models",
    "SAGAN": "tfgan_zoo.models",
    "SNGAN": "tfgan_zoo.models",
    "StyleGAN2": "tfgan_zoo.models",
    "R3GAN": "tfgan_zoo.models",
    "UnrolledGAN": "tfgan_zoo.models",
    "VanillaGAN": "tfgan_zoo.models",
    "WGAN": "tfgan_zoo.models",
    "WGANGP": "tfgan_zoo.models",
    "SeqGAN": "tfgan_zoo.models",
    "ScratchGAN": "tfgan_zoo.models",
    "RelGAN": "tfgan_zoo.models",
    "RankGAN": "tfgan_zoo.models",
    "MaliGAN": "tfgan_zoo.models",
    "LanguageModel": "tfgan_zoo.models",
    "LeakGAN": "tfgan_zoo.models",
    "CycleGAN": "tfgan_zoo.models",
    "DomainAdversarialNetwork": "tfgan_zoo.models",
    "Pix2Pix": "tfgan_zoo.models",
    "PixelDA": "tfgan_zoo.models",
    "StarGAN": "tfgan_zoo.models",
}
__all__ = [*_ROOMS, *_MODELS, "__version__", "load_model"]


def __getattr__(name):
    if name in _ROOMS:
        return importlib.import_module(f"tfgan_zoo.{name}")
    if name in _MODELS:
        return getattr(importlib.import_module(_MODELS[name]), name)
    raise AttributeError(f"module 'tfgan_zoo' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)


def load_model(path):
    """Load a `.keras` file of this package: `keras.models.load_model`, with all our classes known to it.

    Args:
        path: a file that `model.save` wrote, or the `model.keras` of a checkpoint.

    Returns:
        The model, compiled as it was.
    """
    keras = importlib.import_module("keras")
    importlib.import_module("tfgan_zoo.models")
    return keras.models.load_model(path)
