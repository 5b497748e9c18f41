"""Floating-point operations of each network, counted from its configuration (a multiply-add is two).

Convolutions, linear layers, the quantiser's search and attention products; activations and norms are left out, as is
usual, so the share of peak that is computed from these counts is a lower bound.
"""

import math


def conv(inputs, outputs, kernel, length):
    """`length`: output positions of a convolution, input positions of a transposed one."""
    return 2 * inputs * outputs * kernel * length


def residual_units(channels, length):
    return 3 * (conv(channels, channels, 7, length) + conv(channels, channels, 1, length))


def frame_count(configuration, seconds):
    return round(float(seconds) * configuration["sample_rate"] / math.prod(configuration["encoder_rates"]))


def latent_width(configuration):
    width = configuration["encoder_dim"] * 2 ** len(configuration["encoder_rates"])
    return configuration.get("latent_dim") or width


def encode(configuration, seconds):
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
    return total + conv(width, latent, 3, length) + configuration["n_codebooks"] * (search + projections)


def decode(configuration, seconds):
    length = frame_count(configuration, seconds)
    width, latent = configuration["decoder_dim"], latent_width(configuration)
    total = configuration["n_codebooks"] * conv(configuration["codebook_dim"], latent, 1, length)
    total += conv(latent, width, 7, length)
    for stride in configuration["decoder_rates"]:
        total += conv(width, width // 2, 2 * stride, length)
        width, length = width // 2, length * stride
        total += residual_units(width, length)
    return total + conv(width, 1, 7, length)


def forward(configuration, frames):
    frames, width = int(frames), configuration["embedding_dim"]
    predicted = configuration["n_codebooks"] - configuration["n_conditioning_codebooks"]
    linear = 4 * width * width + 4 * width * width + 2 * width * width
    attention = 2 * frames * width
    layers = configuration["n_layers"] * (linear + attention)
    ends = configuration["n_codebooks"] * configuration["latent_dim"] * width
    return 2 * frames * (layers + ends + width * configuration["vocab_size"] * predicted)


COUNTS = {"encode": encode, "decode": decode, "forward": forward}
