"""DAC and VampNet in PyTorch, with the parameter names of their published checkpoints.

The reference for speed: plain eager fp32, the operations the publications describe (DAC: arXiv 2306.06546;
VampNet: arXiv 2307.04686). Shapes: audio `[B, 1, samples]`, features `[B, C, T]`, codes `[B, codebook, T]`.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

SNAKE_EPSILON = 1e-9
POSITION_BUCKET_COUNT = 32
POSITION_MAX_DISTANCE = 128


class Snake(nn.Module):
    """x + sin²(αx) / α, one α per channel."""

    def __init__(self, channels):
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(1, channels, 1))

    def forward(self, x):
        return x + torch.sin(self.alpha * x).pow(2) / (self.alpha + SNAKE_EPSILON)


def conv(inputs, outputs, kernel, **options):
    return weight_norm(nn.Conv1d(inputs, outputs, kernel, **options))


def residual_units(channels):
    return [ResidualUnit(channels, dilation) for dilation in (1, 3, 9)]


class ResidualUnit(nn.Module):
    def __init__(self, channels, dilation):
        super().__init__()
        self.block = nn.Sequential(
            Snake(channels),
            conv(channels, channels, 7, dilation=dilation, padding=3 * dilation),
            Snake(channels),
            conv(channels, channels, 1),
        )

    def forward(self, x):
        return x + self.block(x)


class EncoderBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        down = conv(inputs, outputs, 2 * stride, stride=stride, padding=math.ceil(stride / 2))
        self.block = nn.Sequential(*residual_units(inputs), Snake(inputs), down)

    def forward(self, x):
        return self.block(x)


class DecoderBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        up = nn.ConvTranspose1d(inputs, outputs, 2 * stride, stride=stride, padding=math.ceil(stride / 2))
        self.block = nn.Sequential(Snake(inputs), weight_norm(up), *residual_units(outputs))

    def forward(self, x):
        return self.block(x)


class Encoder(nn.Module):
    def __init__(self, width, strides, latent):
        super().__init__()
        layers = [conv(1, width, 7, padding=3)]
        for stride in strides:
            layers.append(EncoderBlock(width, 2 * width, stride))
            width *= 2
        self.block = nn.Sequential(*layers, Snake(width), conv(width, latent, 3, padding=1))

    def forward(self, x):
        return self.block(x)


class Decoder(nn.Module):
    def __init__(self, latent, width, strides):
        super().__init__()
        layers = [conv(latent, width, 7, padding=3)]
        for stride in strides:
            layers.append(DecoderBlock(width, width // 2, stride))
            width //= 2
        self.model = nn.Sequential(*layers, Snake(width), conv(width, 1, 7, padding=3), nn.Tanh())

    def forward(self, x):
        return self.model(x)


class Codebook(nn.Module):
    """One stage of the residual quantiser: nearest entry by cosine in a few dimensions."""

    def __init__(self, latent, size, dimension):
        super().__init__()
        self.in_proj = conv(latent, dimension, 1)
        self.out_proj = conv(dimension, latent, 1)
        self.codebook = nn.Embedding(size, dimension)

    def nearest(self, x):
        projected = F.normalize(self.in_proj(x), dim=1)
        entries = F.normalize(self.codebook.weight, dim=1)
        return torch.einsum("bdt,vd->bvt", projected, entries).argmax(1)

    def entry(self, codes):
        return self.out_proj(self.codebook(codes).transpose(1, 2))


class Quantizer(nn.Module):
    def __init__(self, latent, count, size, dimension):
        super().__init__()
        self.quantizers = nn.ModuleList(Codebook(latent, size, dimension) for _ in range(count))

    def encode(self, residual):
        codes = []
        for quantizer in self.quantizers:
            codes.append(quantizer.nearest(residual))
            residual = residual - quantizer.entry(codes[-1])
        return torch.stack(codes, 1)

    def decode(self, codes):
        return sum(quantizer.entry(codes[:, i]) for i, quantizer in enumerate(self.quantizers[: codes.shape[1]]))


class DAC(nn.Module):
    def __init__(self, encoder_dim=64, encoder_rates=(2, 4, 8, 8), decoder_dim=1536, decoder_rates=(8, 8, 4, 2),
                 latent_dim=None, n_codebooks=9, codebook_size=1024, codebook_dim=8, sample_rate=44100, **_):
        super().__init__()
        latent = latent_dim or encoder_dim * 2 ** len(encoder_rates)
        self.hop = math.prod(encoder_rates)
        self.sample_rate = sample_rate
        self.codebook_size = codebook_size
        self.encoder = Encoder(encoder_dim, encoder_rates, latent)
        self.quantizer = Quantizer(latent, n_codebooks, codebook_size, codebook_dim)
        self.decoder = Decoder(latent, decoder_dim, decoder_rates)

    def encode(self, audio):
        """`[B, 1, samples]`, samples a multiple of the hop, to codes."""
        return self.quantizer.encode(self.encoder(audio))

    def decode(self, codes):
        return self.decoder(self.quantizer.decode(codes))


class RMSNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


def position_buckets(count):
    """T5's bidirectional buckets: exact near by, logarithmic further off. `[query, key]`."""
    half = POSITION_BUCKET_COUNT // 2
    exact = half // 2
    position = torch.arange(count)
    relative = position[None, :] - position[:, None]
    distance = relative.abs()
    scale = (half - exact) / math.log(POSITION_MAX_DISTANCE / exact)
    far = exact + (torch.log(distance.clamp(min=1).float() / exact) * scale).long()
    return torch.where(distance < exact, distance, far.clamp(max=half - 1)) + half * (relative > 0)


