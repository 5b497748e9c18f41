"""Cheaper computations of a training step give what the plain ones gave, to 1e-5.

Two changes are none of these: spectrum discriminators with fewer hops in a window see another signal, and
discriminators that learn at every second step learn less.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from recipe.audio_pool import AudioPool
from recipe.codec_training import JointTraining
from recipe.configuration import Configuration
from recipe.dac import DAC, SNAKE_EPSILON, DilatedConv, Snake
from recipe.discriminators import Discriminators, adversarial_loss, feature_loss
from recipe.losses import GradientBalance
from recipe.runs import Machine

TOLERANCE = 1e-5


def assert_close(found: torch.Tensor, wanted: torch.Tensor) -> None:
    """Errors relative to the largest value."""
    assert (found - wanted).abs().max() <= TOLERANCE * wanted.abs().max()


def results(
    function: Callable[..., torch.Tensor], inputs: list[torch.Tensor], weight: torch.Tensor
) -> list[torch.Tensor]:
    """Output of a function, and the gradients of its weighted sum."""
    output = function(*inputs)
    return [output.detach(), *torch.autograd.grad((output * weight).sum(), inputs)]


# Below 0.01 the gradient of alpha is a difference of nearly equal numbers, and a millionth of what other channels have.
@pytest.mark.parametrize("scale", [0.01, 1.0, 30.0])
def test_snake_has_the_gradient_that_autograd_finds(scale: float) -> None:
    torch.manual_seed(0)
    x = (scale * torch.randn(3, 5, 211)).requires_grad_()
    alpha = (torch.rand(1, 5, 1) * 3 + 0.1).requires_grad_()
    snake = Snake(5)
    weight = torch.randn(3, 5, 211)

    def plain(x: torch.Tensor, alpha: torch.Tensor) -> torch.Tensor:
        return x + torch.sin(alpha * x).pow(2) / (alpha + SNAKE_EPSILON)

    def fast(x: torch.Tensor, alpha: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(snake, {"alpha": alpha}, (x,))

    for found, wanted in zip(results(fast, [x, alpha], weight), results(plain, [x, alpha], weight), strict=False):
        assert_close(found, wanted)


def test_snake_needs_no_gradient_of_alpha() -> None:
    snake = Snake(4).requires_grad_(False)
    x = torch.randn(2, 4, 9, requires_grad=True)
    snake(x).sum().backward()
    torch.testing.assert_close(x.grad, 1 + torch.sin(2 * x.detach()))


@pytest.mark.parametrize("dilation", [3, 9])
@pytest.mark.parametrize("length", [9, 100, 301])
def test_folded_convolution_is_the_dilated_one(dilation: int, length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DilatedConv, "is_folded", True)
    torch.manual_seed(0)
    layer = DilatedConv(6, 5, 7, dilation=dilation, padding=3 * dilation)
    inputs = [torch.randn(2, 6, length, requires_grad=True), layer.weight, layer.bias]
    calls = []
    convolve = F.conv1d

    def recorded(*arguments: Any, **options: Any) -> torch.Tensor:
        calls.append(options)
        return convolve(*arguments, **options)

    monkeypatch.setattr(F, "conv1d", recorded)

    def folded(x: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
        return layer(x)

    def plain(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        return convolve(x, weight, bias, dilation=dilation, padding=3 * dilation)

    weight = torch.randn(2, 5, length)
    for found, wanted in zip(results(folded, inputs, weight), results(plain, inputs, weight), strict=False):
        assert_close(found, wanted)
    assert calls and all("dilation" not in options for options in calls)


def joint_training(configuration: Configuration, machine: Machine, **changes: int) -> JointTraining:
    torch.manual_seed(0)
    training = replace(configuration.codec_training, **changes)
    return JointTraining(DAC(**configuration.codec.kwargs), replace(configuration, codec_training=training), machine)


def test_discriminators_that_do_not_learn_say_the_same(
    audio: AudioPool,
    configuration: Configuration,
    machine: Machine,
) -> None:
    training = joint_training(configuration, machine)
    crops = audio.crops(3, 32 * configuration.codec.hop)
    gradients = []
    for is_learnt in (True, False):
        leaf = (0.7 * crops).requires_grad_()
        fake, real = training.judge(leaf, crops, is_learnt)
        assert all(score.requires_grad == is_learnt for score, _ in real)
        (gradient,) = torch.autograd.grad(adversarial_loss(fake) + feature_loss(fake, real), leaf)
        gradients.append(gradient)
    assert_close(gradients[1], gradients[0])
    assert all(parameter.requires_grad for parameter in training.discriminators.parameters())


def test_one_backward_pass_gives_the_gradient_of_one_for_each_loss() -> None:
    """While norms are as they were measured, and no item exceeds them."""
    torch.manual_seed(0)
    output = torch.randn(4, 1, 50, requires_grad=True)
    target = torch.randn(4, 1, 50)
    losses = {
        "a": (output - target).square().mean(),
        "b": (output * target).tanh().mean(),
        "unused": output.abs().mean(),
    }
    balance = GradientBalance({"a": 0.4, "b": 1.0, "unused": 0.0}, norm=400.0, interval=10)
    measured, together = (balance.gradient(losses, output, step) for step in (0, 1))
    assert_close(together, measured)
    # No norms were measured meanwhile; the next time they are.
    before = dict(balance.norms)
    scaled = {name: 3 * loss for name, loss in losses.items()}
    balance.gradient(scaled, output, 9)
    assert balance.norms == before
    balance.gradient(scaled, output, 10)
    assert all(balance.norms[name] > before[name] for name in before)


def test_a_loss_that_begins_is_measured_at_once() -> None:
    output = torch.randn(2, 1, 9, requires_grad=True)
    balance = GradientBalance({"a": 1.0, "b": 1.0}, norm=1.0, interval=10)
    balance.gradient({"a": output.square().mean()}, output, 0)
    balance.gradient({"a": output.square().mean(), "b": output.abs().mean()}, output, 3)
    assert balance.norms.keys() == {"a", "b"}


def test_one_backward_pass_limits_the_excess_of_an_item() -> None:
    output = torch.ones(3, 1, 5, requires_grad=True)
    weights = torch.tensor([1.0, 1.0, 100.0])[:, None, None]
    balance = GradientBalance({"a": 1.0}, norm=3.0, interval=2)
    for step in (0, 1):
        norms = balance.gradient({"a": (weights * output).mean()}, output, step).flatten(1).norm(dim=1)
        torch.testing.assert_close(norms, torch.tensor([1.0, 1.0, 2.0]))


def test_discriminators_learn_at_every_second_step(
    audio: AudioPool,
    configuration: Configuration,
    machine: Machine,
) -> None:
    training = joint_training(configuration, machine, discriminator_interval=2)
    crops = audio.crops(2, 36 * configuration.codec.hop)
    learnt = []
    for step in range(training.discriminators_from, training.adversarial_from + 4):
        before = [parameter.clone() for parameter in training.discriminators.parameters()]
        figures = training.step(crops, step)
        is_learnt = not all(map(torch.equal, before, training.discriminators.parameters()))
        assert is_learnt == ("discriminators" in figures)
        assert ("features" in figures) == (step >= training.adversarial_from)
        learnt.append(is_learnt)
    alone = training.adversarial_from - training.discriminators_from
    assert alone > 0 and learnt == [True] * alone + [True, False, True, False]


def test_fewer_hops_in_a_window_are_fewer_frames(configuration: Configuration) -> None:
    signal = torch.randn(1, 1, 4096)
    frames = []
    for hops_per_window in (4, 2):
        shape = replace(configuration.discriminators, periods=[], hops_per_window=hops_per_window)
        fake, _ = Discriminators(shape)(signal, signal)
        frames.append(fake[0][0].shape[2])
    assert frames[0] - 1 == 2 * (frames[1] - 1)
