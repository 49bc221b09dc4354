"""How players learn: the base class, the two-player GAN, randomness, averaging, export."""

from tfgan_zoo.training.adaptation import Adaptation
from tfgan_zoo.training.adversarial import AdversarialModel
from tfgan_zoo.training.batches import Field, image_field
from tfgan_zoo.training.captions import Captioned
from tfgan_zoo.training.conditional import ConditionalGAN
from tfgan_zoo.training.faults import BatchValueError, NonFiniteError
from tfgan_zoo.training.gan import GAN
from tfgan_zoo.training.matching import MatchingAware
from tfgan_zoo.training.policy_diagnosis import PolicyDiagnosis
from tfgan_zoo.training.randomness import RandomStream, active_stream, latents
from tfgan_zoo.training.schedules import Annealed, ConstantThenLinear, Scaled
from tfgan_zoo.training.text import TextModel, TokenSpec
from tfgan_zoo.training.text_game import TextGame
from tfgan_zoo.training.text_gan import TextGAN
from tfgan_zoo.training.top_k import TopK
from tfgan_zoo.training.translation import Translation
from tfgan_zoo.training.workers import WorkerError, WorkerLostError, is_chief

__all__ = [
    "GAN",
    "Adaptation",
    "AdversarialModel",
    "Annealed",
    "BatchValueError",
    "Captioned",
    "ConditionalGAN",
    "ConstantThenLinear",
    "Field",
    "MatchingAware",
    "NonFiniteError",
    "PolicyDiagnosis",
    "RandomStream",
    "Scaled",
    "TextGAN",
    "TextGame",
    "TextModel",
    "TokenSpec",
    "TopK",
    "Translation",
    "WorkerError",
    "WorkerLostError",
    "active_stream",
    "image_field",
    "is_chief",
    "latents",
]
