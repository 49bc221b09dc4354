"""Layers that Keras lacks, or that are faster here."""

from tfgan_zoo.layers.adaptive_instance_norm import AdaptiveInstanceNormalization
from tfgan_zoo.layers.attention import SelfAttention
from tfgan_zoo.layers.basis import DiscriminativeBasis, GenerativeBasis
from tfgan_zoo.layers.causal_attention import CausalAttention, CausalBlock
from tfgan_zoo.layers.conditional_norm import (
    ConditionalBatchNormalization,
    SelfModulatedBatchNormalization,
)
from tfgan_zoo.layers.conditioning_augmentation import ConditioningAugmentation
from tfgan_zoo.layers.convolution import Conv2D, Conv2DTranspose
from tfgan_zoo.layers.energy import ReconstructionError
from tfgan_zoo.layers.equalized import EqualizedConv2D, EqualizedDense, ScaledLeakyReLU
from tfgan_zoo.layers.highway import Highway
from tfgan_zoo.layers.image_pool import ImagePool
from tfgan_zoo.layers.images import ChangedImages, ClippedImages
from tfgan_zoo.layers.instance_norm import InstanceNormalization
from tfgan_zoo.layers.label_maps import LabelMaps
from tfgan_zoo.layers.landmark_maps import LandmarkMaps
from tfgan_zoo.layers.log_mel import LogMel
from tfgan_zoo.layers.maxout import Maxout
from tfgan_zoo.layers.minibatch import MinibatchDiscrimination, MinibatchStandardDeviation
from tfgan_zoo.layers.normalization import BatchNormalization
from tfgan_zoo.layers.padding import ReflectionPadding2D
from tfgan_zoo.layers.pooling import GlobalSumPooling2D
from tfgan_zoo.layers.position_waves import PositionWaves
from tfgan_zoo.layers.recurrent import Recurrent
from tfgan_zoo.layers.relational_memory import RelationalMemory
from tfgan_zoo.layers.resampling import Downsample2D, Upsample2D
from tfgan_zoo.layers.reversal import GradientReversal, StopGradient
from tfgan_zoo.layers.spectral import SpectralConv2D, SpectralDense, SpectralEmbedding
from tfgan_zoo.layers.spectrograms import (
    SpectrogramLevels,
    SpectrogramMasks,
    SpectrogramWarps,
    StretchedSpectrograms,
)
from tfgan_zoo.layers.stochastic import Dropout, GaussianNoise, NoiseDropout
from tfgan_zoo.layers.styles import (
    LearnedConstant,
    MeanStyle,
    ModulatedConv2D,
    NoiseInjection,
    PixelNormalization,
    Repeat,
    Unstack,
)
from tfgan_zoo.layers.token_embedding import TokenEmbedding
from tfgan_zoo.layers.token_logits import TokenLogits
from tfgan_zoo.layers.tokenizer import Tokenizer
from tfgan_zoo.layers.virtual_norm import VirtualBatchNormalization, set_reference
from tfgan_zoo.layers.word_places import PlaceAttention, WordPresence
from tfgan_zoo.layers.words import WordAttention, WordConvolution, WordPooling

__all__ = [
    "AdaptiveInstanceNormalization",
    "BatchNormalization",
    "CausalAttention",
    "CausalBlock",
    "ChangedImages",
    "ClippedImages",
    "ConditionalBatchNormalization",
    "ConditioningAugmentation",
    "Conv2D",
    "Conv2DTranspose",
    "DiscriminativeBasis",
    "Downsample2D",
    "Dropout",
    "EqualizedConv2D",
    "EqualizedDense",
    "GaussianNoise",
    "GenerativeBasis",
    "GlobalSumPooling2D",
    "GradientReversal",
    "Highway",
    "ImagePool",
    "InstanceNormalization",
    "LabelMaps",
    "LandmarkMaps",
    "LearnedConstant",
    "LogMel",
    "Maxout",
    "MeanStyle",
    "MinibatchDiscrimination",
    "MinibatchStandardDeviation",
    "ModulatedConv2D",
    "NoiseDropout",
    "NoiseInjection",
    "PixelNormalization",
    "PlaceAttention",
    "PositionWaves",
    "ReconstructionError",
    "Recurrent",
    "ReflectionPadding2D",
    "RelationalMemory",
    "Repeat",
    "ScaledLeakyReLU",
    "SelfAttention",
    "SelfModulatedBatchNormalization",
    "SpectralConv2D",
    "SpectralDense",
    "SpectralEmbedding",
    "SpectrogramLevels",
    "SpectrogramMasks",
    "SpectrogramWarps",
    "StopGradient",
    "StretchedSpectrograms",
    "TokenEmbedding",
    "TokenLogits",
    "Tokenizer",
    "Unstack",
    "Upsample2D",
    "VirtualBatchNormalization",
    "WordAttention",
    "WordConvolution",
    "WordPooling",
    "WordPresence",
    "set_reference",
]
