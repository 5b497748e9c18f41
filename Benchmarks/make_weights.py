"""Writes the published network sizes with random weights, for measuring speed.

    make_weights.py FOLDER      FOLDER/dac-44khz.safetensors (76.6 M parameters, 307 MB)
                                FOLDER/vampnet-coarse.safetensors (published coarse size)

Speed does not depend on what the weights say, as long as no activation explodes, vanishes or becomes denormal: gains
are set so that every layer hands on about what it was given, and the script prints the spread at each end.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "training"))
from recipe.dac import DAC, Snake
from recipe.model_files import published_state
from recipe.vampnet import VampNet

DAC_44KHZ = dict(
    encoder_dim=64, encoder_rates=[2, 4, 8, 8], decoder_dim=1536, decoder_rates=[8, 8, 4, 2], latent_dim=1024,
    n_codebooks=9, codebook_size=1024, codebook_dim=8, quantizer_dropout=0.5, sample_rate=44100,
)
VAMPNET_COARSE = dict(
    n_heads=20, n_layers=20, r_cond_dim=0, n_codebooks=4, n_conditioning_codebooks=0, latent_dim=8,
    embedding_dim=1280, vocab_size=1024, flash_attn=False, noise_mode="mask", dropout=0.1,
)
# A 10 s window of the published coarse model.
VAMPNET_WINDOW_FRAMES = 575
RESIDUAL_GAIN = 0.3
# Codebook stages take away ever smaller parts of what is left.
CODEBOOK_GAIN = 0.5
CHECK_SECONDS = 0.5


def is_residual(name):
    """Whether the layer is inside a residual unit, two `block` levels below its own block."""
    return name.count("block.") >= 3 or (name.startswith("decoder") and name.count("block.") >= 2)


@torch.no_grad()
def fill_dac(network, generator):
    """Weights of unit gain: each output channel's variance is that of its inputs."""
    for name, module in network.named_modules():
        if isinstance(module, Snake):
            module.alpha.uniform_(0.5, 1.5, generator=generator)
        if isinstance(module, nn.Embedding):
            module.weight.normal_(0, 1, generator=generator)
        if isinstance(module, (nn.Conv1d, nn.ConvTranspose1d)):
            gain, direction = module.parametrizations.weight.original0, module.parametrizations.weight.original1
            direction.normal_(0, 1, generator=generator)
            module.bias.normal_(0, 0.01, generator=generator)
            gain.fill_(RESIDUAL_GAIN if is_residual(name) else 1.0)
            if isinstance(module, nn.ConvTranspose1d):
                # The norm runs over output channel and kernel; each output sums inputs over two of its taps.
                gain.fill_((direction.shape[1] * direction.shape[2] / (2 * direction.shape[0])) ** 0.5)
            if name.endswith("out_proj"):
                gain.fill_(CODEBOOK_GAIN)
    network.decoder.model[-2].parametrizations.weight.original0.fill_(0.2)


@torch.no_grad()
def fill_vampnet(network, generator):
    for name, parameter in network.named_parameters():
        if name.endswith("original0"):
            parameter.fill_(1.0)
        elif parameter.dim() > 1:
            fan_in = parameter[0].numel()
            residual = name.endswith(("fc.weight", "w_2.weight"))
            scale = 1 if "MASK" in name or "bias" in name else fan_in**-0.5
            parameter.normal_(0, scale * (RESIDUAL_GAIN if residual else 1), generator=generator)
        elif name.endswith("bias"):
            parameter.normal_(0, 0.01, generator=generator)


def save(network, kind, role, arguments, path, window_frames=None):
    metadata = dict(kind=kind, role=role, name=path.stem + "-random", kwargs=json.dumps(arguments), licence="CC0-1.0",
                    source="random weights for benchmarks")
    if window_frames:
        metadata["window_frames"] = str(window_frames)
    state = {name: tensor.contiguous() for name, tensor in published_state(network.state_dict()).items()}
    save_file(state, path, metadata=metadata)
    count = sum(parameter.numel() for parameter in network.parameters())
    print(f"{path}: {count / 1e6:.1f} M parameters, {path.stat().st_size / 1e6:.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(1)

    dac = DAC(**DAC_44KHZ).eval()
    fill_dac(dac, generator)
    save(dac, "DAC", "codec", DAC_44KHZ, folder / "dac-44khz.safetensors")
    frames = round(CHECK_SECONDS * dac.sample_rate / dac.hop)
    with torch.inference_mode():
        latent = dac.encoder(0.1 * torch.randn(1, 1, frames * dac.hop, generator=generator))
        codes = dac.quantizer.encode(latent)
        audio = dac.decode(codes)
    distinct = [codes[0, i].unique().numel() for i in range(codes.shape[1])]
    print(f"  latent deviation {latent.std():.3f}, audio deviation {audio.std():.3f}, distinct codes {distinct}")

    vampnet = VampNet(**VAMPNET_COARSE).eval()
    fill_vampnet(vampnet, generator)
    save(vampnet, "VampNet", "coarse", VAMPNET_COARSE, folder / "vampnet-coarse.safetensors", VAMPNET_WINDOW_FRAMES)
    with torch.inference_mode():
        shape = (1, vampnet.n_codebooks * vampnet.latent_dim, VAMPNET_WINDOW_FRAMES)
        logits = vampnet(torch.randn(shape, generator=generator))
    print(f"  logit deviation {logits.std():.3f}")


if __name__ == "__main__":
    main()
