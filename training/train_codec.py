"""One slice of training the codec.

    train_codec.py --configuration configurations/small.toml --audio PARTS --state FOLDER [--minutes 9] [--cool-down]
    train_codec.py --configuration … --audio PARTS --state FOLDER --decoder-of models/NAME/codec.safetensors
    train_codec.py … --decoder-of models/NAME/codec.safetensors --imagined-by models/NAME/c2f.safetensors
    train_codec.py … --state FOLDER --weights-of models/NAME/codec.safetensors [--freeze-after MINUTES --imagined-by FILE]

Grows the auto-encoder, initialises the quantiser, then trains everything jointly, for as many slices as there are: each goes
on from the state that the last one left and leaves its own, in at most 6 files of 15 MiB and a log. `--decoder-of` begins
another kind of run in an empty state folder: the decoder alone, against the tokens of a published codec; with
`--imagined-by`, which every slice of such a run names, also against the tokens that a transformer makes of its coarse ones;
with `--taught-by`, which every slice names, too, near what the decoder of a codec makes of the same tokens.
`--weights-of` begins joint training with a published codec, narrower ones of the same rates and codebooks included.
After `--freeze-after`, minutes of this slice, encoder and quantiser stay as they are, FOLDER/frozen.safetensors is a codec to
make tokens with, and the decoder goes on alone; the file of `--imagined-by` may then appear, and be replaced, at any time.
Audio may arrive while this runs: parts that are renamed into PARTS are taken up.
What a run is, a later slice knows from its state.
"""

import argparse
from pathlib import Path

import torch

from recipe import slices
from recipe.audio_pool import ArrivingAudio
from recipe.carried_state import CarriedState
from recipe.codec_growth import InnerGrowth, OuterGrowth, initialise_gains
from recipe.codec_training import DecoderTraining, JointTraining
from recipe.configuration import load_configuration
from recipe.dac import DAC
from recipe.model_files import first_other, load_network, load_training_record, load_weights_like, save_network
from recipe.widening import widen

STAGES = [OuterGrowth, InnerGrowth, JointTraining, DecoderTraining]
FROZEN = "frozen.safetensors"


