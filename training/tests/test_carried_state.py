import json

import pytest
import torch

from recipe import carried_state
from recipe.carried_state import (
    CarriedState, decode_linear, decode_logarithmic, encode_linear, encode_logarithmic)
from recipe.optimisation import MovingAverage, Muon


def test_linear_rounding_is_within_half_a_level_of_each_block():
    torch.manual_seed(0)
    values = torch.randn(7, 301) * torch.logspace(-8, 2, 301)
    found = decode_linear(encode_linear(values), values)
    blocks = torch.nn.functional.pad(values.flatten(), (0, -values.numel() % 256)).view(-1, 256)
    limit = (blocks.abs().amax(1, keepdim=True) / 127 / 2 * 1.01).expand_as(blocks).flatten()[: values.numel()]
    assert ((found - values).flatten().abs() <= limit).all()


def test_second_moments_keep_their_ratios_over_many_decades():
    torch.manual_seed(0)
    values = torch.exp(torch.empty(5000).uniform_(-40, 5))
    found = decode_logarithmic(encode_logarithmic(values), values)
    assert (found / values).log().abs().max() < 0.1
    zeros = torch.zeros(300)
    assert torch.equal(decode_logarithmic(encode_logarithmic(zeros), zeros), zeros)


def train(network, optimiser, steps):
    for step in range(steps):
        torch.manual_seed(step)
        optimiser.zero_grad()
        network(torch.randn(8, 16)).square().mean().backward()
        optimiser.step()


@pytest.mark.parametrize("kind", ["adam", "muon"])
def test_state_comes_back(tmp_path, kind):
    def make():
        torch.manual_seed(1)
        network = torch.nn.Linear(16, 16, bias=False)
        optimiser = torch.optim.AdamW(network.parameters(), 1e-2) if kind == "adam" else Muon(network.parameters(), 1e-2)
        return network, optimiser, MovingAverage(network, 0.9)

    network, optimiser, average = make()
    train(network, optimiser, 5)
    average.update(network, 5)
    state = CarriedState(numbers={"step": 5})
    state.put_network("network", network, average)
    state.put_optimiser("optimiser", optimiser)
    state.save(tmp_path, 5)

    other, other_optimiser, other_average = make()
    loaded = CarriedState.load(tmp_path)
    assert loaded.numbers["step"] == 5
    loaded.take_network("network", other, other_average)
    loaded.take_optimiser("optimiser", other_optimiser)
    assert torch.allclose(other.weight, network.weight, rtol=1e-3)
    assert torch.allclose(other_average.parameters["weight"], average.parameters["weight"], atol=1e-3)
    train(network, optimiser, 1)
    train(other, other_optimiser, 1)
    assert torch.allclose(other.weight, network.weight, rtol=0.02, atol=2e-4)


def test_frozen_weights_are_not_rounded_again(tmp_path):
    network = torch.nn.Linear(16, 16).half().float()
    state = CarriedState()
    state.put_network("network", network, MovingAverage(network, 0.9))
    state.save(tmp_path, 0)
    other = torch.nn.Linear(16, 16)
    average = MovingAverage(other, 0.9)
    CarriedState.load(tmp_path).take_network("network", other, average)
    assert torch.equal(average.parameters["weight"], network.weight)


def test_state_is_cut_into_parts_and_old_parts_go(tmp_path, monkeypatch):
    monkeypatch.setattr(carried_state, "PART_BYTES", 10_000)
    for step in (1, 2):
        CarriedState({"a": torch.arange(5000)}, {}).save(tmp_path, step)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"state-00000002.{number}" for number in range(5)] + ["state.json"]
    assert torch.equal(CarriedState.load(tmp_path).tensors["a"], torch.arange(5000))


def test_a_run_killed_while_saving_goes_on_from_before(tmp_path):
    CarriedState({"a": torch.ones(3)}, {}).save(tmp_path, 1)
    # The parts of the next save are there, its manifest is not.
    (tmp_path / "state-00000002.0").write_bytes(b"half")
    (tmp_path / "state.json.new").write_text("{")
    assert torch.equal(CarriedState.load(tmp_path).tensors["a"], torch.ones(3))


def test_missing_and_cut_parts_are_named(tmp_path):
    CarriedState({"a": torch.ones(3)}, {}).save(tmp_path, 1)
    part = tmp_path / "state-00000001.0"
    part.write_bytes(part.read_bytes()[:-1])
    with pytest.raises(SystemExit, match="bytes of state instead of"):
        CarriedState.load(tmp_path)
    part.unlink()
    with pytest.raises(SystemExit, match="missing: state-00000001.0"):
        CarriedState.load(tmp_path)
    assert CarriedState.load(tmp_path / "nowhere") is None


def test_a_state_too_large_to_carry_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(carried_state, "PART_BYTES", 1000)
    with pytest.raises(SystemExit, match="can be carried"):
        CarriedState({"a": torch.arange(5000)}, {}).save(tmp_path, 1)
    assert not (tmp_path / "state.json").exists()


def test_manifest_says_what_is_there(tmp_path):
    size = CarriedState({"a": torch.ones(3)}, {}).save(tmp_path, 7)
    assert json.loads((tmp_path / "state.json").read_text()) == {
        "step": 7, "bytes": size, "parts": ["state-00000007.0"]}
