"""The competitors in PyTorch.

The DCGAN is PyTorch's official example (pytorch/examples, dcgan/main.py) in its networks, losses, order of
updates and sharing of fakes, written anew here. `torch` runs it as the example does; `torch_best` keeps
tensors in channels-last and switches the discriminator's gradients off in the generator's turn, which the
example computes and throws away. Of WGAN-GP `torch` is contiguous and `torch_channels_last` is not; both
freeze the critic in the generator's turn.
"""

import contextlib
import itertools

import torch
from torch import nn

from benchmarks.peers import each

BATCH = 64
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def _down(channels, filters, kernel, norm):
    padding = (kernel - 1) // 2
    layers = [nn.Conv2d(channels, filters, kernel, 2, padding, bias=not norm)]
    return [*layers, *([nn.BatchNorm2d(filters)] if norm else []), nn.LeakyReLU(0.2, inplace=True)]


def _up(channels, filters, kernel):
    odd = {"output_padding": 1} if kernel % 2 else {}
    padding = (kernel - 1) // 2
    return [
        nn.ConvTranspose2d(channels, filters, kernel, 2, padding, bias=False, **odd),
        nn.BatchNorm2d(filters),
        nn.ReLU(inplace=True),
    ]


def _networks(size, width, kernel, norm_in_discriminator=True):
    stages = size.bit_length() - 3  # down to 4 pixels
    widths = [width * 2**stage for stage in range(stages)]
    generator = [
        nn.ConvTranspose2d(100, widths[-1], 4, 1, 0, bias=False),
        nn.BatchNorm2d(widths[-1]),
        nn.ReLU(inplace=True),
    ]
    for wide, narrow in itertools.pairwise(widths[::-1]):
        generator += _up(wide, narrow, kernel)
    odd = {"output_padding": 1} if kernel % 2 else {}
    padding = (kernel - 1) // 2
    generator += [nn.ConvTranspose2d(width, 3, kernel, 2, padding, **odd), nn.Tanh()]
    discriminator = _down(3, width, kernel, norm=False)
    for narrow, wide in itertools.pairwise(widths):
        discriminator += _down(narrow, wide, kernel, norm=norm_in_discriminator)
    discriminator += [nn.Conv2d(widths[-1], 1, 4, 1, 0)]
    return nn.Sequential(*generator), nn.Sequential(*discriminator)


class _Setting:
    """The networks, a batch and the optimizers of a workload, as a peer wants them."""

    def __init__(self, networks, size, betas, rate, batch, channels_last, freeze):
        torch.manual_seed(0)
        self.freeze = freeze
        order = torch.channels_last if channels_last else torch.contiguous_format
        self.generator, self.discriminator = (n.to(DEVICE, memory_format=order) for n in networks)
        images = torch.rand(batch, 3, size, size, device=DEVICE) * 2 - 1
        self.images = images.to(memory_format=order)
        self.optimizers = [
            torch.optim.Adam(n.parameters(), rate, betas)
            for n in (self.discriminator, self.generator)
        ]
        self.batch = batch

    def latents(self):
        return torch.randn(self.batch, 100, 1, 1, device=DEVICE)

    @contextlib.contextmanager
    def discriminator_frozen(self):
        """In the generator's turn, whose gradients by the discriminator nobody needs."""
        for parameter in self.discriminator.parameters():
            parameter.requires_grad_(not self.freeze)
        yield
        for parameter in self.discriminator.parameters():
            parameter.requires_grad_(True)


def facts():
    """Return what is to be known of this framework here."""
    return {"version": f"PyTorch {torch.__version__}", "threads": torch.get_num_threads()}


def finished(step):
    """Return the step with a wait for the GPU behind it; on a CPU it has finished when it returns."""

    def waited():
        step()
        if DEVICE == "cuda":
            torch.cuda.synchronize()

    return each(waited)


def dcgan(peer, size=64, width=64, batch=BATCH):
    """One step of the official example."""
    networks = _networks(size, width, kernel=4)
    best = peer == "torch_best"
    setting = _Setting(networks, size, (0.5, 0.999), 2e-4, batch, channels_last=best, freeze=best)
    generator, discriminator = setting.generator, setting.discriminator
    loss = nn.BCEWithLogitsLoss() if best else nn.BCELoss()
    if not best:  # the example's discriminator ends in a sigmoid
        discriminator.append(nn.Sigmoid())
    real, fake = torch.ones(batch, device=DEVICE), torch.zeros(batch, device=DEVICE)
    discriminator_adam, generator_adam = setting.optimizers

    def step():
        discriminator.zero_grad()
        loss(discriminator(setting.images).view(-1), real).backward()
        fakes = generator(setting.latents())
        loss(discriminator(fakes.detach()).view(-1), fake).backward()
        discriminator_adam.step()
        generator.zero_grad()
        with setting.discriminator_frozen():
            loss(discriminator(fakes).view(-1), real).backward()
        generator_adam.step()

    return finished(step), facts()


