from __future__ import annotations

import pytest
import torch

from recipe.dac import Quantizer
from recipe.quantiser import QuantiserTraining, initialise_quantiser


def latents(count: int, width: int = 24) -> torch.Tensor:
    """Correlated vectors `[vector, C]`."""
    generator = torch.Generator().manual_seed(3)
    mixing = torch.randn(width, width, generator=generator) * torch.logspace(0, -1, width)[:, None]
    return torch.randn(count, width, generator=generator) @ mixing


def test_initialisation_uses_every_code_and_lowers_the_residual() -> None:
    torch.manual_seed(0)
    quantizer, vectors = Quantizer(24, 4, 64, 8), latents(4000)
    figures = list(initialise_quantiser(quantizer, vectors))
    assert all(used == 64 for _, used in figures)
    remaining = [share for share, _ in figures]
    assert remaining == sorted(remaining, reverse=True) and remaining[-1] < 0.5
    # What it says of itself is what the network does.
    codes = quantizer.encode(vectors.t()[None])
    error = vectors.t()[None] - quantizer.decode(codes)
    assert abs(error.var() / vectors.var() - remaining[-1]) < 0.02


def test_training_forward_agrees_with_inference() -> None:
    torch.manual_seed(0)
    quantizer = Quantizer(24, 4, 64, 8)
    x = latents(300).t()[None]
    list(initialise_quantiser(quantizer, latents(4000)))
    quantised = QuantiserTraining(quantizer, dropout=0.0)(x)
    assert torch.equal(quantised.codes, quantizer.encode(x))
    assert torch.allclose(quantised.latents, quantizer.decode(quantised.codes), atol=1e-4)


def test_gradients_reach_encoder_and_codebooks() -> None:
    torch.manual_seed(0)
    quantizer = Quantizer(24, 2, 16, 8)
    x = latents(50).t()[None].requires_grad_()
    quantised = QuantiserTraining(quantizer, dropout=0.0)(x)
    (quantised.latents.square().mean() + quantised.commitment + quantised.codebook).backward()
    assert x.grad.abs().sum() > 0
    assert all(stage.codebook.weight.grad.abs().sum() > 0 for stage in quantizer.quantizers)


def test_dropped_items_use_their_first_codebooks_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    quantizer = Quantizer(24, 4, 16, 8)
    training = QuantiserTraining(quantizer, dropout=1.0)
    depths = training.depths(1000, "cpu")
    assert set(depths.tolist()) == {1, 2, 3, 4}
    monkeypatch.setattr(training, "depths", lambda count, device: torch.tensor([1, 3]))
    x = latents(80).t().reshape(24, 2, 40).transpose(0, 1)
    quantised = training(x)
    for item, depth in ((0, 1), (1, 3)):
        expected = quantizer.decode(quantised.codes[item : item + 1, :depth])
        assert torch.allclose(quantised.latents[item], expected[0], atol=1e-5)


def test_dead_codes_come_back_to_life() -> None:
    torch.manual_seed(0)
    quantizer = Quantizer(24, 1, 32, 8)
    x = latents(500).t()[None]
    with torch.no_grad():
        # All codes but one far away from everything.
        quantizer.quantizers[0].codebook.weight[:] = -quantizer.quantizers[0].in_proj(x).mean(2)
        quantizer.quantizers[0].codebook.weight[0] *= -1
    training = QuantiserTraining(quantizer, dropout=0.0)
    before = training(x).codes.unique().numel()
    for _ in range(500):
        codes = training(x).codes
    assert before <= 2 and codes.unique().numel() >= 24
