from __future__ import annotations

import itertools

import pytest
import torch

from recipe.configuration import MaskMixture
from recipe.masking import KINDS, Masks

FRAMES, COUNT = 120, 400


def masks(kind: str, codebooks: int = 6, given: int = 0, first_step: float = 1.0) -> torch.Tensor:
    """Of one kind, everything that the prompt hides masked."""
    weights = {name: float(name == kind) for name in KINDS}
    torch.manual_seed(4)
    return Masks(MaskMixture(**weights, first_step=first_step), codebooks, given, "cpu").draw(COUNT, FRAMES)


def kept_frames(mask: torch.Tensor) -> torch.Tensor:
    """Frames of one window that keep their first codebook."""
    return [frame for frame in range(mask.shape[1]) if not mask[0, frame]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("given", [0, 4])
def test_given_codebooks_are_known_and_something_is_asked(kind: str, given: int) -> None:
    mask = masks(kind, given=given, first_step=0.2)
    assert not mask[:, :given].any()
    assert mask.flatten(1).any(1).all()


def test_codebook_prompts_keep_the_first_of_every_frame() -> None:
    depths = set()
    for mask in masks("codebooks"):
        assert (mask == mask[:, :1]).all()
        depth = int((~mask[:, 0]).sum())
        assert not mask[:depth].any() and mask[depth:].all()
        depths.add(depth)
    assert depths == {1, 2, 3, 4, 5}


def test_periodic_prompts_have_every_period_and_phase() -> None:
    periods, phases = set(), set()
    for mask in masks("periodic"):
        kept = kept_frames(mask)
        gaps = {after - before for before, after in itertools.pairwise(kept)}
        assert len(gaps) <= 1
        # Within a kept frame the first codebooks, in the others nothing.
        assert all(mask[:, frame].all() for frame in range(FRAMES) if frame not in kept)
        assert len({tuple(mask[:, frame].tolist()) for frame in kept}) <= 1
        if gaps:
            periods |= gaps
            phases.add(kept[0])
    assert {1, 2, 3, 4, 6, 8, 12, 16} <= periods and max(periods) > 32
    assert len(phases) > 10


def test_edges_leave_one_gap_at_the_start_the_end_or_inside() -> None:
    places = set()
    for mask in masks("edges"):
        gap = mask.any(0).nonzero()[:, 0]
        first, last = int(gap[0]), int(gap[-1])
        assert last - first + 1 <= 0.61 * FRAMES
        places.add("start" if first == 0 else "end" if last == FRAMES - 1 else "inside")
    assert places == {"start", "end", "inside"}


def test_lost_stretches_keep_nothing() -> None:
    for mask in masks("lost"):
        hidden = mask.all(0).float()
        runs = torch.nn.functional.max_pool1d(-hidden[None], 5, 1)
        # A run of at least the shortest stretch, five frames and more.
        assert (-runs).max() == 1


def test_whole_frames_are_masked_together() -> None:
    mask = masks("frames", first_step=0.0)
    assert (mask.all(1) | ~mask.any(1)).float().mean() > 0.99
    assert 0.5 < mask.float().mean() < 0.75


def test_random_tokens_follow_the_cosine_schedule() -> None:
    shares = masks("random", first_step=0.0).float().mean((1, 2)).sort().values
    # Quantiles of cos(πr/2) with r uniform.
    expected = torch.cos((1 - torch.linspace(0.05, 0.95, 19)) * torch.pi / 2)
    found = shares[(torch.linspace(0.05, 0.95, 19) * COUNT).long()]
    assert (found - expected).abs().max() < 0.08


def test_the_first_step_masks_everything() -> None:
    assert masks("random", first_step=1.0).all()
    assert masks("frames", first_step=1.0).all()
