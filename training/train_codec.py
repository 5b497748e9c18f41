"""One slice of training the codec.

    train_codec.py --configuration configurations/small.toml --audio PARTS --state FOLDER [--minutes 9] [--cool-down]
    train_codec.py --configuration … --audio PARTS --state FOLDER --decoder-of models/NAME/codec.safetensors
    train_codec.py … --decoder-of models/NAME/codec.safetensors --imagined-by models/NAME/c2f.safetensors

Grows the auto-encoder, initialises the quantiser, then trains everything jointly, for as many slices as there are: each goes
on from the state that the last one left and leaves its own, in at most 6 files of 15 MiB and a log. `--decoder-of` begins
another kind of run in an empty state folder: the decoder alone, against the tokens of a published codec; with
`--imagined-by`, which every slice of such a run names, also against the tokens that a transformer makes of its coarse ones.
What a run is, a later slice knows from its state.
"""

import argparse
from pathlib import Path

import torch

from recipe import slices
from recipe.audio_pool import AudioPool
from recipe.carried_state import CarriedState
from recipe.codec_growth import InnerGrowth, OuterGrowth, initialise_gains
from recipe.codec_training import DecoderTraining, JointTraining
from recipe.configuration import load_configuration
from recipe.dac import DAC
from recipe.model_files import load_network, load_training_record, load_weights_like

STAGES = [OuterGrowth, InnerGrowth, JointTraining, DecoderTraining]


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

    def begin(self, decoder_of):
        if decoder_of is None:
            initialise_gains(self.network)
            self.stage = OuterGrowth(self.network, self.configuration, self.machine)
            return
        self.network.load_state_dict(load_weights_like(decoder_of, self.network.state_dict()))
        self.history += load_training_record(decoder_of, "codec")
        self.stage = DecoderTraining(self.network, self.configuration, self.machine)

    def take(self, state):
        if state.numbers["shape"] != self.shape.kwargs:
            raise SystemExit("the state is of a codec of another shape than the configuration says")
        kind = next(stage for stage in STAGES if stage.name == state.numbers["stage"])
        self.stage = kind(self.network, self.configuration, self.machine)
        self.stage.take(state)
        self.step, self.history = state.numbers["step"], state.numbers["history"]

    def imagine_with(self, path):
        """Lets a decoder hear what the transformer in a file imagines; ends the program where the run is another kind."""
        if path is None:
            return
        if not isinstance(self.stage, DecoderTraining):
            raise SystemExit("--imagined-by is of a decoder alone: see --decoder-of")
        transformer, _ = load_network(path)
        shape = (transformer.n_codebooks, transformer.latent_dim, transformer.vocab_size)
        if shape != (self.shape.n_codebooks, self.shape.codebook_dim, self.shape.codebook_size):
            raise SystemExit(f"{path}: not a coarse-to-fine transformer of all of the codec's tokens")
        self.stage.imagine_with(transformer)

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
    parser.add_argument("--imagined-by", type=Path, help="c2f.safetensors whose fine tokens the decoder shall hear, too")
    arguments = parser.parse_args()

    this_slice = slices.Slice(arguments)
    configuration = load_configuration(arguments.configuration)
    machine = slices.Machine(arguments.compile)
    run = CodecRun(configuration, machine, arguments.seed)
    state = CarriedState.load(arguments.state)
    if state is None:
        run.begin(arguments.decoder_of)
    else:
        run.take(state)
        if arguments.decoder_of and run.stage.name != DecoderTraining.name:
            raise SystemExit(f"{arguments.state}: holds a run of another kind; --decoder-of begins in an empty folder")
    run.imagine_with(arguments.imagined_by)
    crop_length = configuration.codec_training.crop_frames * configuration.codec.hop
    audio = AudioPool(arguments.audio, configuration.audio, configuration.codec.sample_rate, crop_length, machine.device)
    journal = slices.Journal(arguments.state, arguments.log_every, run.history)
    journal.begin(machine, f"{arguments.audio.name}, {audio.seconds / 3600:.2f} h")
    if state is None:
        # Whatever is wrong with the folder is said now, not after the slice.
        run.save(arguments.state)
    before = this_slice.elapsed
    while this_slice.goes_on:
        if isinstance(run.stage, JointTraining) and arguments.cool_down:
            rate = run.stage.learning_rate
            rate.cool_down(this_slice.seconds - this_slice.elapsed)
            rate.spent, before = rate.spent + this_slice.elapsed - before, this_slice.elapsed
        journal.note(*run.advance(audio))
        this_slice.count_step()
        if this_slice.is_time_to_save:
            journal.remember()
            run.save(arguments.state)
    journal.remember()
    size = run.save(arguments.state)
    print(f"{arguments.state}: {run.stage.name}, step {run.step}, {size / 2**20:.1f} MiB", flush=True)


if __name__ == "__main__":
    main()
