"""Checkpoint of a run in few, small files, rounded so that the loss does not jump when it is resumed.

Bytes a parameter: weights 2 (binary16), their moving average 1 (the difference to the weights), first moments 1, second
moments 1. 8-bit values come in blocks of 256 with a scale each: linear for differences and first moments, logarithmic
for second moments, whose ratios matter, over many decades. Where weights and average agree and binary16 holds them, as
in a frozen encoder, both come back bit for bit.

    state.json                 names and sizes of the parts
    state-STEP.0, .1, …        one safetensors file, cut; never overwritten, so that a run can be killed at any moment
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save
from torch import nn

from recipe.optimisation import MovingAverage

# Rounded values, and the scales of their blocks.
Encoded = tuple[torch.Tensor, torch.Tensor]

MANIFEST = "state.json"
PART_BYTES = 15 * 2**20
LARGEST_PART_COUNT = 6
BLOCK = 256
LEVELS = 127
LOG_LEVELS = 255
# Below this a second moment is as good as 0.
SMALLEST_SQUARE = 1e-30


def to_blocks(values: torch.Tensor) -> torch.Tensor:
    """Rows of 256; the last one is filled up with its last value, which widens no range."""
    flat = values.detach().float().flatten()
    return torch.cat([flat, flat[-1:].expand(-len(flat) % BLOCK)]).view(-1, BLOCK)


def from_blocks(blocks: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    return blocks.flatten()[: like.numel()].view(like.shape).to(like.device)


def encode_linear(values: torch.Tensor) -> Encoded:
    blocks = to_blocks(values)
    scale = blocks.abs().amax(1, keepdim=True).clamp(min=1e-30)
    return (blocks / scale * LEVELS).round().to(torch.int8), scale


def decode_linear(encoded: Encoded, like: torch.Tensor) -> torch.Tensor:
    levels, scale = encoded
    return from_blocks(levels.float() * scale / LEVELS, like)


def encode_logarithmic(values: torch.Tensor) -> Encoded:
    logs = to_blocks(values).clamp(min=SMALLEST_SQUARE).log2()
    low, high = logs.amin(1, keepdim=True), logs.amax(1, keepdim=True)
    step = ((high - low) / LOG_LEVELS).clamp(min=1e-6)
    return ((logs - low) / step).round().clamp(0, LOG_LEVELS).to(torch.uint8), torch.cat([low, step], 1)


def decode_logarithmic(encoded: Encoded, like: torch.Tensor) -> torch.Tensor:
    levels, range_ = encoded
    values = torch.exp2(range_[:, :1] + levels.float() * range_[:, 1:])
    return from_blocks(torch.where(values <= 2 * SMALLEST_SQUARE, torch.zeros_like(values), values), like)


# By the name that PyTorch's AdamW and `Muon` use.
MOMENTS = {
    "exp_avg": (encode_linear, decode_linear),
    "exp_avg_sq": (encode_logarithmic, decode_logarithmic),
    "momentum": (encode_linear, decode_linear),
}


class PortableCheckpoint:
    """Tensors by name, and `numbers`, anything that JSON can hold."""

    def __init__(self, tensors: dict[str, torch.Tensor] | None = None, numbers: dict[str, Any] | None = None) -> None:
        self.tensors = tensors or {}
        self.numbers = numbers or {}

    def put_exact(self, name: str, tensor: torch.Tensor) -> None:
        self.tensors[name] = tensor.detach().cpu().contiguous()

    def put_encoded(self, name: str, encoded: Encoded) -> None:
        self.put_exact(f"{name}#levels", encoded[0])
        self.put_exact(f"{name}#scales", encoded[1])

    def encoded(self, name: str) -> Encoded:
        return self.tensors[f"{name}#levels"], self.tensors[f"{name}#scales"]

    def put_network(self, prefix: str, network: nn.Module, average: MovingAverage | None = None) -> None:
        for name, value in network.state_dict().items():
            self.put_exact(f"{prefix}.{name}", value.half() if value.is_floating_point() else value)
        for name, value in (average.parameters if average else {}).items():
            base = self.tensors[f"{prefix}.{name}"].to(value.device).float()
            self.put_encoded(f"{prefix} average.{name}", encode_linear(value - base))

    @torch.no_grad()
    def take_network(self, prefix: str, network: nn.Module, average: MovingAverage | None = None) -> None:
        network.load_state_dict(
            {name: self.tensors[f"{prefix}.{name}"].to(like.dtype) for name, like in network.state_dict().items()}
        )
        for name, value in (average.parameters if average else {}).items():
            base = self.tensors[f"{prefix}.{name}"].to(value.device).float()
            value.copy_(base + decode_linear(self.encoded(f"{prefix} average.{name}"), value))

    def put_optimiser(self, prefix: str, optimiser: torch.optim.Optimizer) -> None:
        steps: dict[str, float] = {}
        for number, parameter in enumerate(all_parameters(optimiser)):
            for key, value in optimiser.state.get(parameter, {}).items():
                if key in MOMENTS:
                    self.put_encoded(f"{prefix}.{number}.{key}", MOMENTS[key][0](value))
                else:
                    steps[f"{number}.{key}"] = float(value)
        self.numbers[prefix] = steps

    def take_optimiser(self, prefix: str, optimiser: torch.optim.Optimizer) -> None:
        """Fills an optimiser of the same parameters in the same order."""
        for number, parameter in enumerate(all_parameters(optimiser)):
            found: dict[str, torch.Tensor] = {}
            for key, (_, decode) in MOMENTS.items():
                if f"{prefix}.{number}.{key}#levels" in self.tensors:
                    found[key] = decode(self.encoded(f"{prefix}.{number}.{key}"), parameter)
            if (step := self.numbers[prefix].get(f"{number}.step")) is not None:
                found["step"] = torch.tensor(step)
            if found:
                optimiser.state[parameter] = found

    def save(self, folder: Path, step: int) -> int:
        """Writes the parts, then the manifest, then removes the previous parts. Returns the size in bytes.

        Ends the program where the checkpoint is larger than a lent machine takes.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        data = save(self.tensors, metadata={"numbers": json.dumps(self.numbers)})
        pieces = [data[start : start + PART_BYTES] for start in range(0, len(data), PART_BYTES)]
        if len(pieces) > LARGEST_PART_COUNT:
            raise SystemExit(
                f"the checkpoint takes {len(data) / 2**20:.0f} MiB and may be at most "
                f"{LARGEST_PART_COUNT * PART_BYTES / 2**20:.0f} MiB: choose a smaller configuration"
            )
        parts = [f"state-{step:08d}.{number}" for number in range(len(pieces))]
        for name, piece in zip(parts, pieces, strict=False):
            (folder / name).write_bytes(piece)
        manifest = folder / (MANIFEST + ".new")
        manifest.write_text(json.dumps({"step": step, "bytes": len(data), "parts": parts}) + "\n")
        manifest.replace(folder / MANIFEST)
        for path in folder.glob("state-*"):
            if path.name not in parts:
                path.unlink()
        return len(data)

    @staticmethod
    def load(folder: Path) -> PortableCheckpoint | None:
        """The checkpoint in a folder; None where there is none.

        Ends the program where a part is missing or cut off.
        """
        manifest = Path(folder) / MANIFEST
        if not manifest.exists():
            return None
        description = json.loads(manifest.read_text())
        missing = [name for name in description["parts"] if not (Path(folder) / name).exists()]
        if missing:
            raise SystemExit(f"{folder}: missing: {', '.join(missing)}")
        data = b"".join((Path(folder) / name).read_bytes() for name in description["parts"])
        if len(data) != description["bytes"]:
            raise SystemExit(f"{folder}: {len(data)} bytes of the checkpoint instead of {description['bytes']}")
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        return PortableCheckpoint(load(data), json.loads(header["__metadata__"]["numbers"]))


def all_parameters(optimiser: torch.optim.Optimizer) -> list[nn.Parameter]:
    return [parameter for group in optimiser.param_groups for parameter in group["params"]]
