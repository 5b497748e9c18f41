from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from conftest import saved_in
from torch import nn

from recipe import portable_checkpoint
from recipe.optimisation import MovingAverage, Muon
from recipe.portable_checkpoint import (
    PortableCheckpoint,
    decode_linear,
    decode_logarithmic,
    encode_linear,
    encode_logarithmic,
)


def test_linear_rounding_is_within_half_a_level_of_each_block() -> None:
    torch.manual_seed(0)
    values = torch.randn(7, 301) * torch.logspace(-8, 2, 301)
    found = decode_linear(encode_linear(values), values)
    blocks = torch.nn.functional.pad(values.flatten(), (0, -values.numel() % 256)).view(-1, 256)
    limit = (blocks.abs().amax(1, keepdim=True) / 127 / 2 * 1.01).expand_as(blocks).flatten()[: values.numel()]
    assert ((found - values).flatten().abs() <= limit).all()


def test_second_moments_keep_their_ratios_over_many_decades() -> None:
    torch.manual_seed(0)
    values = torch.exp(torch.empty(5000).uniform_(-40, 5))
    found = decode_logarithmic(encode_logarithmic(values), values)
    assert (found / values).log().abs().max() < 0.1
    zeros = torch.zeros(300)
    assert torch.equal(decode_logarithmic(encode_logarithmic(zeros), zeros), zeros)


def train(network: nn.Module, optimiser: torch.optim.Optimizer, steps: int) -> None:
    for step in range(steps):
        torch.manual_seed(step)
        optimiser.zero_grad()
        network(torch.randn(8, 16)).square().mean().backward()
        optimiser.step()


@pytest.mark.parametrize("kind", ["adam", "muon"])
def test_state_comes_back(tmp_path: Path, kind: str) -> None:
    def make() -> tuple[nn.Module, torch.optim.Optimizer, MovingAverage]:
        torch.manual_seed(1)
        network = torch.nn.Linear(16, 16, bias=False)
        optimiser = (
            torch.optim.AdamW(network.parameters(), 1e-2) if kind == "adam" else Muon(network.parameters(), 1e-2)
        )
        return network, optimiser, MovingAverage(network, 0.9)

    network, optimiser, average = make()
    train(network, optimiser, 5)
    average.update(network, 5)
    state = PortableCheckpoint(numbers={"step": 5})
    state.put_network("network", network, average)
    state.put_optimiser("optimiser", optimiser)
    state.save(tmp_path, 5)

    other, other_optimiser, other_average = make()
    loaded = saved_in(tmp_path)
    assert loaded.numbers["step"] == 5
    loaded.take_network("network", other, other_average)
    loaded.take_optimiser("optimiser", other_optimiser)
    assert torch.allclose(other.weight, network.weight, rtol=1e-3)
    assert torch.allclose(other_average.parameters["weight"], average.parameters["weight"], atol=1e-3)
    train(network, optimiser, 1)
    train(other, other_optimiser, 1)
    assert torch.allclose(other.weight, network.weight, rtol=0.02, atol=2e-4)


def test_frozen_weights_are_not_rounded_again(tmp_path: Path) -> None:
    network = torch.nn.Linear(16, 16).half().float()
    state = PortableCheckpoint()
    state.put_network("network", network, MovingAverage(network, 0.9))
    state.save(tmp_path, 0)
    other = torch.nn.Linear(16, 16)
    average = MovingAverage(other, 0.9)
    saved_in(tmp_path).take_network("network", other, average)
    assert torch.equal(average.parameters["weight"], network.weight)


def test_state_is_cut_into_parts_and_old_parts_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portable_checkpoint, "PART_BYTES", 10_000)
    for step in (1, 2):
        PortableCheckpoint({"a": torch.arange(5000)}, {}).save(tmp_path, step)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"state-00000002.{number}" for number in range(5)] + ["state.json"]
    assert torch.equal(saved_in(tmp_path).tensors["a"], torch.arange(5000))


def test_a_run_killed_while_saving_goes_on_from_before(tmp_path: Path) -> None:
    PortableCheckpoint({"a": torch.ones(3)}, {}).save(tmp_path, 1)
    # The parts of the next save are there, its manifest is not.
    (tmp_path / "state-00000002.0").write_bytes(b"half")
    (tmp_path / "state.json.new").write_text("{")
    assert torch.equal(saved_in(tmp_path).tensors["a"], torch.ones(3))


def test_missing_and_cut_parts_are_named(tmp_path: Path) -> None:
    PortableCheckpoint({"a": torch.ones(3)}, {}).save(tmp_path, 1)
    part = tmp_path / "state-00000001.0"
    part.write_bytes(part.read_bytes()[:-1])
    with pytest.raises(SystemExit, match=r"bytes of state instead of"):
        saved_in(tmp_path)
    part.unlink()
    with pytest.raises(SystemExit, match=r"missing: state-00000001.0"):
        saved_in(tmp_path)
    assert saved_in(tmp_path / "nowhere") is None


def test_a_checkpoint_too_large_to_travel_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portable_checkpoint, "PART_BYTES", 1000)
    with pytest.raises(SystemExit, match=r"may be at most"):
        PortableCheckpoint({"a": torch.arange(5000)}, {}).save(tmp_path, 1)
    assert not (tmp_path / "state.json").exists()


def test_manifest_says_what_is_there(tmp_path: Path) -> None:
    size = PortableCheckpoint({"a": torch.ones(3)}, {}).save(tmp_path, 7)
    assert json.loads((tmp_path / "state.json").read_text()) == {
        "step": 7,
        "bytes": size,
        "parts": ["state-00000007.0"],
    }
