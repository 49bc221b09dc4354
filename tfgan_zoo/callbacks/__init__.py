"""What happens between steps: samples, scores, logs, checkpoints, a progress bar."""

from tfgan_zoo.callbacks.animation_grid import AnimationGrid
from tfgan_zoo.callbacks.checkpoint import Checkpoint, CheckpointError
from tfgan_zoo.callbacks.collapse_monitor import CollapseMonitor
from tfgan_zoo.callbacks.policy_logger import PolicyLogger
from tfgan_zoo.callbacks.progress import ProgressBar
from tfgan_zoo.callbacks.reference_batch import ReferenceBatch
from tfgan_zoo.callbacks.run_logger import RunLogger
from tfgan_zoo.callbacks.sample_grid import SampleGrid
from tfgan_zoo.callbacks.sample_texts import SampleTexts
from tfgan_zoo.callbacks.score_logger import ScoreLogger
from tfgan_zoo.callbacks.translation_grid import TranslationGrid

__all__ = [
    "AnimationGrid",
    "Checkpoint",
    "CheckpointError",
    "CollapseMonitor",
    "PolicyLogger",
    "ProgressBar",
    "ReferenceBatch",
    "RunLogger",
    "SampleGrid",
    "SampleTexts",
    "ScoreLogger",
    "TranslationGrid",
]
