"""How much arithmetic a compiled function asks for, and how much this machine can do."""

import collections
import dataclasses
import math
import time

import tensorflow as tf


@dataclasses.dataclass
class Count:
    """What `count` found.

    Attributes:
        by_operation: `collections.Counter` of operation name -> floating-point operations of one run.
        unknown: names of operations whose shapes the graph does not say; they count as nothing.
        loops: names of `while` loops, whose bodies are counted once.
    """

    by_operation: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    unknown: list = dataclasses.field(default_factory=list)
    loops: list = dataclasses.field(default_factory=list)

    @property
    def total(self):
        """Floating-point operations of one run."""
        return self.by_operation.total()


def count(function):
    """Count the floating-point operations of matrix products and convolutions in one run.

    A multiplication with an addition counts as two. A convolution, and either of its gradients, counts as
    the products of its definition: output pixels × kernel × channels × filters. So a route that
    pads with zeros counts its zeros, and a faster algorithm (Winograd, say) is not credited.
    Everything else (activations, normalisation, optimizers) is not counted.

    Only what the function's results and side effects depend on is counted, through nested functions
    too, as TensorFlow drops the rest before it runs. Of the branches of a condition, the most expensive
    counts. A product that is written twice counts twice, even if TensorFlow finds out.

    Args:
        function: a concrete function of static shapes, batch size included.

    Returns:
        A `Count`.

    >>> product = tf.function(tf.matmul).get_concrete_function(
    ...     tf.TensorSpec([2, 3]), tf.TensorSpec([3, 5]))
    >>> count(product).total
    60
    """
    graph = function.graph
    found, _ = _count(graph, graph.outputs)
    return found


def matmul_peak(size=3072, rounds=5, dtype=tf.float32):
    """Measure the machine's speed in a large matrix product, the most that a step could reach.

    Args:
        size: side of the two square matrices.
        rounds: how often to measure; the best counts, since other jobs only ever slow it down.
        dtype: of the matrices.

    Returns:
        Floating-point operations per second.

    >>> matmul_peak(size=64, rounds=2) > 0
    True
    """
    matrix = tf.ones([size, size], dtype)
    best = math.inf
    for _ in range(rounds + 1):  # the first also starts threads and libraries
        start = time.perf_counter()
        # Reading one element waits for the product, and copies no more than that from a GPU.
        tf.matmul(matrix, matrix)[0, 0].numpy()
        best = min(best, time.perf_counter() - start)
    return 2 * size**3 / best


# --- one operation --------------------------------------------------------------------------------


def _matmul(op):
    left, _ = op.inputs
    return 2 * _size(op.outputs[0]) * _side(left, -2 if op.get_attr("transpose_a") else -1)


def _batch_matmul(op):
    left, _ = op.inputs
    return 2 * _size(op.outputs[0]) * _side(left, -2 if op.get_attr("adj_x") else -1)


def _einsum(op):
    if len(op.inputs) < 2:
        return 0  # sums and transposes, no products
    operands, output = op.get_attr("equation").decode().split("->")
    summed = {}
    for labels, tensor in zip(operands.split(","), op.inputs, strict=True):
        before, _, after = labels.partition("...")
        # Labels after an ellipsis count from the end.
        places = [*enumerate(before), *enumerate(after, start=-len(after))]
        summed |= {label: _side(tensor, at) for at, label in places if label not in output}
    return 2 * _size(op.outputs[0]) * math.prod(summed.values())


def _convolution(pixels, kernel):
    # Each output pixel of each filter sums the products of a kernel's extent and channels.
    return 2 * _size(pixels) * math.prod(kernel.shape.as_list()[:-1])


_FORMULAS = {
    "MatMul": _matmul,
    **dict.fromkeys(["BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"], _batch_matmul),
    "Einsum": _einsum,
}
for _kind in ("Conv2D", "Conv3D"):
    _FORMULAS[_kind] = lambda op: _convolution(op.outputs[0], op.inputs[1])
    for _version in ("", "V2"):
        # The inputs are (input or its sizes, kernel or its sizes, gradient of the output).
        _FORMULAS[f"{_kind}BackpropInput{_version}"] = lambda op: _convolution(
            op.inputs[2], op.inputs[1]
        )
        _FORMULAS[f"{_kind}BackpropFilter{_version}"] = lambda op: _convolution(
            op.inputs[2], op.outputs[0]
        )


def _size(tensor):
    return math.prod(tensor.shape.as_list())


def _side(tensor, axis):
    return tensor.shape.as_list()[axis]


# --- the graph ------------------------------------------------------------------------------------

_CALLS = ("PartitionedCall", "StatefulPartitionedCall")
_BRANCHES = ("If", "StatelessIf", "Case", "StatelessCase")
_LOOPS = ("While", "StatelessWhile")


def _count(graph, outputs):
    """Count what a graph's outputs and side effects need; return that and the inputs they need."""
    found = Count()
    needed = {tensor.ref() for tensor in outputs}
    needed_operations = set(graph.control_outputs)
    # Operations stand after all that they depend on.
    for op in reversed(graph.get_operations()):
        used = [tensor for tensor in op.outputs if tensor.ref() in needed]
        if not used and op not in needed_operations:
            continue
        inputs = list(op.inputs)
        needed_operations.update(op.control_inputs)
        if not used and not op.op_def.is_stateful:
            # Only waited for, so TensorFlow leaves out what it computes, but not what it waits for.
            needed_operations.update(tensor.op for tensor in inputs)
            continue
        if op.type in _CALLS:
            body = _function(op, op.get_attr("f"))
            results = [body.outputs[tensor.value_index] for tensor in used]
            inner, arguments = _count(body, results)
            _merge(found, op, inner)
            inputs = [inputs[at] for at in arguments]
        elif op.type in _BRANCHES:
            branches = [_count_all(_function(op, f)) for f in _branches(op)]
            _merge(found, op, max(branches, key=lambda branch: branch.total))
        elif op.type in _LOOPS:
            found.loops.append(op.name)
            for attribute in ("cond", "body"):
                _merge(found, op, _count_all(_function(op, op.get_attr(attribute))))
        elif op.type in _FORMULAS:
            try:
                found.by_operation[op.name] += _FORMULAS[op.type](op)
            except (TypeError, ValueError):  # a None in a shape, or no shape at all
                found.unknown.append(op.name)
        needed.update(tensor.ref() for tensor in inputs)
    arguments = [at for at, tensor in enumerate(graph.inputs) if tensor.ref() in needed]
    return found, arguments


def _count_all(graph):
    return _count(graph, graph.outputs)[0]


def _function(op, attribute):
    return op.graph._get_function(attribute.name).graph


def _branches(op):
    if "Case" in op.type:
        return op.get_attr("branches")
    return [op.get_attr("then_branch"), op.get_attr("else_branch")]


def _merge(found, op, inner):
    for name, flops in inner.by_operation.items():
        found.by_operation[f"{op.name}/{name}"] += flops
    found.unknown += [f"{op.name}/{name}" for name in inner.unknown]
    found.loops += [f"{op.name}/{name}" for name in inner.loops]