class CodecRun:
    """A network in one of the stages."""

    def __init__(self, configuration, machine, seed):
        self.configuration, self.machine, self.seed = configuration, machine, seed
        self.shape = configuration.codec
        torch.manual_seed(seed)
        self.network = DAC(**self.shape.kwargs).to(machine.device)
        self.stage = None
        self.step = 0
        self.history = []
        self.imagined = None

    def begin(self, decoder_of, weights_of=None):
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

    def begin_widened(self, path):
        narrow, _ = load_network(path)
        try:
            widen(self.network, narrow.to(self.machine.device))
        except ValueError as error:
            raise SystemExit(f"{path}: not a codec that fits into the one of the configuration: {error}") from error
        self.history += load_training_record(path, "codec")
        self.stage = JointTraining(self.network, self.configuration, self.machine)

    def freeze(self, folder):
        """Ends joint training: the decoder goes on alone, against the tokens of a codec that is written to `folder`."""
        self.stage = DecoderTraining.after(self.stage, self.configuration)
        self.step = self.stage.network_from
        loudness = f"{self.configuration.audio.loudness_lufs:g}"
        save_network(
            folder / FROZEN, self.network.state_dict(), "DAC", "codec", "frozen", self.shape.kwargs,
            {"loudness_lufs": loudness})

    def take(self, state):
        if state.numbers["shape"] != self.shape.kwargs:
            raise SystemExit("the state is of a codec of another shape than the configuration says")
        kind = next(stage for stage in STAGES if stage.name == state.numbers["stage"])
        self.stage = kind(self.network, self.configuration, self.machine)
        self.stage.take(state)
        self.step, self.history = state.numbers["step"], state.numbers["history"]

    def imagine_with(self, paths):
        """Lets a decoder hear what the transformers in files imagine, a coarse-to-fine one and perhaps a coarse one, where
        they are other files than before; ends the program where the run is another kind."""
        if not isinstance(self.stage, DecoderTraining):
            raise SystemExit("--imagined-by is of a decoder alone: see --decoder-of and --freeze-after")
        written = [path.stat().st_mtime_ns for path in paths]
        if written == self.imagined:
            return
        self.imagined = written
        transformers = []
        for path, (kind, given) in zip(paths, (("coarse-to-fine", True), ("coarse", False))):
            transformer, _ = load_network(path)
            shape = (transformer.latent_dim, transformer.vocab_size, transformer.n_conditioning_codebooks > 0)
            if shape != (self.shape.codebook_dim, self.shape.codebook_size, given):
                raise SystemExit(f"{path}: not a {kind} transformer of the codec's tokens")
            transformers.append(transformer)
        if transformers[0].n_codebooks != self.shape.n_codebooks:
            raise SystemExit(f"{paths[0]}: not a coarse-to-fine transformer of all of the codec's tokens")
        self.stage.imagine_with(*transformers)

    def learn_from(self, path):
        """Lets a decoder alone stay near that of the codec in a file; ends the program where the run is another kind, or the
        codec's latents are others."""
        if not isinstance(self.stage, DecoderTraining):
            raise SystemExit("--taught-by is of a decoder alone: see --decoder-of")
        weights = self.network.state_dict()
        if changed := first_other(weights, load_weights_like(path, weights), lambda name: name.startswith("quantizer.")):
            raise SystemExit(f"{path}: its latents are others: {changed} is not the same")
        self.stage.learn_from(load_network(path)[0].decoder)

    def save(self, folder):
        state = CarriedState(numbers={
            "shape": self.shape.kwargs, "stage": self.stage.name, "step": self.step, "history": self.history})
        self.stage.put(state)
        return state.save(folder, sum(part["steps"] for part in self.history))

    def advance(self, audio):
        """One step, and the change to the next stage where it is due; the step's stage, number and figures."""
        stage, step = self.stage, self.step
        slices.seed_step(self.seed, STAGES.index(type(stage)), step)
        crops = audio.crops(
            self.configuration.codec_training.batch, self.configuration.codec_training.crop_frames * self.shape.hop)
        figures = stage.step(crops, step)
        self.step += 1
        if stage.step_count == self.step:
            self.step = 0
            self.change_stage(audio)
        return stage.name, step, figures

    def change_stage(self, audio):
        if isinstance(self.stage, OuterGrowth):
            self.stage = self.stage.next(self.configuration)
            self.stage.begin(audio, self.shape.hop)
            return
        for index, (remaining, used) in enumerate(self.stage.initialise_quantiser(audio, self.shape.hop)):
            print(f"codebook {index}: {remaining:.1%} of the variance remains, {used} codes in use", flush=True)
        self.stage = JointTraining(self.network, self.configuration, self.machine)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    slices.add_arguments(parser)
    parser.add_argument("--audio", required=True, type=Path, help="a folder that prepare_audio.py made, or one part of it")
    parser.add_argument("--decoder-of", type=Path, help="codec.safetensors whose tokens stay as they are")
    parser.add_argument(
        "--imagined-by", type=Path, nargs="+", default=[], metavar="FILE",
        help="c2f.safetensors, and perhaps coarse.safetensors, whose tokens the decoder shall hear, too")
    parser.add_argument(
        "--taught-by", type=Path, metavar="FILE", help="codec.safetensors whose decoder the mel loss shall compare with")
    parser.add_argument("--weights-of", type=Path, help="codec.safetensors to begin joint training with")
    parser.add_argument("--freeze-after", type=float, metavar="MINUTES", help="of joint training in this slice")
    arguments = parser.parse_args()
    if arguments.decoder_of and arguments.weights_of:
        parser.error("--decoder-of and --weights-of are two kinds of runs")

    this_slice = slices.Slice(arguments)
    configuration = load_configuration(arguments.configuration)
    machine = slices.Machine(arguments.compile)
    run = CodecRun(configuration, machine, arguments.seed)
    state = CarriedState.load(arguments.state)
    if state is None:
        run.begin(arguments.decoder_of, arguments.weights_of)
    else:
        run.take(state)
        if arguments.decoder_of and run.stage.name != DecoderTraining.name:
            raise SystemExit(f"{arguments.state}: holds a run of another kind; --decoder-of begins in an empty folder")
    if arguments.imagined_by and arguments.freeze_after is None:
        run.imagine_with(arguments.imagined_by)
    if arguments.taught_by:
        run.learn_from(arguments.taught_by)
    crop_length = configuration.codec_training.crop_frames * configuration.codec.hop
    audio = ArrivingAudio(
        arguments.audio, configuration.audio, configuration.codec.sample_rate, crop_length, machine.device)
    journal = slices.Journal(arguments.state, arguments.log_every, run.history)
    journal.begin(machine, audio.description)
    if state is None:
        # Whatever is wrong with the folder is said now, not after the slice.
        run.save(arguments.state)
    before = this_slice.elapsed
    while this_slice.goes_on:
        if isinstance(run.stage, JointTraining) and arguments.cool_down:
            rate = run.stage.learning_rate
            rate.cool_down(this_slice.seconds - this_slice.elapsed)
            rate.spent, before = rate.spent + this_slice.elapsed - before, this_slice.elapsed
        journal.note(*run.advance(audio.pool))
        this_slice.count_step()
        if run.step % arguments.log_every == 0:
            if audio.look():
                journal.history[-1]["data"] = audio.description
            imagined_by = arguments.imagined_by
            if run.stage.name == DecoderTraining.name and imagined_by and all(path.exists() for path in imagined_by):
                run.imagine_with(imagined_by)
        is_due = arguments.freeze_after is not None and this_slice.elapsed > 60 * arguments.freeze_after
        if is_due and run.stage.name == JointTraining.name:
            run.freeze(arguments.state)
            print(f"{arguments.state / FROZEN}: the decoder goes on alone", flush=True)
        if this_slice.is_time_to_save:
            journal.remember()
            run.save(arguments.state)
    journal.remember()
    size = run.save(arguments.state)
    print(f"{arguments.state}: {run.stage.name}, step {run.step}, {size / 2**20:.1f} MiB", flush=True)


if __name__ == "__main__":
    main()