class Attention(nn.Module):
    def __init__(self, width, heads, has_position_bias):
        super().__init__()
        self.heads = heads
        self.w_qs, self.w_ks, self.w_vs, self.fc = (nn.Linear(width, width, bias=False) for _ in range(4))
        if has_position_bias:
            self.relative_attention_bias = nn.Embedding(POSITION_BUCKET_COUNT, heads)

    def position_bias(self, count):
        return self.relative_attention_bias(position_buckets(count)).permute(2, 0, 1)[None]

    def forward(self, x, bias):
        batch, count, width = x.shape
        query, key, value = (
            layer(x).view(batch, count, self.heads, -1).transpose(1, 2) for layer in (self.w_qs, self.w_ks, self.w_vs)
        )
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        return self.fc(mixed.transpose(1, 2).reshape(batch, count, width))


class FeedForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.w_1 = nn.Linear(width, 4 * width, bias=False)
        self.w_2 = nn.Linear(2 * width, width, bias=False)

    def forward(self, x):
        value, gate = self.w_1(x).chunk(2, -1)
        return self.w_2(value * F.gelu(gate, approximate="tanh"))


class Layer(nn.Module):
    def __init__(self, width, heads, is_first):
        super().__init__()
        self.norm_1 = RMSNorm(width)
        self.self_attn = Attention(width, heads, has_position_bias=is_first)
        self.norm_3 = RMSNorm(width)
        self.feed_forward = FeedForward(width)

    def forward(self, x, bias):
        x = x + self.self_attn(self.norm_1(x), bias)
        return x + self.feed_forward(self.norm_3(x))


class Transformer(nn.Module):
    def __init__(self, width, heads, layers):
        super().__init__()
        self.layers = nn.ModuleList(Layer(width, heads, i == 0) for i in range(layers))
        self.norm = RMSNorm(width)

    def forward(self, x):
        bias = self.layers[0].self_attn.position_bias(x.shape[1])
        for layer in self.layers:
            x = layer(x, bias)
        return self.norm(x)


class Embedding(nn.Module):
    def __init__(self, codebooks, latent, width):
        super().__init__()
        self.special = nn.ParameterDict({"MASK": nn.Parameter(torch.zeros(codebooks, latent))})
        self.out_proj = nn.Conv1d(codebooks * latent, width, 1)


class VampNet(nn.Module):
    def __init__(self, n_heads=20, n_layers=20, n_codebooks=4, n_conditioning_codebooks=0, latent_dim=8,
                 embedding_dim=1280, vocab_size=1024, **_):
        super().__init__()
        self.n_codebooks = n_codebooks
        self.n_conditioning_codebooks = n_conditioning_codebooks
        self.n_predict = n_codebooks - n_conditioning_codebooks
        self.vocab_size = vocab_size
        self.latent_dim = latent_dim
        self.embedding = Embedding(n_codebooks, latent_dim, embedding_dim)
        self.transformer = Transformer(embedding_dim, n_heads, n_layers)
        classifier = weight_norm(nn.Conv1d(embedding_dim, vocab_size * self.n_predict, 1))
        self.classifier = nn.ModuleDict({"layers": nn.ModuleList([classifier])})

    def latents(self, codes, mask, books):
        """Codes `[B, codebook, T]` looked up in the codec's `books` `[codebook, size, D]`, MASK where `mask`."""
        columns = []
        for i in range(self.n_codebooks):
            entry = F.embedding(codes[:, i], books[i])
            columns.append(torch.where(mask[:, i, :, None], self.embedding.special["MASK"][i], entry))
        return torch.cat(columns, -1).transpose(1, 2)

    def forward(self, latents):
        """Latents `[B, codebook · D, T]` to logits `[B, T, predicted codebook, vocabulary]`."""
        x = self.transformer(self.embedding.out_proj(latents).transpose(1, 2))
        logits = self.classifier["layers"][0](x.transpose(1, 2))
        batch, _, count = logits.shape
        return logits.view(batch, self.vocab_size, self.n_predict, count).permute(0, 3, 2, 1)


def published_state(state):
    """Parameter names as `torch.nn.utils.parametrizations.weight_norm` has them, to the published ones."""
    names = {".parametrizations.weight.original0": ".weight_g", ".parametrizations.weight.original1": ".weight_v"}
    for ours, published in names.items():
        state = {name.replace(ours, published): tensor for name, tensor in state.items()}
    return state


def load_published_state(network, state):
    """Fills `network` from tensors with published names; every tensor of the network must be there."""
    ours = network.state_dict()
    renamed = dict(zip(published_state(dict.fromkeys(ours)), ours))
    missing = renamed.keys() - state.keys()
    if missing:
        raise ValueError(f"missing tensors: {', '.join(sorted(missing))}")
    network.load_state_dict({renamed[name]: state[name].float() for name in renamed})
    return network


def freeze_weight_norm(network):
    """Multiplies weight normalisation out once, as anyone who measures inference does."""
    for module in network.modules():
        if hasattr(module, "parametrizations"):
            nn.utils.parametrize.remove_parametrizations(module, "weight")
    return network
