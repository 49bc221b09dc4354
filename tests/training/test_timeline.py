"""Profiles made by hand: three threads, two steps. Times are in microseconds."""

import pytest
from tensorflow.tsl.profiler.protobuf import xplane_pb2

from tfgan_zoo.training import timeline

FUNCTION = "EagerLocalExecute: __inference_multi_step_on_iterator_7"


def space(**threads):
    made = xplane_pb2.XSpace()
    plane = made.planes.add(name="/host:CPU")
    numbers = {}
    for at, (thread, events) in enumerate(threads.items()):
        # Each thread's events count from a time of its own.
        line = plane.lines.add(id=at, name=thread, timestamp_ns=1000 * at)
        for name, start, end in events:
            number = numbers.setdefault(name, len(numbers) + 1)
            plane.event_metadata[number].name = name
            line.events.add(
                metadata_id=number,
                offset_ps=1_000_000 * (start - at),
                duration_ps=1_000_000 * (end - start),
            )
    return made


def two_steps():
    return space(
        python=[
            (timeline.STEP, 100, 200),
            ("EagerExecute", 105, 195),
            (FUNCTION, 110, 190),
            ("ReadVariableOp:ReadVariableOp", 192, 194),  # of the loop, not of the step
            (timeline.STEP, 300, 420),
            (FUNCTION, 300, 400),
        ],
        compute_1=[
            ("ExecutorState::Process", 110, 150),
            ("call/d/conv:Conv2D", 120, 150),
            ("call/f:PartitionedCall", 160, 190),
            ("call/f/d/mul:Mul", 165, 175),  # inside the call
            ("call/f/d/add:AddV2", 175, 180),
            ("before:Mul", 50, 60),
            ("call/d/conv:Conv2D", 310, 340),
        ],
        compute_2=[
            ("call/g/conv:Conv2D", 140, 170),
            ("between:Mul", 250, 260),
        ],
        tf_data_private=[
            ("ExecutorState::Process", 100, 190),
            ("Cast:Cast", 130, 140),
        ],
        tf_data_iterator_get_next=[
            # In the first step 10 to 20 µs pass with nothing else to do, in the second from 340 on.
            ("IteratorGetNextOp::DoCompute", 110, 130),
            ("IteratorGetNextAsOptionalOp::DoCompute", 335, 370),
            ("Iterator::Root", 335, 370),
            ("IteratorGetNextOp::DoCompute", 210, 290),  # between the steps
        ],
    )


def test_the_parts_of_the_steps():
    found = timeline.read(two_steps())
    assert found.steps == 2
    assert found.wall == pytest.approx(220e-6)
    assert found.python == pytest.approx((20 + 20) * 1e-6)
    assert found.data_wait == pytest.approx((10 + 30) * 1e-6)
    assert found.compiled == pytest.approx((70 + 70) * 1e-6)
    assert found.data_wait + found.python + found.compiled == pytest.approx(found.wall)


def test_operations_by_their_own_time():
    found = timeline.read(two_steps())
    assert found.operations == {
        ("call/d/conv", "Conv2D"): (pytest.approx(60e-6), 2),
        ("call/f", "PartitionedCall"): (pytest.approx(15e-6), 1),
        ("call/f/d/mul", "Mul"): (pytest.approx(10e-6), 1),
        ("call/f/d/add", "AddV2"): (pytest.approx(5e-6), 1),
        ("call/g/conv", "Conv2D"): (pytest.approx(30e-6), 1),
    }
    assert found.busy == pytest.approx(120e-6)
    assert found.input_pipeline == pytest.approx(10e-6)


def test_a_profile_without_steps():
    with pytest.raises(ValueError, match=r"no event is called 'tfgan_zoo/step'"):
        timeline.read(space(python=[(FUNCTION, 0, 1)]))
