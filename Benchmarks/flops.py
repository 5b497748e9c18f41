"""Floating-point operations of each network, counted from its configuration. A multiply-add is two operations.

Convolutions, linear layers, the quantiser's search and attention products count. Activations and norms do not count, as
is usual, so a share of peak that is computed from these counts is a lower bound.
"""

import math
from collections.abc import Callable
from typing import Any

Configuration = dict[str, Any]


def conv(inputs: int, outputs: int, kernel: int, length: int) -> int:
    """Operations of a convolution over `length` output positions, or of a transposed one over as many inputs."""
    return 2 * inputs * outputs * kernel * length


def residual_units(channels: int, length: int) -> int:
    return 3 * (conv(channels, channels, 7, length) + conv(channels, channels, 1, length))


def frame_count(configuration: Configuration, seconds: float) -> int:
    return round(seconds * configuration["sample_rate"] / math.prod(configuration["encoder_rates"]))


def latent_width(configuration: Configuration) -> int:
    width: int = configuration["encoder_dim"] * 2 ** len(configuration["encoder_rates"])
    return configuration.get("latent_dim") or width


def encode(configuration: Configuration, seconds: float) -> int:
    frames = frame_count(configuration, seconds)
    length = frames * math.prod(configuration["encoder_rates"])
    width = configuration["encoder_dim"]
    total = conv(1, width, 7, length)
    for stride in configuration["encoder_rates"]:
        total += residual_units(width, length)
        length //= stride
        total += conv(width, 2 * width, 2 * stride, length)
        width *= 2
    latent, dimension = latent_width(configuration), configuration["codebook_dim"]
    search = 2 * dimension * configuration["codebook_size"] * frames
    projections = conv(latent, dimension, 1, frames) + conv(dimension, latent, 1, frames)
    quantiser: int = configuration["n_codebooks"] * (search + projections)
    return total + conv(width, latent, 3, length) + quantiser


def decode(configuration: Configuration, seconds: float) -> int:
    length = frame_count(configuration, seconds)
    width, latent = configuration["decoder_dim"], latent_width(configuration)
    total: int = configuration["n_codebooks"] * conv(configuration["codebook_dim"], latent, 1, length)
    total += conv(latent, width, 7, length)
    for stride in configuration["decoder_rates"]:
        total += conv(width, width // 2, 2 * stride, length)
        width, length = width // 2, length * stride
        total += residual_units(width, length)
    return total + conv(width, 1, 7, length)


def forward(configuration: Configuration, frame_count: float) -> int:
    frames, width = int(frame_count), configuration["embedding_dim"]
    predicted = configuration["n_codebooks"] - configuration["n_conditioning_codebooks"]
    linear = 4 * width * width + 4 * width * width + 2 * width * width
    attention = 2 * frames * width
    layers = configuration["n_layers"] * (linear + attention)
    ends = configuration["n_codebooks"] * configuration["latent_dim"] * width
    total: int = 2 * frames * (layers + ends + width * configuration["vocab_size"] * predicted)
    return total


COUNTS: dict[str, Callable[[Configuration, float], int]] = {"encode": encode, "decode": decode, "forward": forward}
