"""f-divergences: generator functions, convex conjugates and output activations, as f-GAN needs them."""

import collections.abc
import dataclasses
import math

import tensorflow as tf

Function = collections.abc.Callable


@dataclasses.dataclass(frozen=True)
class FDivergence:
    """D_f(P‖Q) = E_Q f(p/q), with what it takes to estimate it (Nowozin et al. 2016, 1606.00709).

    For every T, E_P T - E_Q f*(T) is at most D_f(P‖Q); T = f'(p/q) reaches it. A network's output v becomes
    such a T by the activation g_f, which keeps it where f* is defined. All activations rise with v (section
    2.4 asks for it): a large v always means real. All functions work elementwise, in any float dtype.

    Attributes:
        name: without the `f_` of the loss's name.
        title: what people call it.
        f: function of the ratio u = p/q, convex.
        f_prime: its derivative: of p/q, the best T.
        conjugate: f*(t) = sup over u of u t - f(u).
        activation: g_f(v).
        conjugate_of_activation: f*(g_f(v)) in one, which is safe for large |v| where the two are not.
        f_prime_at_1: the threshold: T above says that p is larger than q.
        posterior: function of v: p / (p + q) when v is optimal.

    >>> kl = DIVERGENCES["kl"]
    >>> float(kl.variational_bound(tf.constant([1.0]), tf.constant([1.0])))
    0.0
    """

    name: str
    title: str
    f: Function
    f_prime: Function
    conjugate: Function
    activation: Function
    conjugate_of_activation: Function
    f_prime_at_1: float
    posterior: Function

    def variational_bound(self, real_logits, fake_logits):
        """Return E g_f(V(x)) - E f*(g_f(V(G(z)))), the lower bound of the divergence on two batches."""
        real = tf.reduce_mean(self.activation(real_logits))
        return real - tf.reduce_mean(self.conjugate_of_activation(fake_logits))


def _pearson_posterior(v):
    ratio = tf.nn.relu(1.0 + 0.5 * v)
    return ratio / (1.0 + ratio)


DIVERGENCES = {
    divergence.name: divergence
    for divergence in (
        FDivergence(
            name="kl",
            title="Kullback-Leibler divergence KL(P‖Q)",
            f=lambda u: tf.math.xlogy(u, u),
            f_prime=lambda u: tf.math.log(u) + 1.0,
            conjugate=lambda t: tf.exp(t - 1.0),
            activation=tf.identity,
            conjugate_of_activation=lambda v: tf.exp(v - 1.0),
            f_prime_at_1=1.0,
            posterior=lambda v: tf.sigmoid(v - 1.0),
        ),
        FDivergence(
            name="reverse_kl",
            title="reverse Kullback-Leibler divergence KL(Q‖P)",
            f=lambda u: -tf.math.log(u),
            f_prime=lambda u: -1.0 / u,
            conjugate=lambda t: -1.0 - tf.math.log(-t),
            activation=lambda v: -tf.exp(-v),
            conjugate_of_activation=lambda v: v - 1.0,
            f_prime_at_1=-1.0,
            posterior=tf.sigmoid,
        ),
        # f* is that of (u - 1)² on the whole line, as in the paper. On u >= 0 it would be -1 below
        # t = -2; this one is larger there, so the bound holds, and the discriminator is called back.
        FDivergence(
            name="pearson",
            title="Pearson χ² divergence E_Q (p/q - 1)²",
            f=lambda u: tf.square(u - 1.0),
            f_prime=lambda u: 2.0 * (u - 1.0),
            conjugate=lambda t: 0.25 * tf.square(t) + t,
            activation=tf.identity,
            conjugate_of_activation=lambda v: 0.25 * tf.square(v) + v,
            f_prime_at_1=0.0,
            posterior=_pearson_posterior,
        ),
        FDivergence(
            name="neyman",
            title="Neyman χ² divergence E_P (q/p - 1)²",
            f=lambda u: tf.square(1.0 - u) / u,
            f_prime=lambda u: 1.0 - 1.0 / tf.square(u),
            conjugate=lambda t: 2.0 - 2.0 * tf.sqrt(1.0 - t),
            activation=lambda v: -tf.math.expm1(-v),
            conjugate_of_activation=lambda v: -2.0 * tf.math.expm1(-0.5 * v),
            f_prime_at_1=0.0,
            posterior=lambda v: tf.sigmoid(0.5 * v),
        ),
        FDivergence(
            name="squared_hellinger",
            title="squared Hellinger distance ∫ (√p - √q)²",
            f=lambda u: tf.square(tf.sqrt(u) - 1.0),
            f_prime=lambda u: 1.0 - tf.math.rsqrt(u),
            conjugate=lambda t: t / (1.0 - t),
            activation=lambda v: -tf.math.expm1(-v),
            conjugate_of_activation=tf.math.expm1,
            f_prime_at_1=0.0,
            posterior=lambda v: tf.sigmoid(2.0 * v),
        ),
        FDivergence(
            name="jensen_shannon",
            title="twice the Jensen-Shannon divergence (f as in the paper), at most 2 log 2",
            f=lambda u: tf.math.xlogy(u, u) - (u + 1.0) * tf.math.log(0.5 * (u + 1.0)),
            f_prime=lambda u: tf.math.log(2.0 * u / (u + 1.0)),
            conjugate=lambda t: -tf.math.log(2.0 - tf.exp(t)),
            activation=lambda v: math.log(2.0) - tf.nn.softplus(-v),
            conjugate_of_activation=lambda v: tf.nn.softplus(v) - math.log(2.0),
            f_prime_at_1=0.0,
            posterior=tf.sigmoid,
        ),
        FDivergence(
            name="gan",
            title="divergence of the first GAN: twice the Jensen-Shannon divergence, less log 4",
            f=lambda u: tf.math.xlogy(u, u) - (u + 1.0) * tf.math.log(u + 1.0),
            f_prime=lambda u: tf.math.log(u / (u + 1.0)),
            conjugate=lambda t: -tf.math.log(-tf.math.expm1(t)),
            activation=lambda v: -tf.nn.softplus(-v),
            conjugate_of_activation=tf.nn.softplus,
            f_prime_at_1=-math.log(2.0),
            posterior=tf.sigmoid,
        ),
        # T is at most a sign here: it tells which of p and q is larger, not by how much.
        FDivergence(
            name="total_variation",
            title="total variation distance ½ ∫ |p - q|",
            f=lambda u: 0.5 * tf.abs(u - 1.0),
            f_prime=lambda u: 0.5 * tf.sign(u - 1.0),
            conjugate=tf.identity,
            activation=lambda v: 0.5 * tf.tanh(v),
            conjugate_of_activation=lambda v: 0.5 * tf.tanh(v),
            f_prime_at_1=0.0,
            posterior=lambda v: tf.sigmoid(2.0 * v),
        ),
    )
}
