"""Model files (`formats/model.md`) to networks, and weight normalisation multiplied out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from recipe.dac import DAC
from recipe.vampnet import VampNet

Network = TypeVar("Network", bound=nn.Module)

IDENTITY_SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "model-identity"
NETWORKS = {"DAC": DAC, "VampNet": VampNet}
# Of a codec that does not say which: what DAC was published with.
DEFAULT_LOUDNESS_LUFS = -16.0


def published_state(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Parameter names as `torch.nn.utils.parametrizations.weight_norm` has them, to the published ones."""
    names = {".parametrizations.weight.original0": ".weight_g", ".parametrizations.weight.original1": ".weight_v"}
    for ours, published in names.items():
        state = {name.replace(ours, published): tensor for name, tensor in state.items()}
    return state


def load_published_state(network: Network, state: dict[str, torch.Tensor]) -> Network:
    """Fills `network` from tensors with published names; every tensor of the network must be there."""
    ours = network.state_dict()
    renamed = dict(zip(published_state(dict.fromkeys(ours)), ours, strict=False))
    missing = renamed.keys() - state.keys()
    if missing:
        raise ValueError(f"missing tensors: {', '.join(sorted(missing))}")
    network.load_state_dict({renamed[name]: state[name].float() for name in renamed})
    return network


def freeze_weight_norm(network: Network) -> Network:
    """Multiplies weight normalisation out once, as anyone who measures inference does."""
    for module in network.modules():
        if hasattr(module, "parametrizations"):
            nn.utils.parametrize.remove_parametrizations(module, "weight")
    return network


def model_metadata(path: Path) -> dict[str, str]:
    with safe_open(path, framework="pt") as file:
        return file.metadata()


def model_identities(path: Path) -> dict[str, str]:
    """Identities of a model file, or of a folder's files and its generator, by the names that `tools/model-identity`
    gives."""
    lines = subprocess.run(
        [sys.executable, IDENTITY_SCRIPT, path], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return {name: identity for identity, name in (line.split(maxsplit=1) for line in lines)}


def load_network(path: str | Path) -> tuple[Any, dict[str, str]]:
    """A model file as (network in evaluation mode, its metadata)."""
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
        state = {name: file.get_tensor(name) for name in file.keys()}
    network = NETWORKS[metadata["kind"]](**json.loads(metadata["kwargs"]))
    return load_published_state(network, state).eval(), metadata


def trained_loudness_lufs(metadata: dict[str, str]) -> float:
    """Loudness of the audio that a codec was trained on; an RMS in dB of full scale counts as if it were LUFS."""
    return float(metadata.get("loudness_lufs", metadata.get("loudness_dbfs_rms", DEFAULT_LOUDNESS_LUFS)))


def load_weights_like(path: Path, weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The weights of a model file, with the names of the networks here; ends the program where they are not of the
    shapes of `weights`."""
    found = load_network(path)[0].state_dict()
    if {name: value.shape for name, value in found.items()} != {name: value.shape for name, value in weights.items()}:
        raise SystemExit(f"{path}: not of the shape that the configuration says")
    return found


def first_other(
    weights: dict[str, torch.Tensor], others: dict[str, torch.Tensor], part: Callable[[str], bool]
) -> str | None:
    """Name of the first weight of `weights`, among those that `part` accepts the name of, which another one of `others`
    is in binary16; nothing where there is none."""
    return next(
        (
            name
            for name, value in weights.items()
            if part(name) and not torch.equal(value.cpu().half(), others[name].cpu().half())
        ),
        None,
    )


def load_training_record(path: Path, role: str) -> list[dict[str, Any]]:
    """The runs that made a model file: training that begins with the file continues their record."""
    record = path.with_name("training.json")
    return json.loads(record.read_text()).get(role, []) if record.exists() else []


def save_network(
    path: Path,
    state: dict[str, torch.Tensor],
    kind: str,
    role: str,
    name: str,
    arguments: dict[str, Any],
    metadata: dict[str, str],
) -> None:
    """Writes a model file in binary16, beside its place and then renamed; `state` has the names of the networks here.

    Ends the program where a weight is not finite in binary16.
    """
    tensors = {key: value.half().contiguous() for key, value in published_state(state).items()}
    for key, value in tensors.items():
        if not value.isfinite().all():
            raise SystemExit(f"{path}: {key} holds a weight that is not finite in 16 bits")
    fields = {"kind": kind, "role": role, "name": name, "kwargs": json.dumps(arguments), **metadata}
    unfinished = path.with_suffix(".new")
    save_file(tensors, unfinished, metadata=fields)
    # safetensors writes files that only their owner reads.
    unfinished.chmod(0o644)
    unfinished.rename(path)
