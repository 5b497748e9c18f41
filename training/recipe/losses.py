"""Losses on waveforms `[B, 1, samples]`, and how they share the gradient."""

from __future__ import annotations

import math

import torch
from torch import nn

from audio_metrics import mel_filters

# DAC, arXiv 2306.06546 section 3.3: windows and number of mel bands; the hop is a quarter.
MEL_SCALES = ((32, 5), (64, 10), (128, 20), (256, 40), (512, 80), (1024, 160), (2048, 320))
MEL_FLOOR = 1e-5
# Keeps the gradient of the magnitude finite in silence.
POWER_FLOOR = 1e-12
# Amplitude of noise below which losses on whole crops hear nothing.
QUIETEST = 1e-5


class MelLoss(nn.Module):
    """Mean absolute difference of log10 mel magnitudes, summed over seven scales."""

    def __init__(self, sample_rate: int) -> None:
        super().__init__()
        for window, bands in MEL_SCALES:
            filters = torch.tensor(mel_filters(sample_rate, window, bands), dtype=torch.float32)
            self.register_buffer(f"filters{window}", filters)
            self.register_buffer(f"window{window}", torch.hann_window(window))

    def log_mel(self, signal: torch.Tensor, window: int) -> torch.Tensor:
        spectrum = torch.stft(
            signal[:, 0].float(), window, window // 4, window=getattr(self, f"window{window}"), return_complex=True
        )
        magnitude = (spectrum.real.square() + spectrum.imag.square() + POWER_FLOOR).sqrt()
        return (getattr(self, f"filters{window}") @ magnitude).clamp(min=MEL_FLOOR).log10()

    def forward(self, signal: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
        return sum(
            (self.log_mel(signal, window) - self.log_mel(reference, window)).abs().mean() for window, _ in MEL_SCALES
        )


def crop_power(signal: torch.Tensor, window: torch.Tensor) -> torch.Tensor:
    """Power spectrum `[B, bin]` of whole crops `[B, 1, samples]`."""
    spectrum = torch.fft.rfft(window * signal[:, 0].float())
    return spectrum.real.square() + spectrum.imag.square()


class BandLevelLoss(nn.Module):
    """Mean absolute difference, in bels, of the powers of whole crops in mel bands: whether what cannot be known is as
    loud as it was, wherever in the crop."""

    BANDS = 64

    def __init__(self, sample_rate: int, samples: int) -> None:
        super().__init__()
        filters = torch.tensor(mel_filters(sample_rate, samples, self.BANDS), dtype=torch.float32)
        self.register_buffer("window", torch.hann_window(samples))
        self.register_buffer("filters", filters / filters.sum(1, keepdim=True).clamp(min=POWER_FLOOR))
        self.floor = QUIETEST**2 * samples

    def levels(self, signal: torch.Tensor) -> torch.Tensor:
        return (crop_power(signal, self.window) @ self.filters.T + self.floor).log10()

    def forward(self, signal: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
        return (self.levels(signal) - self.levels(reference)).abs().mean()


class FrameToneLoss(nn.Module):
    """How far tones at multiples of the frame rate stand out of their surroundings, where the reference has none.

    A decoder replaces detail that it cannot know by the same sound in every frame. A mel spectrogram has the right
    energy then, but a listener hears a whistle.
    Over a whole crop `[B, 1, frames * hop]` such tones are lines; of each the logarithm of 1 + its power relative to
    the bins between it and the next ones. The loss is the mean over lines of the square of what is more than noise
    does, or the reference.
    """

    # Bins between a line and the first that counts as its surroundings: a Hann window spreads over two.
    NEAREST = 4
    # Below it lie the partials of music, and they are close to each other.
    LOWEST_LINE = 3
    # What noise exceeds in one line of thirty.
    USUAL = math.log(4)

    def __init__(self, hop: int, frames: int) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(hop * frames))
        lines = frames * torch.arange(self.LOWEST_LINE, hop // 2)[:, None]
        beside = torch.arange(self.NEAREST, frames // 2 - 1)
        self.register_buffer("lines", lines + torch.arange(-1, 2))
        self.register_buffer("beside", lines + torch.cat([-beside, beside]))
        self.floor = QUIETEST**2 * hop * frames

    def prominence(self, signal: torch.Tensor) -> torch.Tensor:
        """`[B, line]`; no gradient flows to the surroundings, which shall not rise to hide a line."""
        power = crop_power(signal, self.window)
        beside = power[:, self.beside].mean(-1).detach() + self.floor
        return torch.log1p(power[:, self.lines].mean(-1) / beside)

    def forward(self, signal: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
        usual = self.prominence(reference).clamp(min=self.USUAL)
        return (self.prominence(signal) - usual).clamp(min=0).square().mean()


class GradientBalance:
    """Gives each loss its share of the gradient at the decoder's output, whatever its own scale
    (after EnCodec, arXiv 2210.13438, section 3.4).

    Adversarial losses grow and shrink with number and size of the discriminators; with fixed weights a small set of
    them was forty times too weak to be heard. The gradient of a logarithm is a thousand times larger near silence, so
    each item of a batch counts by its own norm, and none more than twice what is usual. `norms` is what is usual: the
    running median over items of the norm of each loss's gradient.
    """

    DECAY = 0.99
    LARGEST_EXCESS = 2.0

    def __init__(self, shares: dict[str, float], norm: float, interval: int = 1) -> None:
        """`interval`: the norms are measured at every such step."""
        self.shares = shares
        self.norm = norm
        self.interval = interval
        self.norms: dict[str, torch.Tensor] = {}

    def gradient(self, losses: dict[str, torch.Tensor], output: torch.Tensor, step: int = 0) -> torch.Tensor:
        """What to hand to `output.backward`, of norm `norm` for an item as for a batch of it; losses by name are means
        over items, those of share 0 are left out.

        Between the steps at which norms are measured all losses take one backward pass together, with the norms as they
        were, and the excess of an item is limited for their sum.
        """
        active = {name: loss for name, loss in losses.items() if self.shares[name] > 0}
        whole = sum(self.shares[name] for name in active)
        item_norms = {name: self.norm * self.shares[name] / whole / len(output) for name in active}
        if step % self.interval == 0 or active.keys() - self.norms.keys():
            return self.measured_gradient(active, item_norms, output)
        loss = sum(loss * (item_norms[name] / self.norms[name]) for name, loss in active.items())
        (gradient,) = torch.autograd.grad(loss, output, retain_graph=True)
        norms = gradient.flatten(1).norm(dim=1) + POWER_FLOOR
        largest = self.LARGEST_EXCESS * sum(item_norms.values())
        return gradient * (largest / norms).clamp(max=1)[:, None, None]

    def measured_gradient(
        self, active: dict[str, torch.Tensor], item_norms: dict[str, float], output: torch.Tensor
    ) -> torch.Tensor:
        """One backward pass for each loss, and the excess of an item limited for each."""
        total = torch.zeros_like(output)
        decay = self.DECAY**self.interval
        for name, loss in active.items():
            (gradient,) = torch.autograd.grad(loss, output, retain_graph=True)
            norms = gradient.flatten(1).norm(dim=1) + POWER_FLOOR
            median = norms.median()
            usual = self.norms[name] = decay * self.norms.get(name, median) + (1 - decay) * median
            scale = item_norms[name] / torch.maximum(usual, norms / self.LARGEST_EXCESS)
            total += gradient * scale[:, None, None]
        return total
