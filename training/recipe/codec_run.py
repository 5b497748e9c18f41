"""One codec from growth to its last stage: which stage is open, its checkpoint, and the change to the next stage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from recipe import runs
from recipe.audio_pool import Crops
from recipe.codec_growth import InnerGrowth, OuterGrowth, initialise_gains
from recipe.codec_training import DecoderTraining, JointTraining
from recipe.configuration import Configuration
from recipe.dac import DAC
from recipe.model_files import first_other, load_network, load_training_record, load_weights_like, save_network
from recipe.portable_checkpoint import PortableCheckpoint
from recipe.runs import Checkpoint, Figures, Machine
from recipe.widening import widen

STAGES: list[Any] = [OuterGrowth, InnerGrowth, JointTraining, DecoderTraining]
FROZEN = "frozen.safetensors"


class CodecRun:
    """A codec in one of its stages."""

    def __init__(self, configuration: Configuration, machine: Machine, seed: int) -> None:
        self.configuration, self.machine, self.seed = configuration, machine, seed
        self.shape = configuration.codec
        torch.manual_seed(seed)
        self.network = DAC(**self.shape.kwargs).to(machine.device)
        self.stage: Any = None
        self.step = 0
        self.history: list[dict[str, Any]] = []
        self.generated_by: list[int] | None = None

    def begin(self, decoder_of: Path | None, weights_of: Path | None = None) -> None:
        if weights_of is not None:
            self.begin_widened(weights_of)
            return
        if decoder_of is None:
            initialise_gains(self.network)
            self.stage = OuterGrowth(self.network, self.configuration, self.machine)
            return
        self.network.load_state_dict(load_weights_like(decoder_of, self.network.state_dict()))
        self.history += load_training_record(decoder_of, "codec")
        self.stage = DecoderTraining(self.network, self.configuration, self.machine)

    def begin_widened(self, path: Path) -> None:
        narrow, _ = load_network(path)
        try:
            widen(self.network, narrow.to(self.machine.device))
        except ValueError as error:
            raise SystemExit(f"{path}: does not fit into the codec of the configuration: {error}") from error
        self.history += load_training_record(path, "codec")
        self.stage = JointTraining(self.network, self.configuration, self.machine)

    def freeze(self, folder: Path) -> None:
        """Ends joint training. From now on the decoder alone is trained, on the tokens of a codec that is written to
        `folder`."""
        self.stage = DecoderTraining.after(self.stage, self.configuration)
        self.step = self.stage.network_from
        loudness = f"{self.configuration.audio.loudness_lufs:g}"
        save_network(
            folder / FROZEN,
            self.network.state_dict(),
            "DAC",
            "codec",
            "frozen",
            self.shape.kwargs,
            {"loudness_lufs": loudness},
        )

    def take(self, state: Checkpoint) -> None:
        if state.numbers["shape"] != self.shape.kwargs:
            raise SystemExit("the checkpoint holds a codec of another shape than the configuration says")
        kind = next(stage for stage in STAGES if stage.name == state.numbers["stage"])
        self.stage = kind(self.network, self.configuration, self.machine)
        self.stage.take(state)
        self.step, self.history = state.numbers["step"], state.numbers["history"]

    def generate_with(self, paths: Sequence[Path]) -> None:
        """Lets a decoder learn from tokens that the transformers in files generate: a coarse-to-fine transformer, and
        optionally a coarse one. Does nothing where the files have not changed. Ends the program where another part of
        the codec than its decoder is being trained."""
        if not isinstance(self.stage, DecoderTraining):
            raise SystemExit(
                "--generated-by needs a run that trains the decoder alone: see --decoder-of and --freeze-after"
            )
        written = [path.stat().st_mtime_ns for path in paths]
        if written == self.generated_by:
            return
        self.generated_by = written
        transformers = []
        for path, (kind, given) in zip(paths, (("coarse-to-fine", True), ("coarse", False)), strict=False):
            transformer, _ = load_network(path)
            shape = (transformer.latent_dim, transformer.vocab_size, transformer.n_conditioning_codebooks > 0)
            if shape != (self.shape.codebook_dim, self.shape.codebook_size, given):
                raise SystemExit(f"{path}: not a {kind} transformer of the codec's tokens")
            transformers.append(transformer)
        if transformers[0].n_codebooks != self.shape.n_codebooks:
            raise SystemExit(f"{paths[0]}: not a coarse-to-fine transformer of all of the codec's tokens")
        self.stage.generate_with(*transformers)

    def learn_from(self, path: Path) -> None:
        """Takes the decoder of the codec in a file as the teacher. Ends the program where another part of the codec
        than its decoder is being trained, or where the file's codec has other latents."""
        if not isinstance(self.stage, DecoderTraining):
            raise SystemExit("--teacher needs a run that trains the decoder alone: see --decoder-of")
        weights = self.network.state_dict()
        if changed := first_other(
            weights, load_weights_like(path, weights), lambda name: name.startswith("quantizer.")
        ):
            raise SystemExit(f"{path}: another quantiser: {changed} differs")
        self.stage.learn_from(load_network(path)[0].decoder)

    def save(self, folder: Path) -> int:
        state = PortableCheckpoint(
            numbers={"shape": self.shape.kwargs, "stage": self.stage.name, "step": self.step, "history": self.history}
        )
        self.stage.put(state)
        return state.save(folder, sum(part["steps"] for part in self.history))

    def advance(self, audio: Crops) -> tuple[str, int, Figures]:
        """One step, and the change to the next stage where it is due; the step's stage, number and figures."""
        stage, step = self.stage, self.step
        runs.seed_step(self.seed, STAGES.index(type(stage)), step)
        crops = audio.crops(
            self.configuration.codec_training.batch, self.configuration.codec_training.crop_frames * self.shape.hop
        )
        figures = stage.step(crops, step)
        self.step += 1
        if stage.step_count == self.step:
            self.step = 0
            self.change_stage(audio)
        return stage.name, step, figures

    def change_stage(self, audio: Crops) -> None:
        if isinstance(self.stage, OuterGrowth):
            self.stage = self.stage.next(self.configuration)
            self.stage.begin(audio, self.shape.hop)
            return
        for index, (remaining, used) in enumerate(self.stage.initialise_quantiser(audio, self.shape.hop)):
            print(f"codebook {index}: {remaining:.1%} of the variance remains, {used} codes in use", flush=True)
        self.stage = JointTraining(self.network, self.configuration, self.machine)
