"""The part of a model card that is known from the configuration and the runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recipe.configuration import Configuration

# Runs of each network, oldest first.
Histories = dict[str, list[dict[str, Any]]]

# Placeholder for a person's first sentences. A card that still has it is replaced by every export.
OPENING = "<What this model is for and how far to trust it, in two sentences.>"


def describe_codec(configuration: Configuration) -> tuple[str, str]:
    codec = configuration.codec
    strides = "·".join(map(str, codec.encoder_rates)), "·".join(map(str, codec.decoder_rates))
    return (
        f"DAC, {codec.sample_rate / 1000:g} kHz, hop {codec.hop}, {codec.n_codebooks} × {codec.codebook_size:,} × "
        f"{codec.codebook_dim}",
        f"encoder {codec.encoder_dim}, strides {strides[0]}; decoder {codec.decoder_dim}, strides {strides[1]}; latent "
        f"{codec.latent_dim}",
    )


def describe_transformer(configuration: Configuration, role: str) -> tuple[str, str]:
    shape, *_ = configuration.vampnet(role)
    given = shape.n_conditioning_codebooks
    codebooks = f"codebooks {given}–{shape.n_codebooks - 1}" + (f" given 0–{given - 1}" if given else "")
    return (
        f"VampNet, {codebooks}",
        f"{shape.embedding_dim} wide, {shape.n_heads} heads, {shape.n_layers} layers, "
        f"window {shape.window_frames} frames",
    )


def training_lines(histories: Histories) -> Iterator[str]:
    """Rows of a table: one for each network and each machine that it was trained on."""
    for role, history in histories.items():
        for machine in dict.fromkeys(part["machine"] for part in history):
            parts = [part for part in history if part["machine"] == machine]
            steps, hours = sum(part["steps"] for part in parts), sum(part["seconds"] for part in parts) / 3600
            yield f"| {role} | {machine} | {len(parts)} | {steps:,} | {hours:.2f} |"


def model_card(name: str, configuration: Configuration, parameter_counts: dict[str, int], histories: Histories) -> str:
    """The card in Markdown, with placeholders in angle brackets for what a person has to write."""
    networks = {"codec": describe_codec(configuration)}
    networks |= {role: describe_transformer(configuration, role) for role in ("coarse", "c2f")}
    table = "\n".join(
        f"| `{role}.safetensors` | {kind} | {sizes} | {parameter_counts[role]:,} |"
        for role, (kind, sizes) in networks.items()
        if role in parameter_counts
    )
    audio = configuration.audio
    return f"""# {name}

{OPENING}

| file | network | configuration | parameters |
|---|---|---|--:|
{table}

The weights are binary16 and have the published parameter names. `__metadata__` of each file holds the
configuration (`formats/model.md`). `SHA256SUMS` has the hashes of the files. `tools/model-identity` prints
the identities that streams store. The licence of the weights is CC0-1.0.
[DATA_LICENSES.md](DATA_LICENSES.md) names the audio, its authors and its licences. We thank the authors.

## Training

The recipe in `training/` trained the networks on audio at a loudness of {audio.loudness_lufs:g} LUFS.

| network | machine | runs | steps | hours |
|---|---|--:|--:|--:|
{chr(10).join(training_lines(histories))}

## Figures

<Tables of the figures that `training/evaluate` appended to `training/evaluations.csv`.>

## Spectrograms

<What six clips show at 8k, 2k, 500 and 50 bit/s (`training/draw-spectrograms`).>

## Limits

<What the model cannot do.> Do not use the model for evidence, for archives of record, or where a generated sound
does harm.
"""
