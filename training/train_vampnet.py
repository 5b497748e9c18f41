"""One slice of training a transformer on tokens.

    train_vampnet.py --role coarse --configuration … --tokens FOLDER --state FOLDER [--validation FOLDER]
    train_vampnet.py --role coarse … --state FOLDER --weights-of models/NAME/coarse.safetensors

FOLDER is what `make_tokens.py` made: tokens, and the codebooks that they are indices into. As many slices as there are, each from the state that the
last one left. `--weights-of` begins with a published network, whose state is gone, in an empty state folder. With `--validation`, tokens of recordings that are not trained on, the log has the cross-entropy of the
averaged weights at 20 % and 60 % of the tokens masked: stop when it rises.
"""

import argparse
import copy
from pathlib import Path

import torch

from recipe import slices
from recipe.carried_state import CarriedState
from recipe.configuration import load_configuration
from recipe.model_files import load_training_record, load_weights_like
from recipe.tokens import TokenPool, load_codebooks
from recipe.vampnet_training import MASKED_SHARES, VampNetTraining, validate

VALIDATION_WINDOWS = 64
VALIDATION_SEED = 1


class VampNetRun:
    def __init__(self, configuration, role, machine, arguments):
        shape, *_ = configuration.vampnet(role)
        books = torch.from_numpy(load_codebooks(arguments.tokens))
        size = configuration.codec.codebook_size
        torch.manual_seed(arguments.seed)

        def pool(folder):
            return TokenPool(folder, shape.n_codebooks, size, shape.window_frames, machine.device)

        self.tokens = pool(arguments.tokens)
        self.training = VampNetTraining(configuration, role, books, self.tokens, machine)
        self.role, self.machine, self.seed = role, machine, arguments.seed
        self.arguments = configuration.vampnet_kwargs(role)
        self.step, self.history = 0, []
        self.validation = None
        if arguments.validation:
            torch.manual_seed(VALIDATION_SEED)
            self.validation = pool(arguments.validation).windows(VALIDATION_WINDOWS, shape.window_frames)
            self.averaged = copy.deepcopy(self.training.network)

    def begin(self, weights_of):
        if weights_of is None:
            return
        self.training.start_from(load_weights_like(weights_of, self.training.network.state_dict()))
        self.history += load_training_record(weights_of, self.role)

    def take(self, state):
        if (state.numbers["role"], state.numbers["arguments"]) != (self.role, self.arguments):
            raise SystemExit("the state is of another network than the configuration says")
        self.training.take(state)
        self.step, self.history = state.numbers["step"], state.numbers["history"]

    def save(self, folder):
        state = CarriedState(numbers={
            "role": self.role, "arguments": self.arguments, "step": self.step, "history": self.history,
            "window_frames": self.training.window_frames})
        self.training.put(state)
        return state.save(folder, self.step)

    def advance(self):
        slices.seed_step(self.seed, 0, self.step)
        figures = self.training.step(self.step)
        self.step += 1
        return self.role, self.step - 1, figures

    def validated(self):
        """Figures of the averaged weights, by name."""
        self.training.average.copy_to(self.averaged)
        rows = validate(self.averaged, self.validation, self.training.books, self.machine.autocast())
        return {f"validation {share:.0%}": row.mean() for share, row in zip(MASKED_SHARES, rows)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    slices.add_arguments(parser)
    parser.add_argument("--role", required=True, choices=("coarse", "c2f"))
    parser.add_argument("--tokens", required=True, type=Path, help="a folder that make_tokens.py made")
    parser.add_argument("--validation", type=Path, help="a folder of tokens")
    parser.add_argument("--weights-of", type=Path, help="coarse.safetensors or c2f.safetensors to begin with")
    parser.add_argument("--validate-every", type=int, default=500, help="steps (default 500)")
    arguments = parser.parse_args()

    this_slice = slices.Slice(arguments)
    configuration = load_configuration(arguments.configuration)
    machine = slices.Machine(arguments.compile)
    run = VampNetRun(configuration, arguments.role, machine, arguments)
    state = CarriedState.load(arguments.state)
    if state is None:
        run.begin(arguments.weights_of)
    else:
        run.take(state)
    journal = slices.Journal(arguments.state, arguments.log_every, run.history)
    journal.begin(machine, f"{arguments.tokens.name}, {run.tokens.frame_count} frames")
    if state is None:
        # Whatever is wrong with the folder is said now, not after the slice.
        run.save(arguments.state)
    first = run.training.network.n_conditioning_codebooks
    print(f"order-0 entropy {run.tokens.entropies()[first:].mean():.4f} nats a token", flush=True)
    before = this_slice.elapsed
    while this_slice.goes_on:
        if arguments.cool_down:
            rate = run.training.learning_rate
            rate.cool_down(this_slice.seconds - this_slice.elapsed)
            rate.spent, before = rate.spent + this_slice.elapsed - before, this_slice.elapsed
        journal.note(*run.advance())
        this_slice.count_step()
        if run.validation is not None and run.step % arguments.validate_every == 0:
            journal.report(arguments.role, run.step, run.validated())
        if this_slice.is_time_to_save:
            journal.remember()
            run.save(arguments.state)
    if run.validation is not None:
        journal.report(arguments.role, run.step, run.validated())
    journal.remember()
    size = run.save(arguments.state)
    print(f"{arguments.state}: step {run.step}, {size / 2**20:.1f} MiB", flush=True)


if __name__ == "__main__":
    main()
