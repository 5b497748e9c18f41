"""VampNet (arXiv 2307.04686) in PyTorch, with the parameter names of the published class.

Shapes: codes and masks `[B, codebook, T]`, latents `[B, codebook · D, T]`, logits `[B, T, predicted codebook,
vocabulary]`.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

POSITION_BUCKET_COUNT = 32
POSITION_MAX_DISTANCE = 128


class RMSNorm(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


def position_buckets(count: int, device: torch.device | None = None) -> torch.Tensor:
    """T5's bidirectional buckets: exact near by, logarithmic further off. `[query, key]`."""
    half = POSITION_BUCKET_COUNT // 2
    exact = half // 2
    position = torch.arange(count, device=device)
    relative = position[None, :] - position[:, None]
    distance = relative.abs()
    scale = (half - exact) / math.log(POSITION_MAX_DISTANCE / exact)
    far = exact + (torch.log(distance.clamp(min=1).float() / exact) * scale).long()
    return torch.where(distance < exact, distance, far.clamp(max=half - 1)) + half * (relative > 0)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int, has_position_bias: bool) -> None:
        super().__init__()
        self.heads = heads
        self.w_qs, self.w_ks, self.w_vs, self.fc = (nn.Linear(width, width, bias=False) for _ in range(4))
        if has_position_bias:
            self.relative_attention_bias = nn.Embedding(POSITION_BUCKET_COUNT, heads)

    def position_bias(self, count: int) -> torch.Tensor:
        buckets = position_buckets(count, self.relative_attention_bias.weight.device)
        return self.relative_attention_bias(buckets).permute(2, 0, 1)[None]

    def forward(self, x: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        batch, count, width = x.shape
        query, key, value = (
            layer(x).view(batch, count, self.heads, -1).transpose(1, 2) for layer in (self.w_qs, self.w_ks, self.w_vs)
        )
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=bias.to(query.dtype))
        return self.fc(mixed.transpose(1, 2).reshape(batch, count, width))


class FeedForward(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.w_1 = nn.Linear(width, 4 * width, bias=False)
        self.w_2 = nn.Linear(2 * width, width, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        value, gate = self.w_1(x).chunk(2, -1)
        return self.w_2(value * F.gelu(gate, approximate="tanh"))


class Layer(nn.Module):
    def __init__(self, width: int, heads: int, is_first: bool, dropout: float) -> None:
        super().__init__()
        self.norm_1 = RMSNorm(width)
        self.self_attn = Attention(width, heads, has_position_bias=is_first)
        self.norm_3 = RMSNorm(width)
        self.feed_forward = FeedForward(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        x = x + self.dropout(self.self_attn(self.norm_1(x), bias))
        return x + self.dropout(self.feed_forward(self.norm_3(x)))


class Transformer(nn.Module):
    def __init__(self, width: int, heads: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(width, heads, i == 0, dropout) for i in range(layers))
        self.norm = RMSNorm(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        bias = self.layers[0].self_attn.position_bias(x.shape[1])
        for layer in self.layers:
            x = layer(x, bias)
        return self.norm(x)


class Embedding(nn.Module):
    def __init__(self, codebooks: int, latent: int, width: int) -> None:
        super().__init__()
        self.special = nn.ParameterDict({"MASK": nn.Parameter(torch.zeros(codebooks, latent))})
        self.out_proj = nn.Conv1d(codebooks * latent, width, 1)


class VampNet(nn.Module):
    def __init__(
        self,
        n_heads: int = 20,
        n_layers: int = 20,
        n_codebooks: int = 4,
        n_conditioning_codebooks: int = 0,
        latent_dim: int = 8,
        embedding_dim: int = 1280,
        vocab_size: int = 1024,
        dropout: float = 0.0,
        **_: Any,
    ) -> None:
        super().__init__()
        self.n_codebooks = n_codebooks
        self.n_conditioning_codebooks = n_conditioning_codebooks
        self.n_predict = n_codebooks - n_conditioning_codebooks
        self.vocab_size = vocab_size
        self.latent_dim = latent_dim
        self.embedding = Embedding(n_codebooks, latent_dim, embedding_dim)
        self.transformer = Transformer(embedding_dim, n_heads, n_layers, dropout)
        classifier = weight_norm(nn.Conv1d(embedding_dim, vocab_size * self.n_predict, 1))
        self.classifier = nn.ModuleDict({"layers": nn.ModuleList([classifier])})

    def latents(self, codes: torch.Tensor, mask: torch.Tensor, books: torch.Tensor) -> torch.Tensor:
        """Codes `[B, codebook, T]` looked up in the codec's `books` `[codebook, size, D]`, MASK where `mask`."""
        columns = []
        for i in range(self.n_codebooks):
            entry = F.embedding(codes[:, i], books[i])
            columns.append(torch.where(mask[:, i, :, None], self.embedding.special["MASK"][i], entry))
        return torch.cat(columns, -1).transpose(1, 2)

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        """Latents `[B, codebook · D, T]` to logits `[B, T, predicted codebook, vocabulary]`."""
        # The residual path keeps 32 bits under autocast.
        x = self.transformer(self.embedding.out_proj(latents).transpose(1, 2).float())
        logits = self.classifier["layers"][0](x.transpose(1, 2))
        batch, _, count = logits.shape
        return logits.view(batch, self.vocab_size, self.n_predict, count).permute(0, 3, 2, 1)