def wgan_gp(peer, size=32, width=64, critic_steps=5):
    """Five critic updates with a gradient penalty, one generator update (Gulrajani et al. 2017)."""
    networks = _networks(size, width, kernel=5, norm_in_discriminator=False)
    channels_last = peer == "torch_channels_last"
    setting = _Setting(networks, size, (0.0, 0.9), 1e-4, BATCH, channels_last, freeze=True)
    generator, critic = setting.generator, setting.discriminator
    critic_adam, generator_adam = setting.optimizers

    def step():
        for _ in range(critic_steps):
            critic.zero_grad()
            with torch.no_grad():
                fakes = generator(setting.latents())
            mix = torch.rand(BATCH, 1, 1, 1, device=DEVICE)
            between = (mix * setting.images + (1 - mix) * fakes).requires_grad_(True)
            (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
            norm = slope.flatten(1).square().sum(1).add(1e-12).sqrt()
            penalty = 10 * (norm - 1).square().mean()
            (critic(fakes).mean() - critic(setting.images).mean() + penalty).backward()
            critic_adam.step()
        generator.zero_grad()
        with setting.discriminator_frozen():
            (-critic(generator(setting.latents())).mean()).backward()
        generator_adam.step()

    return finished(step), facts()


class _TextCNN(nn.Module):
    """SeqGAN's discriminator, as the zoo's `text_cnn`."""

    def __init__(self, vocabulary, filters, embedding=64):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.phrases = nn.ModuleList(nn.Conv1d(embedding, n, w) for w, n in filters.items())
        features = sum(filters.values())
        self.gate, self.carry = nn.Linear(features, features), nn.Linear(features, features)
        self.logits = nn.Linear(features, 1)

    def forward(self, tokens):
        vectors = self.embedding(tokens).transpose(1, 2)
        x = torch.cat([phrases(vectors).amax(dim=2) for phrases in self.phrases], dim=1).relu()
        gate = torch.sigmoid(self.gate(x))
        return self.logits(gate * self.carry(x).relu() + (1 - gate) * x)[:, 0]


def text_roll_outs(peer, batch=BATCH, length=20, vocabulary=5000, count=16):
    """Write sentences, complete each beginning 16 times, and judge all of them by SeqGAN's CNN.

    The prefixes' states are kept, and rows are written from where their prefix ends, as the zoo does.
    `torch` draws tokens by `torch.multinomial`, `torch_best` by inversion of the distribution function.
    """
    torch.manual_seed(0)
    filters = {1: 100, 2: 200, 3: 200, 4: 200, 5: 200, 6: 100, 7: 100, 8: 100, 9: 100, 10: 100}
    judge = _TextCNN(vocabulary, {**filters, 15: 160, 20: 160}).to(DEVICE).eval()
    embedding = nn.Embedding(vocabulary, 32).to(DEVICE)
    cell, logits = nn.LSTMCell(32, 32).to(DEVICE), nn.Linear(32, vocabulary).to(DEVICE)
    for weights in (*embedding.parameters(), *cell.parameters(), *logits.parameters()):
        nn.init.normal_(weights, std=0.1)

    def draw(states):
        probabilities = torch.softmax(logits(states), dim=1)
        if peer == "torch":
            return torch.multinomial(probabilities, 1)[:, 0]
        sums = probabilities.cumsum(dim=1)
        uniforms = torch.rand(len(states), 1, device=DEVICE) * sums[:, -1:]
        return torch.searchsorted(sums, uniforms, right=True)[:, 0].clamp_(max=vocabulary - 1)

    @torch.no_grad()
    def step():
        zeros = torch.zeros(batch, 32, device=DEVICE)
        state = cell(embedding(torch.zeros(batch, dtype=torch.long, device=DEVICE)), (zeros, zeros))
        tokens, states = [], []
        for _ in range(length):
            tokens.append(draw(state[0]))
            state = cell(embedding(tokens[-1]), state)
            states.append(state)
        # Rows of beginnings of length 1, 2, …, one below the other, `count * batch` each.
        written = torch.empty(length - 1, count, batch, length, dtype=torch.long, device=DEVICE)
        h = c = torch.empty(0, 32, device=DEVICE)
        last = tokens[0][:0]
        for position in range(1, length):
            if position > 1:
                h, c = cell(embedding(last), (h, c))
            h = torch.cat([h, states[position - 1][0].repeat(count, 1)])
            c = torch.cat([c, states[position - 1][1].repeat(count, 1)])
            last = draw(h)
            written[:position, :, :, position] = last.view(position, count, batch)
        for position in range(length):
            written[position:, :, :, position] = tokens[position]
        judged = torch.sigmoid(judge(written.view(-1, length)))
        return judged.view(length - 1, count, batch).mean(dim=1)

    return finished(step), facts()


WORKLOADS = {"dcgan64": dcgan, "wgan_gp32": wgan_gp, "text_roll_outs": text_roll_outs}
