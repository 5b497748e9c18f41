"""DAC (arXiv 2306.06546) in PyTorch, with the parameter names of the published class.

What a trained network computes; what only training needs is in `quantiser.py`. Shapes: audio `[B, 1, samples]`,
features `[B, C, T]`, codes `[B, codebook, T]`. Under autocast the products are 16 bits wide; sums along the residual
path, activations and the output are not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

SNAKE_EPSILON = 1e-9


class SnakeFunction(torch.autograd.Function):
    """x + sin²(αx) / α with its gradient in closed form: autograd's own keeps four arrays and passes over them ten
    times.

    The output is kept for the gradient, because the next convolution keeps it anyway.
    """

    @staticmethod
    def forward(context: Any, x: torch.Tensor, alpha: torch.Tensor) -> torch.Tensor:
        output = torch.addcmul(x, torch.sin(alpha * x).square_(), 1 / (alpha + SNAKE_EPSILON))
        context.save_for_backward(x, alpha, output)
        return output

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(context: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        x, alpha, output = context.saved_tensors
        inverse = 1 / (alpha + SNAKE_EPSILON)
        double = torch.sin((2 * alpha) * x)
        alpha_gradient = None
        if context.needs_input_grad[1]:
            # d/dα = (x sin 2αx - sin²(αx) / α) / α, and sin²(αx) / α = output - x.
            alpha_gradient = torch.addcmul(x - output, x, double).mul_(gradient).sum((0, 2), keepdim=True) * inverse
        return double.mul_(alpha * inverse).add_(1).mul_(gradient), alpha_gradient


class Snake(nn.Module):
    """x + sin²(αx) / α, one α per channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(1, channels, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return SnakeFunction.apply(x.float(), self.alpha)


class DilatedConv(nn.Conv1d):
    """Dilated convolution with as many samples out as in. Narrow ones fold time into the batch, where the convolution
    is a plain one: twice as fast on AVX2, no gain on AVX-512."""

    WIDEST_FOLDED = 48
    is_folded = torch.backends.cpu.get_cpu_capability() != "AVX512"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.is_folded or x.device.type != "cpu" or x.shape[1] > self.WIDEST_FOLDED:
            return super().forward(x)
        (dilation,), (kernel,), length = self.dilation, self.kernel_size, x.shape[-1]
        x = F.pad(x, (0, -length % dilation)).unflatten(-1, (-1, dilation))
        folded = x.permute(0, 3, 1, 2).flatten(0, 1)
        y = F.conv1d(folded, self.weight, self.bias, padding=kernel // 2)
        return y.unflatten(0, (-1, dilation)).permute(0, 2, 3, 1).flatten(2)[..., :length]


class OutputConv(nn.Conv1d):
    """The convolution that makes the waveform: 8 bits of mantissa would be audible in it."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.autocast(x.device.type, enabled=False):
            return super().forward(x.float())


def conv(inputs: int, outputs: int, kernel: int, **options: Any) -> nn.Module:
    kind = DilatedConv if options.get("dilation", 1) > 1 else nn.Conv1d
    return weight_norm(kind(inputs, outputs, kernel, **options))


@torch.no_grad()
def set_weight(layer: nn.Module, weight: torch.Tensor) -> None:
    """Fills a weight-normalised convolution."""
    parameters = layer.parametrizations.weight
    parameters.original0.copy_(weight.flatten(1).norm(dim=1)[:, None, None])
    parameters.original1.copy_(weight)


def residual_units(channels: int) -> list[ResidualUnit]:
    return [ResidualUnit(channels, dilation) for dilation in (1, 3, 9)]


class ResidualUnit(nn.Module):
    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.block = nn.Sequential(
            Snake(channels),
            conv(channels, channels, 7, dilation=dilation, padding=3 * dilation),
            Snake(channels),
            conv(channels, channels, 1),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.float() + self.block(x)


class EncoderBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        down = conv(inputs, outputs, 2 * stride, stride=stride, padding=math.ceil(stride / 2))
        self.block = nn.Sequential(*residual_units(inputs), Snake(inputs), down)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.block(x)


class DecoderBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        up = nn.ConvTranspose1d(inputs, outputs, 2 * stride, stride=stride, padding=math.ceil(stride / 2))
        self.block = nn.Sequential(Snake(inputs), weight_norm(up), *residual_units(outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.block(x)


class Encoder(nn.Module):
    def __init__(self, width: int, strides: Sequence[int], latent: int) -> None:
        super().__init__()
        layers = [conv(1, width, 7, padding=3)]
        for stride in strides:
            layers.append(EncoderBlock(width, 2 * width, stride))
            width *= 2
        self.block = nn.Sequential(*layers, Snake(width), conv(width, latent, 3, padding=1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.block(x)


class Decoder(nn.Module):
    def __init__(self, latent: int, width: int, strides: Sequence[int]) -> None:
        super().__init__()
        layers = [conv(latent, width, 7, padding=3)]
        for stride in strides:
            layers.append(DecoderBlock(width, width // 2, stride))
            width //= 2
        output = weight_norm(OutputConv(width, 1, 7, padding=3))
        self.model = nn.Sequential(*layers, Snake(width), output, nn.Tanh())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.model(x)


class Codebook(nn.Module):
    """One stage of the residual quantiser: nearest entry by cosine in a few dimensions."""

    def __init__(self, latent: int, size: int, dimension: int) -> None:
        super().__init__()
        self.in_proj = conv(latent, dimension, 1)
        self.out_proj = conv(dimension, latent, 1)
        self.codebook = nn.Embedding(size, dimension)

    def nearest(self, x: torch.Tensor) -> torch.Tensor:
        return self.nearest_projected(self.in_proj(x))

    def nearest_projected(self, projected: torch.Tensor) -> torch.Tensor:
        entries = F.normalize(self.codebook.weight, dim=1)
        return torch.einsum("bdt,vd->bvt", F.normalize(projected, dim=1), entries).argmax(1)

    def entry(self, codes: torch.Tensor) -> torch.Tensor:
        return self.out_proj(self.codebook(codes).transpose(1, 2))


class Quantizer(nn.Module):
    def __init__(self, latent: int, count: int, size: int, dimension: int) -> None:
        super().__init__()
        self.quantizers = nn.ModuleList(Codebook(latent, size, dimension) for _ in range(count))

    @property
    def books(self) -> torch.Tensor:
        """Entries of all codebooks `[codebook, size, D]`, without a gradient: what a VampNet looks its codes up in."""
        return torch.stack([quantizer.codebook.weight.detach() for quantizer in self.quantizers])

    def encode(self, residual: torch.Tensor) -> torch.Tensor:
        codes = []
        for quantizer in self.quantizers:
            codes.append(quantizer.nearest(residual))
            residual = residual - quantizer.entry(codes[-1])
        return torch.stack(codes, 1)

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        return sum(quantizer.entry(codes[:, i]) for i, quantizer in enumerate(self.quantizers[: codes.shape[1]]))


class DAC(nn.Module):
    def __init__(
        self,
        encoder_dim: int = 64,
        encoder_rates: Sequence[int] = (2, 4, 8, 8),
        decoder_dim: int = 1536,
        decoder_rates: Sequence[int] = (8, 8, 4, 2),
        latent_dim: int | None = None,
        n_codebooks: int = 9,
        codebook_size: int = 1024,
        codebook_dim: int = 8,
        sample_rate: int = 44100,
        **_: Any,
    ) -> None:
        super().__init__()
        latent = latent_dim or encoder_dim * 2 ** len(encoder_rates)
        self.hop = math.prod(encoder_rates)
        self.sample_rate = sample_rate
        self.codebook_size = codebook_size
        self.encoder = Encoder(encoder_dim, encoder_rates, latent)
        self.quantizer = Quantizer(latent, n_codebooks, codebook_size, codebook_dim)
        self.decoder = Decoder(latent, decoder_dim, decoder_rates)

    def encode(self, audio: torch.Tensor) -> torch.Tensor:
        """`[B, 1, samples]`, samples a multiple of the hop, to codes."""
        return self.quantizer.encode(self.encoder(audio))

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        return self.decoder(self.quantizer.decode(codes))
