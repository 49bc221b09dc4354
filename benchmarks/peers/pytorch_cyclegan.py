"""CycleGAN in PyTorch: the paper's networks and step (Zhu et al. 2017, arXiv 1703.10593), written anew.

`torch` keeps contiguous tensors, `torch_channels_last` does not; both freeze the discriminators in the
generators' turn, as the authors' code does.
"""

import itertools
import random

import torch
from torch import nn

from benchmarks.peers.pytorch import DEVICE, facts, finished


class _Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        half = [
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3, bias=False),
            nn.InstanceNorm2d(channels, affine=True),
        ]
        again = [
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3, bias=False),
            nn.InstanceNorm2d(channels, affine=True),
        ]
        self.inner = nn.Sequential(*half, nn.ReLU(inplace=True), *again)

    def forward(self, x):
        return x + self.inner(x)


def generator(width=64, blocks=6):
    """Two halvings, blocks, two doublings."""
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7, bias=False)]
    layers += [nn.InstanceNorm2d(width, affine=True), nn.ReLU(inplace=True)]
    for channels in (width, 2 * width):
        layers += [nn.Conv2d(channels, 2 * channels, 3, 2, 1, bias=False)]
        layers += [nn.InstanceNorm2d(2 * channels, affine=True), nn.ReLU(inplace=True)]
    layers += [_Block(4 * width) for _ in range(blocks)]
    for channels in (4 * width, 2 * width):
        layers += [nn.ConvTranspose2d(channels, channels // 2, 3, 2, 1, 1, bias=False)]
        layers += [nn.InstanceNorm2d(channels // 2, affine=True), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh())


def discriminator(width=64):
    """Patches of 70 pixels."""
    layers = [nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
    for channels, stride in ((width, 2), (2 * width, 2), (4 * width, 1)):
        layers += [nn.Conv2d(channels, 2 * channels, 4, stride, 1, bias=False)]
        layers += [nn.InstanceNorm2d(2 * channels, affine=True), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Conv2d(8 * width, 1, 4, 1, 1))


class _Pool:
    """Shows earlier fakes for half of the new ones."""

    def __init__(self, size=50):
        self.size, self.images = size, []

    def show(self, images):
        shown = []
        for image in images.detach():
            if len(self.images) < self.size:
                self.images.append(image)
                shown.append(image)
            elif random.random() < 0.5:
                place = random.randrange(self.size)
                shown.append(self.images[place])
                self.images[place] = image
            else:
                shown.append(image)
        return torch.stack(shown)


def cyclegan(peer, size=64, batch=1):
    """A turn of both generators, then one of both discriminators."""
    torch.manual_seed(0)
    random.seed(0)
    order = torch.channels_last if peer == "torch_channels_last" else torch.contiguous_format
    there, back, of_a, of_b = (
        made().to(DEVICE, memory_format=order)
        for made in (generator, generator, discriminator, discriminator)
    )
    a, b = (
        (torch.rand(batch, 3, size, size, device=DEVICE) * 2 - 1).to(memory_format=order)
        for _ in range(2)
    )
    players = [[*there.parameters(), *back.parameters()], [*of_a.parameters(), *of_b.parameters()]]
    generators_adam, discriminators_adam = (
        torch.optim.Adam(p, 2e-4, (0.5, 0.999)) for p in players
    )
    pools = _Pool(), _Pool()
    l1 = nn.L1Loss()

    def step():
        for parameter in players[1]:
            parameter.requires_grad_(False)
        fake_b, fake_a = there(a), back(b)
        game = (of_b(fake_b) - 1).square().mean() + (of_a(fake_a) - 1).square().mean()
        cycles = l1(back(fake_b), a) + l1(there(fake_a), b)
        generators_adam.zero_grad()
        (game + 10 * cycles).backward()
        generators_adam.step()
        for parameter in players[1]:
            parameter.requires_grad_(True)
        discriminators_adam.zero_grad()
        shown = ((of_b, b, pools[0].show(fake_b)), (of_a, a, pools[1].show(fake_a)))
        for judge, real, fake in shown:
            loss = (judge(real) - 1).square().mean() + judge(fake).square().mean()
            (0.5 * loss).backward()
        discriminators_adam.step()

    weights = sum(p.numel() for p in itertools.chain(*players))
    return finished(step), {**facts(), "weights": weights}


WORKLOADS = {"cyclegan64": cyclegan}
