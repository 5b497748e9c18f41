"""Discriminators as DAC's (arXiv 2306.06546, section 3.3): multi-period on the waveform, multi-resolution on the
complex STFT in bands. Each takes `[B, 1, samples]` and returns its scores and the features of all its layers."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

from recipe import configuration

# Scores of one network, and the features of its layers.
Verdict = tuple[torch.Tensor, list[torch.Tensor]]

LEAK = 0.1
# Edges of the bands as shares of the spectrum.
BANDS = ((0.0, 0.1), (0.1, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.0))
# Magnitudes are seen to this power, phases as they are: without it, what is 40 dB below the bass goes unheard.
COMPRESSION = 0.3
SPECTRUM_FLOOR = 1e-4
PEAK = 0.8
# Quieter crops are not lifted to full level: what the codec makes of silence is the mel loss's business.
QUIETEST_PEAK = 0.01


def conv2d(inputs: int, outputs: int, kernel: tuple[int, int], stride: tuple[int, int] = (1, 1)) -> nn.Module:
    """Begins with the gain that hands on what it was given: with PyTorch's own the scores are biases for hundreds of
    steps."""
    padding = tuple((size - 1) // 2 for size in kernel)
    layer = weight_norm(nn.Conv2d(inputs, outputs, kernel, stride, padding=padding))
    nn.init.constant_(layer.parametrizations.weight.original0, 2**0.5)
    return layer


class PeriodDiscriminator(nn.Module):
    """The waveform folded into rows of `period` samples."""

    def __init__(self, period: int, channels: Sequence[int]) -> None:
        super().__init__()
        self.period = period
        pairs = list(zip([1, *channels], channels, strict=False))
        self.layers = nn.ModuleList(conv2d(inputs, outputs, (5, 1), (3, 1)) for inputs, outputs in pairs)
        self.layers.append(conv2d(channels[-1], channels[-1], (5, 1)))
        self.score = conv2d(channels[-1], 1, (3, 1))

    def forward(self, signal: torch.Tensor) -> Verdict:
        signal = F.pad(signal, (0, -signal.shape[-1] % self.period), mode="reflect")
        x = signal.unflatten(-1, (-1, self.period))
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), LEAK)
            features.append(x)
        return self.score(x), features


class SpectrumDiscriminator(nn.Module):
    """Real and imaginary parts of the STFT, each band with layers of its own."""

    def __init__(self, window: int, channels: int, hops_per_window: int) -> None:
        super().__init__()
        self.window_length, self.hop = window, window // hops_per_window
        self.register_buffer("window", torch.hann_window(window))
        bins = window // 2 + 1
        self.bands = [(int(low * bins), int(high * bins)) for low, high in BANDS]
        self.stacks = nn.ModuleList(self.stack(channels) for _ in self.bands)
        self.score = conv2d(channels, 1, (3, 3))

    @staticmethod
    def stack(channels: int) -> nn.ModuleList:
        return nn.ModuleList(
            [
                conv2d(2, channels, (3, 9)),
                *(conv2d(channels, channels, (3, 9), (1, 2)) for _ in range(3)),
                conv2d(channels, channels, (3, 3)),
            ]
        )

    def forward(self, signal: torch.Tensor) -> Verdict:
        with torch.autocast(signal.device.type, enabled=False):
            spectrum = torch.stft(
                signal[:, 0].float(), self.window_length, self.hop, window=self.window, return_complex=True
            )
        planes = torch.view_as_real(spectrum).permute(0, 3, 2, 1)
        planes = planes * (planes.square().sum(1, keepdim=True) + SPECTRUM_FLOOR).pow((COMPRESSION - 1) / 2)
        features, ends = [], []
        for (low, high), layers in zip(self.bands, self.stacks, strict=False):
            x = planes[..., low:high]
            for layer in layers:
                x = F.leaky_relu(layer(x), LEAK)
                features.append(x)
            ends.append(x)
        return self.score(torch.cat(ends, -1)), features


class Discriminators(nn.Module):
    def __init__(self, shape: configuration.Discriminators) -> None:
        super().__init__()
        self.networks = nn.ModuleList(
            [PeriodDiscriminator(period, shape.period_channels) for period in shape.periods]
            + [SpectrumDiscriminator(window, shape.window_channels, shape.hops_per_window) for window in shape.windows]
        )

    def forward(self, fake: torch.Tensor, real: torch.Tensor) -> list[list[Verdict]]:
        """Outputs of all networks for the fake and for the real signal, both scaled by the peak of the real one. A fake
        scaled by its own peak could hide its faults behind a click."""
        fake, real = (signal - signal.mean(-1, keepdim=True) for signal in (fake, real))
        scale = PEAK / real.abs().amax(-1, keepdim=True).clamp(min=QUIETEST_PEAK)
        return [[network(signal) for network in self.networks] for signal in (scale * fake, scale * real)]


def discriminator_loss(fake: list[Verdict], real: list[Verdict]) -> torch.Tensor:
    """Least squares: 1 for real, 0 for fake."""
    return sum(
        (1 - real_score.float()).square().mean() + fake_score.float().square().mean()
        for (fake_score, _), (real_score, _) in zip(fake, real, strict=False)
    )


def adversarial_loss(fake: list[Verdict]) -> torch.Tensor:
    return sum((1 - score.float()).square().mean() for score, _ in fake)


def feature_loss(fake: list[Verdict], real: list[Verdict]) -> torch.Tensor:
    """Mean absolute difference of the features, summed over all layers."""
    return sum(
        (found.float() - wanted.detach().float()).abs().mean()
        for (_, fakes), (_, reals) in zip(fake, real, strict=False)
        for found, wanted in zip(fakes, reals, strict=False)
    )
