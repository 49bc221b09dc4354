"""GANs of text, and the language model that they must beat."""

from tfgan_zoo.models.text.language_model import LanguageModel
from tfgan_zoo.models.text.leakgan import LeakGAN
from tfgan_zoo.models.text.relgan import RelGAN
from tfgan_zoo.models.text.scratchgan import ScratchGAN
from tfgan_zoo.models.text.seqgan import MaliGAN, RankGAN, SeqGAN

__all__ = ["LanguageModel", "LeakGAN", "MaliGAN", "RankGAN", "RelGAN", "ScratchGAN", "SeqGAN"]
