"""The residual quantiser in training: straight-through gradients, codebook dropout, revival of dead codes, and the
initialisation by principal components and k-means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from recipe.dac import Codebook, Quantizer, set_weight

# Usage and the entries of each codebook.
Snapshot = tuple[torch.Tensor, list[torch.Tensor]]

# Memory of the usage counts, in steps.
USAGE_DECAY = 0.99
# A code used less than this, relative to equal use of all, is dead.
DEAD_USAGE = 0.02
# What a revived code is credited with, so that it has some hundred steps to find its place.
REVIVED_USAGE = 0.2
REVIVAL_NOISE = 0.01
KMEANS_ITERATIONS = 12


@dataclass
class Quantised:
    # `[B, C, T]`, with the gradient of the latents.
    latents: torch.Tensor
    # `[B, codebook, T]`
    codes: torch.Tensor
    # DAC's two losses, means over the items that use each codebook, summed over codebooks.
    commitment: torch.Tensor
    codebook: torch.Tensor


class QuantiserTraining:
    """Wraps a `Quantizer` of `dac.py`; `usage` `[codebook, size]` is the running share of each code, 1 for equal
    use."""

    def __init__(self, quantizer: Quantizer, dropout: float) -> None:
        self.stages = quantizer.quantizers
        self.dropout = dropout
        weight = self.stages[0].codebook.weight
        self.usage = torch.ones(len(self.stages), weight.shape[0], device=weight.device)

    def snapshot(self) -> Snapshot:
        """What a forward pass changes: usage and entries of all codebooks."""
        return self.usage.clone(), [stage.codebook.weight.detach().clone() for stage in self.stages]

    @torch.no_grad()
    def restore(self, snapshot: Snapshot) -> None:
        """Undoes forward passes since `snapshot`."""
        usage, entries = snapshot
        self.usage.copy_(usage)
        for stage, values in zip(self.stages, entries, strict=False):
            stage.codebook.weight.copy_(values)

    def depths(self, count: int, device: torch.device) -> torch.Tensor:
        """Codebooks that each item uses: all, or for a share of `dropout` a random number from 1 on."""
        depths = torch.full((count,), len(self.stages), device=device)
        dropped = torch.rand(count, device=device) < self.dropout
        return torch.where(dropped, torch.randint(1, len(self.stages) + 1, (count,), device=device), depths)

    def __call__(self, latents: torch.Tensor) -> Quantised:
        """Quantises `[B, C, T]` in 32 bits and updates the usage."""
        residual = latents.float()
        depths = self.depths(len(residual), residual.device)
        total, codes = torch.zeros_like(residual), list[torch.Tensor]()
        commitment = codebook = torch.zeros((), device=residual.device)
        for index, stage in enumerate(self.stages):
            projected = stage.in_proj(residual)
            with torch.no_grad():
                codes.append(stage.nearest_projected(projected))
                self.revive(index, stage, projected, codes[-1])
            entries = stage.codebook(codes[-1]).transpose(1, 2)
            used = (index < depths).float()
            commitment = commitment + ((projected - entries.detach()).square().mean((1, 2)) * used).mean()
            codebook = codebook + ((entries - projected.detach()).square().mean((1, 2)) * used).mean()
            output = stage.out_proj(projected + (entries - projected).detach())
            total = total + output * used[:, None, None]
            residual = residual - output
        return Quantised(total, torch.stack(codes, 1), commitment, codebook)

    def revive(self, index: int, stage: Codebook, projected: torch.Tensor, codes: torch.Tensor) -> None:
        """Counts the codes and moves the dead ones onto vectors of this batch."""
        size = stage.codebook.num_embeddings
        share = code_counts(codes, size) * (size / codes.numel())
        usage = self.usage[index].mul_(USAGE_DECAY).add_(share, alpha=1 - USAGE_DECAY)
        vectors = projected.transpose(1, 2).flatten(0, 1)
        picks = vectors[torch.randint(0, len(vectors), (size,), device=vectors.device)]
        picks = picks + REVIVAL_NOISE * torch.randn_like(picks)
        # Without a branch on the counts, so that the device never waits for this program.
        dead = usage < DEAD_USAGE
        stage.codebook.weight.data.copy_(torch.where(dead[:, None], picks, stage.codebook.weight.data))
        usage.copy_(torch.where(dead, torch.full_like(usage, REVIVED_USAGE), usage))


def code_counts(codes: torch.Tensor, size: int) -> torch.Tensor:
    """How often each code occurs. `bincount` would make the program wait for a GPU."""
    return torch.zeros(size, device=codes.device).index_add_(
        0, codes.flatten(), torch.ones(codes.numel(), device=codes.device)
    )


def cosine_nearest(vectors: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    return (F.normalize(vectors) @ F.normalize(centres).t()).argmax(1)


def kmeans(vectors: torch.Tensor, count: int) -> torch.Tensor:
    """Centres of `count` clusters by cosine, as the quantiser assigns; empty clusters start anew on random vectors."""
    picks = torch.randint(0, len(vectors), (count,), device=vectors.device)
    if len(vectors) >= count:
        picks = torch.randperm(len(vectors), device=vectors.device)[:count]
    centres = vectors[picks].clone()
    for _ in range(KMEANS_ITERATIONS):
        nearest = cosine_nearest(vectors, centres)
        sums = torch.zeros_like(centres).index_add_(0, nearest, vectors)
        sizes = torch.bincount(nearest, minlength=count)[:, None]
        others = vectors[torch.randint(0, len(vectors), (count,), device=vectors.device)]
        centres = torch.where(sizes > 0, sums / sizes.clamp(min=1), others)
    return centres


def set_projection(layer: nn.Module, weight: torch.Tensor, bias: torch.Tensor) -> None:
    """Fills a weight-normalised 1×1 convolution."""
    set_weight(layer, weight[:, :, None])
    layer.bias.data.copy_(bias)


@torch.no_grad()
def initialise_quantiser(quantizer: Quantizer, latents: torch.Tensor) -> Iterator[tuple[float, int]]:
    """Fills every codebook from `[vector, C]`: the principal components of what the ones before it leave, and k-means
    among them. Yields (share of the variance that remains, codes in use) of each codebook."""
    residual = latents.float()
    whole = residual.var()
    for stage in quantizer.quantizers:
        mean = residual.mean(0)
        covariance = (residual - mean).t() @ (residual - mean)
        dimensions = stage.codebook.embedding_dim
        components = torch.linalg.eigh(covariance).eigenvectors[:, -dimensions:].t()
        projected = (residual - mean) @ components.t()
        stage.codebook.weight.copy_(kmeans(projected, stage.codebook.num_embeddings))
        set_projection(stage.in_proj, components, -(components @ mean))
        set_projection(stage.out_proj, components.t(), mean)
        codes = cosine_nearest(projected, stage.codebook.weight)
        residual = residual - (stage.codebook.weight[codes] @ components + mean)
        yield float(residual.var() / whole), int(codes.unique().numel())
