"""Checkpoint that keeps every number of a run: a checkpoint that stays on one machine need not be rounded.

`PortableCheckpoint` rounds its numbers so that it can travel. `ExactCheckpoint` has the same methods and rounds
nothing, so a resumed run computes what the uninterrupted one would have computed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from recipe.optimisation import MovingAverage
from recipe.portable_checkpoint import all_parameters


class ExactCheckpoint:
    """Tensors by name, and `numbers`, anything that JSON can hold."""

    def __init__(self, tensors: dict[str, torch.Tensor] | None = None, numbers: dict[str, Any] | None = None) -> None:
        self.tensors = tensors or {}
        self.numbers = numbers or {}

    def put_exact(self, name: str, tensor: torch.Tensor) -> None:
        # safetensors refuses tensors that share memory.
        self.tensors[name] = tensor.detach().cpu().contiguous().clone()

    def put_network(self, prefix: str, network: nn.Module, average: MovingAverage | None = None) -> None:
        for name, value in network.state_dict().items():
            self.put_exact(f"{prefix}.{name}", value)
        for name, value in (average.parameters if average else {}).items():
            self.put_exact(f"{prefix} average.{name}", value)

    @torch.no_grad()
    def take_network(self, prefix: str, network: nn.Module, average: MovingAverage | None = None) -> None:
        network.load_state_dict({name: self.tensors[f"{prefix}.{name}"] for name in network.state_dict()})
        for name, value in (average.parameters if average else {}).items():
            value.copy_(self.tensors[f"{prefix} average.{name}"])

    def put_optimiser(self, prefix: str, optimiser: torch.optim.Optimizer) -> None:
        for number, parameter in enumerate(all_parameters(optimiser)):
            for key, value in optimiser.state.get(parameter, {}).items():
                self.put_exact(f"{prefix}.{number}.{key}", value)

    def take_optimiser(self, prefix: str, optimiser: torch.optim.Optimizer) -> None:
        """Fills an optimiser of the same parameters in the same order."""
        found: dict[int, dict[str, torch.Tensor]] = {}
        for name, value in self.tensors.items():
            if name.startswith(f"{prefix}."):
                number, key = name[len(prefix) + 1 :].split(".")
                found.setdefault(int(number), {})[key] = value.clone()
        for index, parameter in enumerate(all_parameters(optimiser)):
            if index in found:
                optimiser.state[parameter] = found[index]

    def save(self, path: Path) -> None:
        """Replaces the file at `path`: a program that is killed meanwhile leaves the old one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".new")
        save_file(self.tensors, unfinished, metadata={"numbers": json.dumps(self.numbers)})
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)

    @staticmethod
    def load(path: Path) -> ExactCheckpoint | None:
        """The checkpoint at `path`; None where there is no file."""
        if not path.exists():
            return None
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}
            return ExactCheckpoint(tensors, json.loads(file.metadata()["numbers"]))
