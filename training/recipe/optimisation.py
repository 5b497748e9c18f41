"""Optimisers, learning rates and the moving average of the weights."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

FINAL_SHARE = 0.02
# Weight of a new value in the moving average of a young run: 10 / (10 + steps).
YOUNG_STEPS = 10


class Muon(torch.optim.Optimizer):
    """Momentum made orthogonal by five Newton-Schulz iterations, for hidden matrices (K. Jordan, 2024); the step is
    scaled to the root mean square of an Adam step (Moonlight, arXiv 2502.16982)."""

    COEFFICIENTS = (3.4445, -4.7750, 2.0315)
    RMS_OF_ADAM = 0.2

    def __init__(
        self, parameters: Iterable[nn.Parameter], lr: float, momentum: float = 0.95, weight_decay: float = 0.0
    ) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(parameter)
                momentum = state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                update = self.orthogonal(parameter.grad.lerp(momentum, group["momentum"]))
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(update, alpha=-group["lr"] * self.RMS_OF_ADAM * max(parameter.shape) ** 0.5)

    @classmethod
    def orthogonal(cls, matrix: torch.Tensor) -> torch.Tensor:
        x = matrix / (matrix.norm() + 1e-7)
        is_tall = x.shape[0] > x.shape[1]
        x = x.t() if is_tall else x
        a, b, c = cls.COEFFICIENTS
        for _ in range(5):
            square = x @ x.t()
            x = a * x + (b * square + c * square @ square) @ x
        return x.t() if is_tall else x


class LearningRate:
    """Warm-up, then a constant rate, then a linear fall to 2 % in the last run.

    Nothing depends on how long training will be, so a run can always be continued from before its cool-down. The
    cool-down is measured in seconds of training; `spent` and `total` are stored in the checkpoint.
    """

    def __init__(self, warmup_steps: int) -> None:
        self.warmup_steps = warmup_steps
        self.spent = 0.0
        self.total = 0.0
        # Multiplies the rate of a whole part of the run.
        self.factor = 1.0

    def share(self, step: int) -> float:
        """What to multiply learning rates with; `step` counts from 0."""
        warm = self.factor * min(1.0, (step + 1) / self.warmup_steps)
        if not self.total:
            return warm
        return warm * max(FINAL_SHARE, 1 - (1 - FINAL_SHARE) * self.spent / self.total)

    def cool_down(self, seconds: float) -> None:
        """Begins the cool-down; goes on with one that has begun."""
        self.total = self.total or seconds

    @property
    def numbers(self) -> dict[str, float]:
        return {"spent": self.spent, "total": self.total, "factor": self.factor}


def set_learning_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = rate


class MovingAverage:
    """Exponential average of a network's parameters, what is exported; young averages forget faster."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.parameters = {name: value.detach().clone() for name, value in network.named_parameters()}
        self.decay = decay

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        decay = min(self.decay, step / (step + YOUNG_STEPS))
        current = dict(network.named_parameters())
        torch._foreach_lerp_(list(self.parameters.values()), [current[name] for name in self.parameters], 1 - decay)

    @torch.no_grad()
    def copy_to(self, network: nn.Module) -> None:
        for name, parameter in network.named_parameters():
            parameter.copy_(self.parameters[name])
