"""Tokens of recordings: made once by a codec, kept at exactly the bits that they have, held in the device's memory."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save_file
from scipy.signal import resample_poly

from recipe.audio_pool import LENGTH_POWER, Array
from recipe.dac import DAC

# `[codebook, frame]`.
Codes = NDArray[np.uint16]

SUFFIX = ".tokens"
# Beside the tokens: the codebooks that they are indices into, all that a transformer needs of the codec.
CODEBOOKS = "codebooks.safetensors"
# Frames encoded at once, and around them; more than the encoder sees to either side.
CHUNK_FRAMES = 1024
MARGIN_FRAMES = 32
# Speeds of the variants, in turn: the recording itself first, then by up to a semitone, so that pitch and tempo move.
SPEEDS = (Fraction(1), Fraction(25, 24), Fraction(24, 25), Fraction(18, 17), Fraction(17, 18), Fraction(50, 49))
# Level of the variants, deviation in dB.
VARIANT_GAIN_DB = 3.0


@torch.inference_mode()
def encode(codec: DAC, samples: Array, device: torch.device) -> Codes:
    """Codes `[codebook, frame]` of a whole recording, its last hop filled with silence, as vampc's encoder gives
    them."""
    hop = codec.hop
    frame_count = -(-len(samples) // hop)
    padded = np.zeros((frame_count + 2 * MARGIN_FRAMES) * hop, np.float32)
    padded[MARGIN_FRAMES * hop : MARGIN_FRAMES * hop + len(samples)] = samples
    pieces = []
    for start in range(0, frame_count, CHUNK_FRAMES):
        count = min(CHUNK_FRAMES, frame_count - start)
        # At the very ends the encoder sees its own zero padding, as it does in vampc.
        first = start if start > 0 else MARGIN_FRAMES
        end = start + count + 2 * MARGIN_FRAMES if start + count < frame_count else frame_count + MARGIN_FRAMES
        window = torch.from_numpy(padded[first * hop : end * hop]).to(device)[None, None]
        codes = codec.encode(window)[0]
        offset = start + MARGIN_FRAMES - first
        pieces.append(codes[:, offset : offset + count].cpu().numpy())
    return np.concatenate(pieces, 1).astype(np.uint16)


def variant(samples: Array, number: int, hop: int, generator: np.random.Generator) -> Array:
    """The recording at the encoder's level, or at another speed, level and place against the frames."""
    if number > 0:
        speed = SPEEDS[number % len(SPEEDS)]
        samples = resample_poly(samples, speed.denominator, speed.numerator) if speed != 1 else samples
        samples = samples[generator.integers(hop) :] * 10 ** (generator.normal() * VARIANT_GAIN_DB / 20)
    peak = np.abs(samples).max(initial=0)
    return (samples / max(peak, 1)).astype(np.float32)


def pack(codes: Codes, bits: int) -> NDArray[np.uint8]:
    """`[codebook, frame]` as bytes, `bits` a token, the most significant first."""
    places = np.arange(bits - 1, -1, -1, dtype=np.uint16)
    return np.packbits((codes[..., None] >> places & 1).astype(np.uint8))


def unpack(data: NDArray[np.uint8], shape: tuple[int, ...], bits: int) -> Codes:
    count = int(np.prod(shape))
    digits = np.unpackbits(data, count=count * bits).reshape(count, bits).astype(np.uint16)
    return (digits << np.arange(bits - 1, -1, -1, dtype=np.uint16)).sum(1, dtype=np.uint16).reshape(shape)


def save_tokens(path: Path, recordings: Sequence[Codes], codebook_size: int) -> None:
    """`recordings`: arrays `[codebook, frame]` of the same number of codebooks."""
    bits = (codebook_size - 1).bit_length()
    tensors = {f"{number:05d}": pack(codes, bits) for number, codes in enumerate(recordings)}
    frames = [codes.shape[1] for codes in recordings]
    metadata = {"codebooks": len(recordings[0]), "codebook_size": codebook_size, "frames": frames}
    save_file(tensors, path, {key: json.dumps(value) for key, value in metadata.items()})


