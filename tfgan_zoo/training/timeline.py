"""Reads a TensorFlow profile: what each training step's time went to."""

import collections
import dataclasses
import re

STEP = "tfgan_zoo/step"  # the name under which a profile holds the steps

# An operation's own event is called `path/of/scopes/name:Type`; the runtime's events are not.
_OPERATION = re.compile(r"[\w.][\w.\-/>]*:[A-Za-z_]\w*")
_FUNCTION = "EagerLocalExecute: __inference_"
_GET_NEXT = re.compile(r"IteratorGetNext\w*::DoCompute")
_INPUT_PIPELINE = "tf_data_"  # threads of the input pipeline


@dataclasses.dataclass
class Timeline:
    """Where the time of the profiled steps went, all in seconds and in sum over the steps.

    `data_wait + python + compiled` is `wall`. Operations run on several threads, so their times sum
    to more than `compiled` where they overlap, and to less where threads idle.

    Attributes:
        steps: the number of profiled steps.
        wall: from the beginning of the first step to the end of the last, without what lies between.
        data_wait: the compiled function waited for the next batch and had nothing else to do.
        python: the time outside of compiled functions.
        compiled: the rest.
        operations: dict of (operation name, operation type) -> (seconds, calls), each operation's
            own time on the thread that ran it.
        input_pipeline: the operations that prepare batches, in threads beside the step.
    """

    steps: int
    wall: float
    data_wait: float
    python: float
    compiled: float
    operations: dict
    input_pipeline: float

    @property
    def busy(self):
        """The operations' time on all threads."""
        return sum(seconds for seconds, _ in self.operations.values())


def read(space):
    """Read the steps in a profile of the host.

    Args:
        space: `XSpace` message of a profile in which each step has a `tf.profiler.experimental.Trace`
            of the name `STEP`.

    Raises:
        ValueError: there is no such step in it.
    """
    lines = [line for plane in space.planes for line in _lines(plane)]
    steps, functions = [], []
    for _, events in lines:
        found = [(start, end) for name, start, end in events if name == STEP]
        if found:
            steps = found
            calls = [(start, end) for name, start, end in events if name.startswith(_FUNCTION)]
            functions = _overlap(_union(calls), _union(found))
    if not steps:
        raise ValueError(f"the profile has no step: no event is called {STEP!r}")

    operations, running, waiting, pipeline = {}, [], [], 0
    for thread, events in lines:
        waiting += [(start, end) for name, start, end in events if _GET_NEXT.fullmatch(name)]
        own = [event for event in events if _OPERATION.fullmatch(event[0])]
        if thread.startswith(_INPUT_PIPELINE):
            pipeline += sum(time for _, time, _ in _self_times(_within(own, _union(steps))))
            continue
        own = _within(own, functions)
        running += [(start, end) for _, start, end in own]
        for name, time, _ in _self_times(own):
            key = tuple(name.rsplit(":", 1))
            seconds, count = operations.get(key, (0.0, 0))
            operations[key] = (seconds + time * 1e-12, count + 1)

    wall, inside = _length(_union(steps)), _length(functions)
    waiting = _overlap(_union(waiting), functions)
    idle = _length(waiting) - _length(_overlap(waiting, _union(running)))
    return Timeline(
        steps=len(steps),
        wall=wall * 1e-12,
        data_wait=idle * 1e-12,
        python=(wall - inside) * 1e-12,
        compiled=(inside - idle) * 1e-12,
        operations=operations,
        input_pipeline=pipeline * 1e-12,
    )


def by_group(operations, group_of):
    """Sum operations up by group.

    Args:
        operations: as in `Timeline`.
        group_of: function from an operation's name and type to its group.

    Returns:
        Dict of group -> (seconds, calls).

    >>> by_group({("a", "Mul"): (1.0, 2), ("b", "Mul"): (2.0, 1)}, lambda name, kind: kind)
    {'Mul': (3.0, 3)}
    """
    sums = collections.defaultdict(lambda: (0.0, 0))
    for (name, kind), (seconds, calls) in operations.items():
        group = group_of(name, kind)
        sums[group] = (sums[group][0] + seconds, sums[group][1] + calls)
    return dict(sums)


def _lines(plane):
    """Yield each thread's name and its events as (name, start, end), in picoseconds."""
    names = {key: metadata.name for key, metadata in plane.event_metadata.items()}
    for line in plane.lines:
        first = line.timestamp_ns * 1000
        yield (
            line.name,
            [
                (names[e.metadata_id], first + e.offset_ps, first + e.offset_ps + e.duration_ps)
                for e in line.events
            ],
        )


def _within(events, spans):
    """Return the events that begin inside one of the spans, which are in order and disjoint."""
    kept, spans = [], iter(spans)
    span = next(spans, None)
    for event in sorted(events, key=lambda event: event[1]):
        while span and event[1] >= span[1]:
            span = next(spans, None)
        if span and event[1] >= span[0]:
            kept.append(event)
    return kept


def _self_times(events):
    """Return (name, time without the events nested in it, end) for the events of one thread."""
    done, open_events = [], []
    for name, start, end in sorted(events, key=lambda event: (event[1], -event[2])):
        while open_events and open_events[-1][2] <= start:
            done.append(open_events.pop())
        if open_events:
            parent, time, parent_end = open_events[-1]
            open_events[-1] = (parent, time - (min(end, parent_end) - start), parent_end)
        open_events.append((name, end - start, end))
    return done + open_events


def _union(spans):
    """Return spans as a list of disjoint ones in order."""
    merged = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _overlap(left, right):
    """Return what two lists of disjoint spans in order have in common."""
    common, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            common.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return common


def _length(spans):
    return sum(end - start for start, end in spans)
