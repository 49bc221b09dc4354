"""Which layer, optimizer or other part of a training step an operation belongs to."""

import re
from typing import NamedTuple


class Group(NamedTuple):
    """A part of a training step: a layer in one direction, or something beside the networks.

    Attributes:
        network: the network's name, or `""`.
        part: the layer's name, `"other"` for what a network does outside of its layers, or what the
            group does.
        direction: `"forward"`, `"backward"`, `"2nd backward"` for gradients of gradients, or `""`.
    """

    network: str
    part: str
    direction: str = ""


RANDOM = Group("", "random numbers")
CHECKS = Group("", "checks: norms, finite values, range of the batch")
SUMS = Group("", "sums of gradients")
REST = Group("", "losses, averaged weights, logs")

_CHECK_SCOPES = ("global_norm",)
_CHECK_TYPES = ("IsFinite", "Min", "Max")


class Attribution:
    """Finds an operation's group by the name scopes that it was made in.

    Keras opens a scope for each network and layer, and makes it unique by a number at its end;
    TensorFlow makes gradients in the scope `gradient_tape/` and that of the operation they are of.
    `tf.custom_gradient` does not: such a function is recognised if it opens that scope by itself.

    Args:
        model: a compiled `AdversarialModel`.
    """

    def __init__(self, model):
        self._layers = {
            network.name: {layer.name for layer in network._flatten_layers(include_self=False)}
            for networks in model.players.values()
            for network in networks
        }
        self._optimizers = {}
        for player, optimizer in model.optimizers.items():
            for name in {optimizer.name, getattr(optimizer, "inner_optimizer", optimizer).name}:
                # By their names alone, two optimizers of one name cannot be told apart.
                group = Group("", f"{player} optimizer")
                shared = Group("", "optimizers")
                self._optimizers[name] = shared if name in self._optimizers else group

    def __call__(self, name, kind=""):
        """Return the `Group` of an operation.

        Args:
            name: the operation's name with its scopes, `"discriminator_1/down_2_1/convolution"`.
            kind: its type, `"Conv2D"`, where it is known.
        """
        *scopes, own = name.split("/")
        direction = ("forward", "backward", "2nd backward")[min(scopes.count("gradient_tape"), 2)]
        for at, scope in enumerate(scopes):
            network = _find(scope, self._layers)
            if network is not None:
                found = (_find(inner, self._layers[network]) for inner in scopes[at + 1 :])
                layers = "/".join(layer for layer in found if layer is not None)
                return Group(network, layers or "other", direction)
            optimizer = _find(scope, self._optimizers)
            if optimizer is not None:
                return self._optimizers[optimizer]
        if any(part.startswith("stateless_random") for part in (*scopes, own)):
            return RANDOM
        if kind in _CHECK_TYPES or any(_find(scope, _CHECK_SCOPES) for scope in scopes):
            return CHECKS
        return SUMS if kind == "AddN" else REST


def _find(scope, names):
    """Return the name that a scope was made of, which may have got a number, or None."""
    if scope in names:
        return scope
    base = re.sub(r"_\d+$", "", scope)
    return base if base in names else None