def save_codebooks(folder: Path, codec: DAC) -> None:
    """Writes the entries `[codebook, size, D]`; ends the program where the folder holds tokens of another codec."""
    entries = codec.quantizer.books.cpu().numpy()
    path = Path(folder) / CODEBOOKS
    if path.exists() and not np.array_equal(load_codebooks(folder), entries):
        raise SystemExit(f"{folder}: holds tokens of another codec")
    # Parts are encoded side by side: whoever finds the file finds all of it.
    unfinished = path.with_suffix(f".{os.getpid()}")
    save_file({"codebooks": entries}, unfinished)
    unfinished.rename(path)


def load_codebooks(folder: Path) -> Array:
    path = Path(folder) / CODEBOOKS
    if not path.exists():
        raise SystemExit(f"{path}: missing: make-tokens writes it beside the tokens")
    with safe_open(path, framework="np") as file:
        return file.get_tensor("codebooks")


def load_tokens(path: Path, codebook_count: int) -> tuple[list[Codes], int]:
    """The first codebooks of every recording in a file, and the size of a codebook."""
    with safe_open(path, framework="np") as file:
        metadata = {key: json.loads(value) for key, value in file.metadata().items()}
        if metadata["codebooks"] < codebook_count:
            raise SystemExit(f"{path}: holds {metadata['codebooks']} codebooks, {codebook_count} are needed")
        bits = (metadata["codebook_size"] - 1).bit_length()
        return [
            unpack(file.get_tensor(f"{number:05d}"), (metadata["codebooks"], frames), bits)[:codebook_count]
            for number, frames in enumerate(metadata["frames"])
        ], metadata["codebook_size"]


class TokenPool:
    """All recordings end to end, `[codebook, frame]`."""

    def __init__(
        self, folder: Path, codebook_count: int, codebook_size: int, window_frames: int, device: torch.device
    ) -> None:
        paths = sorted(Path(folder).rglob(f"*{SUFFIX}"))
        recordings = []
        with ThreadPoolExecutor(os.cpu_count()) as executor:
            files = list(executor.map(load_tokens, paths, [codebook_count] * len(paths)))
        for path, (found, size) in zip(paths, files, strict=False):
            if size != codebook_size:
                raise SystemExit(f"{path}: codebooks of {size} entries instead of {codebook_size}")
            recordings += [codes for codes in found if codes.shape[1] >= window_frames]
        if not recordings:
            raise SystemExit(f"{folder}: no tokens of {window_frames} frames or more")
        lengths = torch.tensor([codes.shape[1] for codes in recordings], device=device)
        self.codes = torch.from_numpy(np.concatenate(recordings, 1).astype(np.int16)).to(device)
        self.lengths, self.starts = lengths, lengths.cumsum(0) - lengths
        self.weights = lengths.double() ** LENGTH_POWER
        self.codebook_size = codebook_size
        self.device = device

    @property
    def frame_count(self) -> int:
        return self.codes.shape[1]

    def windows(self, count: int, frame_count: int) -> torch.Tensor:
        """`[count, codebook, frame_count]` from torch's random numbers."""
        picks = torch.multinomial(self.weights, count, replacement=True)
        room = self.lengths[picks] - frame_count + 1
        offsets = self.starts[picks] + (torch.rand(count, dtype=torch.double, device=self.device) * room).long()
        return self.codes[:, offsets[:, None] + torch.arange(frame_count, device=self.device)].transpose(0, 1).long()

    def frequencies(self) -> torch.Tensor:
        """Share of each code `[codebook, size]` in windows as they are drawn; every code is seen a little."""
        weights = (self.weights / self.lengths / self.weights.sum()).repeat_interleave(self.lengths)
        shares = torch.stack([torch.bincount(row.long(), weights, minlength=self.codebook_size) for row in self.codes])
        unseen = 1 / (self.frame_count + self.codebook_size)
        return ((shares + unseen) / (1 + self.codebook_size * unseen)).float()

    def entropies(self) -> torch.Tensor:
        """Order-0 entropy of each codebook, in nats."""
        shares = self.frequencies()
        return -(shares * shares.log()).sum(1)
