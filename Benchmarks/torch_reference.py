"""The PyTorch side of `compare.py`: holds one network and times it on command.

    torch_reference.py MODEL.safetensors [--threads 2]

Reads one command a line from standard input and answers each with one line: seconds of computing (monotonic clock).

    encode SECONDS     audio of that length to codes
    decode SECONDS     codes of that length to audio
    forward FRAMES     one pass of the transformer
    version            the PyTorch version instead of a time
"""

import argparse
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "training"))
from recipe.model_files import freeze_weight_norm, load_network


def prepare(network, command, amount):
    """The input of one measurement and the call that is timed."""
    generator = torch.Generator().manual_seed(1)
    if command == "forward":
        shape = (1, network.n_codebooks * network.latent_dim, int(amount))
        return network, torch.randn(shape, generator=generator)
    frames = round(float(amount) * network.sample_rate / network.hop)
    if command == "encode":
        return network.encode, 0.1 * torch.randn((1, 1, frames * network.hop), generator=generator)
    if command == "decode":
        shape = (1, len(network.quantizer.quantizers), frames)
        return network.decode, torch.randint(network.codebook_size, shape, generator=generator)
    raise ValueError(f"unknown command: {command}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    network = freeze_weight_norm(load_network(arguments.model)[0])
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "version":
            print(torch.__version__, flush=True)
            continue
        with torch.inference_mode():
            call, value = prepare(network, command, *rest)
            start = time.monotonic()
            call(value)
            print(f"{time.monotonic() - start:.6f}", flush=True)


if __name__ == "__main__":
    main()
