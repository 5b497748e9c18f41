"""Masks for training the transformers, drawn as they occur when vampc decodes. Masks are `[B, codebook, T]`; true marks
a token that must be predicted.

A mask is the share of a prompt's hidden tokens that is still masked at a random point of the sampling loop: the prompt
says what the stream does not keep, and the loop reveals it token by token after the cosine schedule (arXiv 2307.04686,
section 3.3). Kinds of prompts:

    random      nothing is kept: tokens anywhere
    frames      nothing is kept; the schedule hides whole frames
    codebooks   the first k codebooks of every frame: `encode -k`
    periodic    the first k codebooks of every P-th frame, any P: `encode -p`
    edges       what a window over a gap sees: all known on one or both sides of a stretch, which a periodic prompt may
    thin
    lost        a stretch of frames of which nothing is known, in a periodic prompt: blocks that did not arrive
"""

from __future__ import annotations

import math
from typing import Any

import torch

from recipe.configuration import MaskMixture

KINDS = ("random", "frames", "codebooks", "periodic", "edges", "lost")
LONGEST_PERIOD = 64
# Of the windows with a stretch, as share of the window.
SHORTEST_STRETCH = 0.05
LONGEST_STRETCH = 0.6


class Masks:
    def __init__(self, mixture: MaskMixture, codebook_count: int, given_count: int, device: torch.device) -> None:
        self.weights = torch.tensor([getattr(mixture, kind) for kind in KINDS], dtype=torch.float32, device=device)
        self.first_step = mixture.first_step
        self.codebook_count, self.given_count, self.device = codebook_count, given_count, device

    def draw(self, count: int, frame_count: int) -> torch.Tensor:
        """Masks of `count` windows from torch's random numbers; codebooks that the model is given are never masked, and
        every window has something to predict."""
        kinds = torch.multinomial(self.weights, count, replacement=True)
        mask = self.hidden(kinds, frame_count) & self.scheduled(kinds, frame_count)
        mask[:, : self.given_count] = False
        empty = ~mask.flatten(1).any(1)
        mask[:, self.given_count, 0] |= empty
        return mask

    def kind(self, kinds: torch.Tensor, *names: Any) -> torch.Tensor:
        """`[B, 1, 1]`: which windows are of one of these kinds."""
        return sum((kinds == KINDS.index(name)) for name in names).bool()[:, None, None]

    def random(self, count: int) -> torch.Tensor:
        return torch.rand(count, 1, 1, device=self.device)

    def hidden(self, kinds: torch.Tensor, frame_count: int) -> torch.Tensor:
        """What the prompts do not keep."""
        count = len(kinds)
        hidden = torch.ones(count, self.codebook_count, frame_count, dtype=torch.bool, device=self.device)
        prompt = self.kept_by_prompt(kinds, frame_count)
        hidden = torch.where(self.kind(kinds, "codebooks", "periodic"), ~prompt, hidden)
        stretch = self.stretches(kinds, frame_count)
        # Everything beside a gap is known, and in half of the gaps the tokens of the prompt.
        gap = stretch & ~(prompt & (self.random(count) < 0.5))
        hidden = torch.where(self.kind(kinds, "edges"), gap.expand_as(hidden), hidden)
        return torch.where(self.kind(kinds, "lost"), stretch | ~prompt, hidden)

    def kept_by_prompt(self, kinds: torch.Tensor, frame_count: int) -> torch.Tensor:
        """The first k codebooks of every P-th frame; P is 1 for `codebooks`, else drawn evenly on a logarithmic
        scale."""
        count, frames = len(kinds), torch.arange(frame_count, device=self.device)
        # Of a model that is given codebooks, at least those; of a coarse one at least the first.
        fewest, most = max(1, self.given_count), self.codebook_count
        depth = fewest + (self.random(count) * (most - fewest + 1)).long()
        period = torch.exp(self.random(count) * math.log(LONGEST_PERIOD + 1)).long().clamp(1, LONGEST_PERIOD)
        period = torch.where(self.kind(kinds, "codebooks"), torch.ones_like(period), period)
        # All codebooks of all frames would leave nothing to predict.
        depth = torch.where((period == 1) & (depth == most), depth.clamp(max=max(fewest, most - 1)), depth)
        phase = (self.random(count) * period).long()
        codebooks = torch.arange(self.codebook_count, device=self.device)[:, None]
        return (codebooks < depth) & ((frames - phase) % period == 0)

    def stretches(self, kinds: torch.Tensor, frame_count: int) -> torch.Tensor:
        """`[B, 1, T]`: one stretch of each window, at its start, at its end or inside."""
        count, frames = len(kinds), torch.arange(frame_count, device=self.device)
        share = SHORTEST_STRETCH + (LONGEST_STRETCH - SHORTEST_STRETCH) * self.random(count)
        length = (share * frame_count).long().clamp(min=1)
        # A third each: the place is pushed beyond either end and held there.
        place = (self.random(count) * 3 - 1).clamp(0, 1)
        start = (place * (frame_count - length)).round().long()
        return (frames >= start) & (frames < start + length)

    def scheduled(self, kinds: torch.Tensor, frame_count: int) -> torch.Tensor:
        """What the sampling loop has not revealed yet: tokens, or whole frames for the kind `frames`."""
        count = len(kinds)
        share = torch.cos(self.random(count) * math.pi / 2)
        share = torch.where(self.random(count) < self.first_step, torch.ones_like(share), share)
        tokens = torch.rand(count, self.codebook_count, frame_count, device=self.device) < share
        frames = torch.rand(count, 1, frame_count, device=self.device) < share
        return torch.where(self.kind(kinds, "frames"), frames.expand_as(tokens), tokens)
