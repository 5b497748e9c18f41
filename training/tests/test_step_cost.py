"""Cheaper computations of a training step give what the plain ones gave, to 1e-5."""

import pytest
import torch

from recipe.dac import SNAKE_EPSILON, Snake

TOLERANCE = 1e-5


def assert_close(found: torch.Tensor, wanted: torch.Tensor) -> None:
    """Errors relative to the largest value."""
    assert (found - wanted).abs().max() <= TOLERANCE * wanted.abs().max()


def results(function, inputs: list[torch.Tensor], weight: torch.Tensor) -> list[torch.Tensor]:
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

    for found, wanted in zip(results(fast, [x, alpha], weight), results(plain, [x, alpha], weight)):
        assert_close(found, wanted)


def test_snake_needs_no_gradient_of_alpha() -> None:
    snake = Snake(4).requires_grad_(False)
    x = torch.randn(2, 4, 9, requires_grad=True)
    snake(x).sum().backward()
    torch.testing.assert_close(x.grad, 1 + torch.sin(2 * x.detach()))
