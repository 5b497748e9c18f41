"""The size of a model and how it is trained, from one TOML file (`configurations/`)."""

import math
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, get_origin

import tomllib


class ConfigurationError(ValueError):
    """Says which file, which key and what is wrong."""


@dataclass(frozen=True)
class CodecShape:
    """The constructor's arguments of DAC; strides of the encoder outermost first, those of the decoder innermost."""

    encoder_dim: int
    encoder_rates: list[int]
    latent_dim: int
    decoder_dim: int
    decoder_rates: list[int]
    n_codebooks: int
    codebook_size: int
    codebook_dim: int
    sample_rate: int

    @property
    def hop(self) -> int:
        return math.prod(self.encoder_rates)

    @property
    def kwargs(self) -> dict[str, Any]:
        return asdict(self)

    def check(self) -> str | None:
        # An odd stride would make the decoder return fewer samples than it was given.
        if self.decoder_rates != self.encoder_rates[::-1] or any(rate % 2 for rate in self.encoder_rates):
            return "decoder_rates must be encoder_rates reversed, all even"
        return None


@dataclass(frozen=True)
class Audio:
    """What the codec hears."""

    # BS.1770, of whole recordings; what vampc's encoder brings recordings to.
    loudness_lufs: float
    # Standard deviation of the gain on a crop: a gain per block follows the loudness only roughly.
    gain_jitter_db: float
    # Share of crops that are digital silence, begin or end in it, or are faint.
    silence_share: float


@dataclass(frozen=True)
class Growth:
    """From the outside in: first the outer levels alone, then the inner levels in between."""

    outer_levels: int
    outer_steps: int
    outer_learning_rate: float
    inner_steps: int
    inner_learning_rate: float
    # Latent vectors from which the residual quantiser is initialised.
    quantiser_vectors: int


@dataclass(frozen=True)
class CodecTraining:
    batch: int
    crop_frames: int
    learning_rate: float
    warmup_steps: int
    average_decay: float
    gradient_limit: float
    quantiser_dropout: float
    # Share of the items whose fine tokens a coarse-to-fine transformer generates while the decoder is trained alone. It
    # applies only where a transformer is given.
    generated_share: float
    # Shares of the gradient that reaches the decoder's output, see `GradientBalance`.
    mel_share: float
    waveform_share: float
    band_share: float
    tone_share: float
    adversarial_share: float
    feature_share: float
    # Norm of that gradient, against which the two losses of the quantiser weigh 1 and `commitment`.
    output_gradient: float
    commitment: float
    # Steps of joint training before the discriminators join in.
    adversarial_after: int
    discriminator_learning_rate: float
    # The discriminators learn at every such step of the network, and before it follows them at every step.
    discriminator_interval: int
    # Norms of the losses' gradients are measured one by one at every such step.
    balance_interval: int

    @property
    def is_adversarial(self) -> bool:
        return self.adversarial_share > 0 or self.feature_share > 0

    def check(self) -> str | None:
        if self.discriminator_interval < 1 or self.balance_interval < 1:
            return "discriminator_interval and balance_interval must be at least 1"
        return None


@dataclass(frozen=True)
class Discriminators:
    """Multi-period and multi-resolution complex-STFT discriminators, as DAC's."""

    periods: list[int]
    period_channels: list[int]
    windows: list[int]
    window_channels: int
    # Hops of the STFT in a window.
    hops_per_window: int


@dataclass(frozen=True)
class VampNetShape:
    embedding_dim: int
    n_heads: int
    n_layers: int
    n_codebooks: int
    n_conditioning_codebooks: int
    # Frames of a window, in training and in vampc.
    window_frames: int

    def check(self) -> str | None:
        if self.embedding_dim % self.n_heads:
            return "n_heads must divide embedding_dim"
        return None


@dataclass(frozen=True)
class VampNetTraining:
    batch: int
    # AdamW, for embeddings, classifier and norms; Muon, for the matrices of the layers.
    learning_rate: float
    matrix_learning_rate: float
    weight_decay: float
    warmup_steps: int
    dropout: float
    average_decay: float
    gradient_limit: float


