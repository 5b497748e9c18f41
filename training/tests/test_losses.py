"""Losses, how they share the gradient, and what measures the same in an evaluation."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from audio_metrics import frame_mean_db
from recipe.losses import FrameToneLoss, GradientBalance

HOP, FRAMES = 64, 36


def test_each_loss_has_its_share_of_the_gradient() -> None:
    torch.manual_seed(0)
    output = torch.randn(5, 1, 200, requires_grad=True)
    balance = GradientBalance({"large": 1.0, "small": 3.0, "absent": 0.0}, norm=4.0)
    target = torch.randn(5, 1, 200)
    losses = {"large": 1e6 * (output - target).square().mean(), "small": 1e-6 * output.abs().mean(), "absent": 1}
    total = balance.gradient(losses, output)
    (large,) = torch.autograd.grad(losses["large"], output, retain_graph=True)
    (small,) = torch.autograd.grad(losses["small"], output)
    unit = [gradient / gradient.flatten(1).norm(dim=1)[:, None, None] for gradient in (large, small)]
    assert torch.allclose(total * 5, unit[0] * 1 + unit[1] * 3, rtol=0.35, atol=0.02)


def test_no_item_drowns_the_others() -> None:
    output = torch.ones(5, 1, 100, requires_grad=True)
    weights = torch.tensor([1.0, 1, 1, 1, 1000])[:, None, None]
    total = GradientBalance({"loss": 1.0}, norm=1.0).gradient({"loss": (weights * output).mean()}, output)
    norms = total.flatten(1).norm(dim=1) * 5
    assert norms.tolist() == pytest.approx([1, 1, 1, 1, 2], rel=1e-4)


def noise_and_tone(cycles_per_frame: float) -> torch.Tensor:
    """`[B, 1, samples]`: a tone 13 dB below the noise, 12 dB above it in the three bins where it is."""
    torch.manual_seed(0)
    time = torch.arange(HOP * FRAMES) / HOP
    return 0.1 * torch.randn(6, 1, HOP * FRAMES), 0.03 * torch.sin(2 * torch.pi * cycles_per_frame * time)


def test_noise_and_other_tones_are_no_tones_of_the_frames() -> None:
    loss = FrameToneLoss(HOP, FRAMES)
    noise, tone = noise_and_tone(10)
    other = noise[torch.arange(6).roll(1)]
    among_noise = float(loss(noise, other))
    assert among_noise < 0.05
    assert float(loss(noise + tone, other)) > among_noise + 0.05
    assert float(loss(noise + tone, other + tone)) < among_noise + 0.02
    _, between = noise_and_tone(10.4)
    assert float(loss(noise + between, other)) < among_noise + 0.02
    silence = torch.zeros_like(noise)
    assert float(loss(silence, silence)) == 0
    assert float(loss(1e-7 * tone.expand_as(noise), silence)) == 0


def test_a_tone_of_the_frames_fades_under_its_loss() -> None:
    loss = FrameToneLoss(HOP, FRAMES)
    noise, tone = noise_and_tone(10)
    amplitude = torch.ones((), requires_grad=True)
    optimiser = torch.optim.Adam([amplitude], lr=0.05)
    for _ in range(40):
        optimiser.zero_grad()
        loss(noise + amplitude * tone, noise).backward()
        optimiser.step()
    assert abs(float(amplitude.detach())) < 0.4


def test_what_repeats_with_every_frame_is_measured() -> None:
    noise, tone = (signal.double().numpy() for signal in noise_and_tone(10))
    noise = np.concatenate(list(noise[:, 0]))
    frames = len(noise) / HOP
    assert frame_mean_db(noise, HOP) == pytest.approx(-10 * np.log10(frames), abs=1.5)
    expected = 10 * np.log10((0.01 / frames + 0.03**2 / 2) / (0.01 + 0.03**2 / 2))
    assert frame_mean_db(noise + np.tile(tone, 6) + 0.5, HOP) == pytest.approx(expected, abs=1)
    assert frame_mean_db(np.zeros(1000), HOP) == frame_mean_db(noise[:10], HOP) == -np.inf
