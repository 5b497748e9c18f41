#!/usr/bin/env python3
"""Converts reference cases from PyTorch checkpoints to safetensors.

    scripts/convert_reference.py SOURCE TARGET

SOURCE holds one folder per case: `case.json` (class and constructor arguments), `weights.pth` as the published
implementation saves it, perhaps `lora.pth`, and arrays as `.npy`. TARGET gets the same folders with
`weights.safetensors` (a model file, formats/model.md) and `lora.safetensors` in place of the checkpoints; everything
else, folders without a checkpoint included, is copied. Needs PyTorch and safetensors.
"""
import argparse
import json
import pathlib
import shutil
import sys

import torch
from safetensors.torch import save_file

# Published kinds by the class name in case.json; the role of a transformer follows from its arguments.
KINDS = ("DAC", "LAC", "VampNet")


def role(kind, arguments):
    if kind != "VampNet":
        return "codec"
    return "coarse" if arguments["n_conditioning_codebooks"] == 0 else "c2f"


def network_tensors(state, path):
    """A checkpoint's tensors without the untrained LoRA branches that the published class adds (B = 0: no effect)."""
    tensors = {}
    for name, tensor in state.items():
        if name.endswith("lora_A"):
            continue
        if name.endswith("lora_B"):
            if tensor.abs().max() != 0:
                sys.exit(f"{path}: {name} is not zero: fold it into its weight first")
            continue
        tensors[name] = tensor.contiguous().clone()
    return tensors


def convert(case, target):
    description = json.loads((case / "case.json").read_text())
    kind, arguments = description["model"], description["kwargs"]
    if kind not in KINDS:
        sys.exit(f"{case / 'case.json'}: unknown model {kind}")
    checkpoint = torch.load(case / "weights.pth", map_location="cpu", weights_only=True)
    metadata = {
        "kind": kind,
        "role": role(kind, arguments),
        "name": "reference-" + case.name.replace("_", "-"),
        "kwargs": json.dumps(arguments),
        "source": "random weights, made and saved with the published class",
    }
    save_file(network_tensors(checkpoint["state_dict"], case / "weights.pth"), target / "weights.safetensors", metadata)
    if (case / "lora.pth").exists():
        lora = torch.load(case / "lora.pth", map_location="cpu", weights_only=True)
        lora = {name: tensor.contiguous().clone() for name, tensor in lora.items()}
        save_file(lora, target / "lora.safetensors", {"rank": "8", "alpha": "1"})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("target", type=pathlib.Path)
    arguments = parser.parse_args()
    cases = sorted(path for path in arguments.source.iterdir() if path.is_dir())
    if not cases:
        sys.exit(f"{arguments.source}: no cases")
    for case in cases:
        target = arguments.target / case.name
        target.mkdir(parents=True, exist_ok=True)
        if (case / "weights.pth").exists():
            convert(case, target)
        for file in sorted(case.iterdir()):
            if file.suffix != ".pth":
                shutil.copyfile(file, target / file.name)
        print(target)


if __name__ == "__main__":
    main()
