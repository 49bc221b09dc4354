"""From what was measured of a GAN over time to a verdict in plain words.

How a researcher tells these apart. A generator that gives few outputs early in training has not learned
yet, and one that did better before is collapsing: so a generator is judged by its variety once it has been
*alive* (varied, and among the real images), or when it has stopped to get better without ever having been.
A discriminator that is right about everything is no fault by itself, since small data are easily told from
good samples; it overpowers where the generator, at the same time, is far from the data and no longer comes
nearer. One that cannot tell is what theory asks for, if samples are good, and blind, if they are not.
Samples that were among the data and have left them are a fault whatever is said of them.
A class that is missing is dropped if it was there before, or has not come for long. Samples that are copies
of training images look healthy in every other sign, so that copies are asked for before variety, unless all
samples are alike. Nothing is said on the strength of one check, except that a number is not finite; two
faults in a row, of whatever kind, are one, of the last one's kind.
"""

import dataclasses
import math

VERDICTS = (
    "too_early",
    "healthy",
    "collapsing",
    "dropping_modes",
    "discriminator_overpowering",
    "generator_overpowering",
    "memorising",
    "diverged",
)
FAULTS = VERDICTS[2:]

# Relative to real images, see `VitalSigns`.
LITTLE_VARIETY = 0.25  # of diversity
MANY_DUPLICATES = 0.5
LOST = 0.35  # of the best coverage so far
ALIVE = 0.5  # of diversity and of realism
UNREAL = 0.3  # of realism
COPIES = 0.3
# What a discriminator says, from 0 (fake) to 1 (real), and its accuracies.
CERTAIN = 0.97
GUESSING = 0.6
# Checks: in a row, before a verdict; without getting better, before a generator that never was alive is
# judged, and by how much of the scale of realism and coverage "better" is.
IN_A_ROW = 2
PATIENCE = 4
BETTER = 0.03
# The largest gradient norm a player may have, over its median of the checks before.
EXPLODED = 1e4


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What is seen of a training.

    Attributes:
        name: one of `VERDICTS`.
        sentence: the same in plain words, with the numbers that it rests on.
        suspected: what the last check alone looks like, a name among `VERDICTS`.
        missing: the classes that are missing, for `dropping_modes`.
    """

    name: str
    sentence: str
    suspected: str
    missing: tuple = ()


def judge(history):
    """Return the `Verdict` on a training.

    Args:
        history: list of dicts, a check each, oldest first: `step`; what `VitalSigns` measured; and, of the
            step's logs, as far as there are any, `real`, `fake`, `real_accuracy` and `fake_accuracy` of the
            discriminator, and `gradient_norms`, a dict of player -> norm. A check that met a number that is
            not finite holds `step` and `not_finite`, a text that says what. No key but `step` is needed:
            with less, less is said.

    Raises:
        ValueError: no checks.

    >>> alive = {"diversity": 1.0, "duplicates": 0.01, "realism": 0.9, "coverage": 0.9}
    >>> dead = {"diversity": 0.0, "duplicates": 1.0, "realism": 0.9, "coverage": 0.0}
    >>> history = [{"step": 500, **alive}, {"step": 1000, **dead}, {"step": 1500, **dead}]
    >>> judge(history[:1]).name, judge(history[:2]).name, judge(history).name
    ('healthy', 'healthy', 'collapsing')
    """
    if not history:
        raise ValueError("the history holds no check; a verdict needs at least one")
    suspicions = [_suspicion(history[: count + 1]) for count in range(len(history))]
    name = "too_early"
    for index, suspected in enumerate(suspicions):
        recent = suspicions[max(0, index + 1 - IN_A_ROW) : index + 1]
        fault = all(s in FAULTS for s in recent) and len(recent) == IN_A_ROW
        if fault or suspected not in FAULTS or _broken(history[: index + 1]):
            name = suspected
    missing = ()
    if name == "dropping_modes":
        # Those of all the checks that it rests on, also what was missing before.
        lacking = [set(check.get("missing", ())) for check in history[-IN_A_ROW:]]
        missing = tuple(sorted(set.intersection(*lacking) or _dropped(history)))
    sentence = _sentence(name, history, missing)
    if suspicions[-1] in FAULTS and name not in FAULTS:
        sentence += f"; this check alone looks like {suspicions[-1].replace('_', ' ')}"
    return Verdict(name, sentence, suspicions[-1], missing)


def _suspicion(history):
    """Return what the last check looks like, in view of those before it."""
    now = history[-1]
    if _broken(history):
        return "diverged"
    if "diversity" not in now:
        return "too_early"
    unreal = now["realism"] < UNREAL
    few = now["diversity"] < LITTLE_VARIETY or now["duplicates"] > MANY_DUPLICATES
    # Realistic still, but no longer of all kinds.
    few |= not unreal and now["coverage"] < LOST * _best_coverage(history)
    copies = now.get("copied", 0.0) > COPIES
    if copies and now["diversity"] >= LITTLE_VARIETY:
        return "memorising"
    alive = any(_alive(h) for h in history)
    if not alive and not _stalled(history):
        return "too_early"
    if _certain(now) and unreal and not alive:
        return "discriminator_overpowering"
    if few:
        return "collapsing"
    if unreal:  # as it was not before, or no better for long
        if _certain(now):
            return "discriminator_overpowering"
        if _guessing(now):
            return "generator_overpowering"
        return "diverged" if alive else "too_early"
    if _dropped(history):
        return "dropping_modes"
    return "healthy" if alive else "too_early"


def _broken(history):
    """Whether a number is not finite, or a gradient has exploded."""
    return "not_finite" in history[-1] or _exploded(history)


def best_of(checks):
    """Return the check at which a generator was at its best; of equals the first.

    >>> best_of([{"step": 1}, {"step": 2, "diversity": 1, "realism": 1, "duplicates": 0}])["step"]
    2
    """
    return max(checks, key=lambda check: (_alive(check), check.get("coverage", 0.0)))


def _alive(check):
    return (
        check.get("diversity", 0.0) > ALIVE
        and check["realism"] > ALIVE
        and check["duplicates"] < MANY_DUPLICATES
    )


def _dropped(history):
    """Return the set of classes that are missing and were there before, or long have not come."""
    first = next((n for n, check in enumerate(history) if _alive(check)), len(history))
    missing = [set(h["missing"]) for h in history[first:] if "missing" in h]
    if not missing:
        return set()
    late = set.intersection(*missing[-PATIENCE:]) if len(missing) >= PATIENCE else set()
    return late | (missing[-1] - set.intersection(*missing))


def _best_coverage(history):
    return max(h.get("coverage", 0.0) for h in history)


def _stalled(history):
    """Whether the last checks are no better than those before them."""
    progress = [h["realism"] + h["coverage"] for h in history if "diversity" in h]
    if len(progress) <= PATIENCE:
        return False
    return max(progress[-PATIENCE:]) < max(progress[:-PATIENCE]) + BETTER


def _certain(check):
    accuracies = [check.get(f"{side}_accuracy", 0.0) for side in ("real", "fake")]
    return min(accuracies) >= CERTAIN


def _guessing(check):
    return check.get("real", 1.0) - check.get("fake", 0.0) < 0.1 or (
        check.get("real_accuracy", 1.0) + check.get("fake_accuracy", 1.0) < 2 * GUESSING
    )


def _exploded(history):
    now = history[-1].get("gradient_norms", {})
    for player, norm in now.items():
        norms = [h.get("gradient_norms", {}).get(player) for h in history[:-1]]
        before = sorted(norm for norm in norms if norm is not None)
        if len(before) >= IN_A_ROW and norm > EXPLODED * max(before[len(before) // 2], 1e-12):
            return True
    return False


def _sentence(name, history, missing):
    """Return the verdict in plain words."""
    now = history[-1]

    def percent(key):
        value = now.get(key, math.nan)
        return f"{value:.0%}" if math.isfinite(value) else "unknown"

    said = (
        f"it takes {percent('real_accuracy')} of real images for real and "
        f"{percent('fake_accuracy')} of fakes for fake"
    )
    nearby = f"{percent('coverage')} of real images have one nearby"
    variety = (
        f"variety {percent('diversity')} of the data's, {percent('duplicates')} of samples have a twin "
        f"(data: 1%), {nearby}"
    )
    alike = now.get("diversity", 0.0) < LITTLE_VARIETY or now.get("duplicates", 0) > MANY_DUPLICATES
    few = f"few outputs for many latents, {variety}" if alike else f"samples of few kinds, {nearby}"
    realistic = max(check.get("realism", 0.0) for check in history)
    left = (
        "a gradient has exploded"
        if _exploded(history)
        else f"samples have left the data, {percent('realism')} are realistic ({realistic:.0%} at best)"
    )
    return {
        "too_early": f"too early to say: {percent('realism')} of samples are among real images so far",
        "healthy": f"healthy: {percent('realism')} realistic, {variety}",
        "collapsing": f"collapsing: {few} ({_best_coverage(history):.0%} at best)",
        "dropping_modes": f"dropping modes: next to no samples of {_classes(missing)}",
        "discriminator_overpowering": (
            f"discriminator overpowering: {said}, and samples ({percent('realism')} realistic) no longer "
            "come nearer to the data"
        ),
        "generator_overpowering": (
            f"generator overpowering: the discriminator cannot tell, {said}, although only "
            f"{percent('realism')} of samples are realistic"
        ),
        "memorising": (
            f"memorising: {percent('copied')} of samples are near copies of training images "
            "(held-out data: 1%)"
        ),
        "diverged": f"diverged: {now.get('not_finite', left)}",
    }[name]


def _classes(missing):
    return f"class{'es' * (len(missing) > 1)} {', '.join(map(str, missing))}"
