"""Scores on a schedule, while training goes on."""

from tfgan_zoo import metrics
from tfgan_zoo.callbacks.schedule import EverySteps
from tfgan_zoo.errors import check_ints


class ScoreLogger(EverySteps):
    """Scores the generator every so many steps and hands the scores to the callbacks after it.

    Put it before `RunLogger`, which writes the scores to TensorBoard and metrics.jsonl, and before
    `Checkpoint`, which can keep the best by one of them. Every worker scores the same images: they would
    have to wait for the chief anyway, and what is decided by a score is then decided alike everywhere.

    Args:
        scorer: a `metrics.Scorer`, a `metrics.text.TextScorer`, or any object with `score(samples)`, which
            returns dict of name -> float, where a name says in brackets what the score depends on:
            `brightness[mean, 8]`. A `metrics.TranslationScorer` is given the model instead.
        every: steps between two scores.
        samples: how many images to score, at least 2, or by how many to score the model.
        seed: int, for the latents; the same at every score.
        held_out: for a model of text, int32 tokens [N, T] whose likelihood is scored as well; None for none.

    Raises:
        ValueError: fewer than two samples; while training, a score whose name does not say what it depends
            on.

    Example:

    >>> class Brightness:
    ...     def score(self, images):
    ...         return {"brightness[mean, 8]": float(images.mean())}
    >>> ScoreLogger(Brightness(), every=100, samples=8).every
    100
    """

    def __init__(self, scorer, every=1000, samples=1000, seed=1, held_out=None):
        super().__init__(every)
        check_ints(2, samples=samples)
        self.scorer, self.samples, self.seed = scorer, samples, seed
        self.held_out = held_out

    def act(self, step, logs):
        """Score and pass the scores on through the logs."""
        if isinstance(self.scorer, metrics.TranslationScorer):
            scores = self.scorer.score(self.model, self.samples)
        else:
            generate = getattr(self.model, "generate_texts", None) or self.model.generate
            scores = self.scorer.score(generate(self.samples, seed=self.seed))
        if self.held_out is not None:
            scores |= self.scorer.score_model(self.model, self.held_out)
        for name in scores:
            if "[" not in name:
                raise ValueError(
                    f"the scorer calls a score {name!r}, expected a name that says in brackets what "
                    f"the score depends on, such as '{name}[extractor, {self.samples} vs test]'"
                )
        logs.update(scores)