@dataclass(frozen=True)
class MaskMixture:
    """How often each kind of prompt is drawn, relative to the others; see `masking.py`."""

    random: float
    frames: float
    codebooks: float
    periodic: float
    edges: float
    lost: float
    # Share of masks in which everything that the prompt hides is masked, as in the first step of decoding.
    first_step: float


@dataclass(frozen=True)
class Configuration:
    codec: CodecShape
    audio: Audio
    growth: Growth
    codec_training: CodecTraining
    discriminators: Discriminators
    coarse: VampNetShape
    coarse_training: VampNetTraining
    coarse_masks: MaskMixture
    c2f: VampNetShape
    c2f_training: VampNetTraining
    c2f_masks: MaskMixture

    def vampnet(self, role: str) -> tuple[VampNetShape, VampNetTraining, MaskMixture]:
        """(shape, training, masks) of `coarse` or `c2f`."""
        return getattr(self, role), getattr(self, f"{role}_training"), getattr(self, f"{role}_masks")

    def vampnet_kwargs(self, role: str) -> dict[str, Any]:
        """The published constructor's arguments."""
        shape, training, _ = self.vampnet(role)
        arguments = asdict(shape)
        del arguments["window_frames"]
        return arguments | {
            "latent_dim": self.codec.codebook_dim,
            "vocab_size": self.codec.codebook_size,
            "r_cond_dim": 0,
            "noise_mode": "mask",
            "flash_attn": False,
            "dropout": training.dropout,
        }

    def check(self) -> str | None:
        if self.growth.outer_levels not in range(1, len(self.codec.encoder_rates)):
            return "growth.outer_levels must leave inner levels"
        if self.coarse.n_conditioning_codebooks != 0:
            return "the coarse model is given no codebooks"
        if self.c2f.n_conditioning_codebooks != self.coarse.n_codebooks:
            return "the c2f model must be given the codebooks that the coarse model predicts"
        if self.c2f.n_codebooks > self.codec.n_codebooks:
            return "the c2f model predicts more codebooks than the codec has"
        return None


def has_type(value: object, wanted: Any) -> bool:
    """Whether a value of TOML has the type of a field; integers are floats, too, and truth values are no integers."""
    if get_origin(wanted) is list:
        return isinstance(value, list)
    return isinstance(value, (int, float) if wanted is float else wanted) and not isinstance(value, bool)


def from_table(kind: type, table: object, place: str) -> Any:
    """A dataclass from a TOML table with exactly its keys."""
    if not isinstance(table, dict):
        raise ConfigurationError(f"{place}: must be a section")
    names = {field.name: field.type for field in fields(kind)}
    if unknown := sorted(table.keys() - names.keys()):
        raise ConfigurationError(f"{place}: unknown: {', '.join(unknown)}")
    if missing := sorted(names.keys() - table.keys()):
        raise ConfigurationError(f"{place}: missing: {', '.join(missing)}")
    values = {}
    for name, wanted in names.items():
        value = table[name]
        if isinstance(wanted, type) and is_dataclass(wanted):
            value = from_table(wanted, value, f"{place}: {name}")
        elif not has_type(value, wanted):
            raise ConfigurationError(f"{place}: {name} must be {getattr(wanted, '__name__', wanted)}")
        values[name] = value
    found = kind(**values)
    if hasattr(found, "check") and (fault := found.check()):
        raise ConfigurationError(f"{place}: {fault}")
    return found


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: {error}") from error


def read_table(path: Path, derived: tuple[Path, ...] = ()) -> dict[str, Any]:
    """A TOML file as a table. A key `base` names a file in the same folder, which gives all keys that this file does
    not have. `derived` are the files that build on this one."""
    if path in derived:
        raise ConfigurationError(f"{path}: base: builds on itself")
    table = read_toml(path)
    if "base" not in table:
        return table
    base = path.with_name(str(table.pop("base")))
    if not base.is_file():
        raise ConfigurationError(f"{path}: base: no {base.name} beside it")
    merged = read_table(base, (*derived, path))
    for section, values in table.items():
        are_sections = isinstance(values, dict) and isinstance(merged.get(section), dict)
        merged[section] = merged[section] | values if are_sections else values
    return merged


def load_configuration(path: Path) -> Configuration:
    """The configuration in a TOML file. Raises `ConfigurationError`, also where the file is not TOML."""
    return from_table(Configuration, read_table(Path(path)), str(path))
