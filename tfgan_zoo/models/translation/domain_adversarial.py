"""Domain-adversarial training of a classifier."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.layers import GradientReversal
from tfgan_zoo.losses.labels import classification
from tfgan_zoo.losses.penalties.base import refuse_without_game
from tfgan_zoo.networks.translation import adaptation as networks
from tfgan_zoo.networks.translation import parts
from tfgan_zoo.training import Adaptation, Annealed
from tfgan_zoo.training.schedules import progress


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class DomainAdversarialNetwork(Adaptation):
    """DANN: features that do not tell the domain (Ganin et al. 2016, JMLR 17; arXiv 1505.07818, 1409.7495).

    A label predictor learns from the features of labelled source images, a domain classifier to tell the
    features of source and target images apart; the features learn to help the first and, by a gradient that
    is turned round, to mislead the second. One step trains all three. The turned gradient is multiplied by
    2 / (1 + exp(-10 p)) - 1, where p goes from 0 to 1 in `total_steps`. SGD with momentum 0.9 and the rate
    0.01 / (1 + 10 p)^0.75, at a batch size of 64 of each domain.

    The networks are the paper's for MNIST, at any size from 16 pixels on. With the `"wasserstein"` loss and a
    gradient penalty, the domain classifier is a critic (Shen et al. 2018, arXiv 1707.01217).

    A batch holds `source`, `label` and `target`; one to `evaluate` on, `target` and `target_label`.

    Args:
        image_shape: (H, W, C) of both domains' images, sides of at least 16 pixels.
        num_classes: number of classes; labels are 0 to num_classes - 1.
        total_steps: training steps in which the schedules run.
        width: channels of the first convolution.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: images that are too small, or a number out of range.

    Example:

    >>> model = DomainAdversarialNetwork((28, 28, 3), total_steps=1000)
    >>> model.compile()
    >>> model.classify(tf.zeros([2, 28, 28, 3])).shape, round(float(model.strength(1000)), 4)
    ((2, 10), 0.9999)
    """

    default_loss = "minimax"
    domain_weight = 1.0
    # What the reversal's strength grows by.
    gamma = 10.0

    def __init__(
        self, image_shape, num_classes=10, total_steps=10000, width=32, *, seed=0, **kwargs
    ):
        shape = parts.check_shape(image_shape, 1, networks.SMALLEST)
        errors.check_ints(1, total_steps=total_steps)
        super().__init__(shape, num_classes, seed=seed, **kwargs)
        dtype = kwargs.get("dtype")
        self.feature_extractor = networks.feature_extractor(shape, width, seed, dtype)
        features = self.feature_extractor.output_shape[1]
        self.label_predictor = networks.dense_classifier(
            features, num_classes, (100, 100), "label_predictor", seed + 1, dtype
        )
        self.domain_classifier = networks.dense_classifier(
            features, 1, (100,), "domain_classifier", seed + 2, dtype
        )
        self.reversal = GradientReversal(name="reversal", dtype="float32")
        self.total_steps = total_steps
        self._arguments = {
            "image_shape": shape,
            "num_classes": num_classes,
            "total_steps": total_steps,
            "width": width,
        }
        self.built = True

    @property
    def players(self):
        """One, who trains all three networks: the reversed gradient makes it a game."""
        trained = [self.feature_extractor, self.label_predictor]
        return {"classifier": trained + [self.domain_classifier] * bool(self.domain_weight)}

    @property
    def pairs(self):
        """The domain classifier, and the features that it judges."""
        return [(self.domain_classifier, self.feature_extractor)]

    @property
    def judged_shape(self):
        """Shape of the features."""
        return self.feature_extractor.output_shape[1:]

    def default_optimizers(self):
        """SGD with momentum 0.9 and an annealed rate."""
        rate = Annealed(0.01, self.total_steps)
        return {"classifier": keras.optimizers.SGD(rate, momentum=0.9, name="classifier_sgd")}

    def compile(self, optimizers=None, *, domain_weight=1.0, **kwargs):
        """Choose the optimizer and the domain classifier's objective; with no argument, the paper's.

        Args:
            optimizers: dict with an optimizer for `"classifier"`.
            domain_weight: of the domain classifier's loss and penalties; 0 for none: training on the source
                alone.
            **kwargs: see `Translation.compile`: `loss`, `penalties`, …; what is said of discriminators is
                said of the domain classifier, for which source is real. Its loss alone counts: features
                maximise it.

        Raises:
            ValueError: what `Translation.compile` raises, penalties of a generator, or more than one turn.
        """
        errors.check_numbers(0, 1e6, domain_weight=domain_weight)
        if kwargs.get("discriminator_steps", 1) not in (1, None):
            raise ValueError(
                f"discriminator_steps is {kwargs['discriminator_steps']!r}, expected 1: one step trains all "
                "networks of this model"
            )
        with self.choosing(domain_weight=float(domain_weight)):
            super().compile(optimizers, **kwargs)

    def check_penalties(self, penalties):
        """Refuse penalties of no game, or of a generator: only the reversed gradient teaches the features."""
        if not self.domain_weight:
            refuse_without_game(penalties, "domain_weight")
        for penalty in penalties:
            if penalty.player == "generator":
                raise ValueError(
                    f"{penalty.kind} is for a generator; the features learn from labels and the reversed "
                    f"gradient alone: leave {penalty.kind} out"
                )

    # --- the algorithm ------------------------------------------------------------------------

    def strength(self, step):
        """Return how strongly the gradient is reversed in a step: 2 / (1 + exp(-10 p)) - 1."""
        return 2.0 / (1.0 + tf.exp(-self.gamma * progress(step, self.total_steps))) - 1.0

    def train_step(self, data):
        """One step of all three networks."""
        batch = self.unpack(data)
        c = self.update("classifier", lambda: self.classifier_loss(batch))
        return self.log(classifier=c)

    def classifier_loss(self, batch):
        """Return the label predictor's loss plus the domain classifier's, and what to log."""
        source = self.feature_extractor(batch["source"], training=True)
        logits = self.label_predictor(source, training=True)
        label_loss, accuracy = classification(logits, batch["label"])
        logs = {"label_loss": label_loss, "source_accuracy": accuracy}
        if not self.domain_weight:
            return label_loss, logs
        target = self.feature_extractor(batch["target"], training=True)
        domain_loss, judgement = self.domain_loss(source, target)
        named = {f"domain_{name}": value for name, value in judgement.items()}
        logs |= {"domain_loss": domain_loss, **named}
        return label_loss + self.domain_weight * domain_loss, logs

    def domain_loss(self, source, target):
        """Return the domain classifier's loss, through which the features' gradient is reversed."""
        (adversary,) = self.adversaries
        strength = self.strength(self.iterations.value)
        logits = [
            self.domain_classifier(self.reversal(features, strength=strength), training=True)
            for features in (source, target)
        ]
        fixed = [tf.stop_gradient(features) for features in (source, target)]
        return adversary.discriminator_loss(*fixed, logits=logits)

    def classifier_logits(self, images, training=False):
        """Return the classes' logits `[B, num_classes]`."""
        features = self.feature_extractor(images, training=training)
        return self.label_predictor(features, training=training)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
