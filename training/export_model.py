"""Training states to a model folder that vampc loads (`formats/model.md`).

    export_model.py --configuration … --name NAME --out models/NAME --codec STATE [--coarse STATE --c2f STATE]
        [--blend CODEC --blend-share 0.5] [--codes-of CODEC] [--data-licences LICENSES.md]

Each of the three is a state folder, or a model file, which is copied; so the codec can be exported before the transformers
exist, and its file is what they are trained on. The averaged weights, binary16; with `--blend` a decoder between this one and
that of the codec which the run began with, be it a narrower one (`recipe/widening.py`). `--codes-of` names a
shipped codec in whose place this one comes, and is refused unless encoder and quantiser are that one's. Writes SHA256SUMS,
training.json (every slice of every network) and, until a person has begun to write it, a MODEL_CARD.md with what the run
knows. Fails where the three take more than 48 MB.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import torch
from safetensors import safe_open

from recipe.carried_state import CarriedState
from recipe.configuration import load_configuration
from recipe.dac import DAC
from recipe.model_card import OPENING, model_card
from recipe.model_files import (
    first_other, load_network, load_training_record, load_weights_like, model_identities, model_metadata, save_network)
from recipe.optimisation import MovingAverage
from recipe.vampnet import VampNet
from recipe.widening import blend

LARGEST_BYTES = 48_000_000
LICENCE = "CC0-1.0"
SOURCE = "trained from scratch on freely licensed audio, see MODEL_CARD.md"


def averaged(network, state):
    """The network's state with the averaged weights of a run."""
    average = MovingAverage(network, 0)
    state.take_network("network", network, average)
    average.copy_to(network)
    return network.state_dict()


def blended(weights, shape, other, share):
    """Weights whose decoder lies between that of a run and the one that it began with; the rest stays bit for bit."""
    network = DAC(**shape.kwargs)
    network.load_state_dict(weights)
    try:
        blend(network.decoder, load_network(other)[0].decoder, share)
    except ValueError as error:
        raise SystemExit(f"{other}: not a codec that this one can have begun with: {error}") from error
    return network.state_dict()


def decoded_codecs(path, weights):
    """Identities of the codec in a file, and of those that it decodes, whose codes those with `weights` decode, too."""
    others, metadata = load_weights_like(path, weights), model_metadata(path)
    if changed := first_other(weights, others, lambda name: not name.startswith("decoder.")):
        raise SystemExit(f"{path}: its codes are others: {changed} is not the same")
    return [model_identities(path)[str(path)], *json.loads(metadata.get("decodes", "[]"))]


def trained_codec(state, shape):
    """The averaged weights of a run."""
    if state.numbers["shape"] != shape.kwargs:
        raise SystemExit("the state is of a codec of another shape than the configuration says")
    if state.numbers["stage"] not in ("joint", "decoder"):
        raise SystemExit(f"the codec is still growing (stage {state.numbers['stage']}): train on")
    return averaged(DAC(**shape.kwargs), state)


def export_codec(path, weights, configuration, name, blended_with, predecessor):
    shape = configuration.codec
    metadata = {"licence": LICENCE, "source": SOURCE, "loudness_lufs": f"{configuration.audio.loudness_lufs:g}"}
    if blended_with:
        weights = blended(weights, shape, *blended_with)
    if predecessor:
        metadata["decodes"] = json.dumps(decoded_codecs(predecessor, weights))
    save_network(path, weights, "DAC", "codec", name, shape.kwargs, metadata)


def export_transformer(path, state, configuration, name, role):
    arguments = configuration.vampnet_kwargs(role)
    if (state.numbers["role"], state.numbers["arguments"]) != (role, arguments):
        raise SystemExit(f"the state is not of the {role} network that the configuration says")
    metadata = {"licence": LICENCE, "source": SOURCE, "window_frames": str(state.numbers["window_frames"])}
    save_network(path, averaged(VampNet(**arguments), state), "VampNet", role, name, arguments, metadata)


def write_hashes(folder):
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in sorted(folder.glob("*.safetensors"))]
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n")


def parameter_count(path):
    with safe_open(path, framework="pt") as file:
        return sum(torch.tensor(file.get_slice(key).get_shape()).prod().item() for key in file.keys())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--configuration", required=True, type=Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--codec", required=True, type=Path)
    parser.add_argument("--coarse", type=Path)
    parser.add_argument("--c2f", type=Path)
    parser.add_argument("--blend", type=Path, help="codec.safetensors that the run began with")
    parser.add_argument("--blend-share", type=float, default=0.5, help="of its weights (default 0.5)")
    parser.add_argument("--codes-of", type=Path, help="codec.safetensors whose streams this codec shall decode")
    parser.add_argument("--data-licences", type=Path, help="table of sources, artists and licences, becomes DATA_LICENSES.md")
    arguments = parser.parse_args()

    if arguments.codes_of and arguments.codec.is_file():
        parser.error(f"--codes-of: {arguments.codec} is a model file, not the state of a run")
    configuration = load_configuration(arguments.configuration)
    arguments.out.mkdir(parents=True, exist_ok=True)
    histories = {}
    for role in ("codec", "coarse", "c2f"):
        source, path = getattr(arguments, role), arguments.out / f"{role}.safetensors"
        if source is None:
            continue
        blended_with = (arguments.blend, arguments.blend_share) if arguments.blend and role == "codec" else None
        if source.is_file():
            if record := load_training_record(source, role):
                histories[role] = record
            if blended_with:
                weights = load_weights_like(source, DAC(**configuration.codec.kwargs).state_dict())
                export_codec(path, weights, configuration, arguments.name, blended_with, None)
            elif source.resolve() != path.resolve():
                shutil.copyfile(source, path)
            continue
        state = CarriedState.load(source)
        if state is None:
            raise SystemExit(f"{source}: no state")
        if role == "codec":
            weights = trained_codec(state, configuration.codec)
            export_codec(path, weights, configuration, arguments.name, blended_with, arguments.codes_of)
        else:
            export_transformer(path, state, configuration, arguments.name, role)
        histories[role] = state.numbers["history"]
        print(f"{path}: {parameter_count(path):,} parameters, {path.stat().st_size / 1e6:.1f} MB")
    size = sum(path.stat().st_size for path in arguments.out.glob("*.safetensors"))
    if size > LARGEST_BYTES:
        raise SystemExit(f"{arguments.out}: {size / 1e6:.1f} MB, at most {LARGEST_BYTES / 1e6:.0f} MB may ship")
    write_hashes(arguments.out)
    if arguments.data_licences:
        shutil.copyfile(arguments.data_licences, arguments.out / "DATA_LICENSES.md")
    (arguments.out / "training.json").write_text(
        json.dumps(previous_histories(arguments.out) | histories, indent=1) + "\n")
    card = arguments.out / "MODEL_CARD.md"
    if not card.exists() or OPENING in card.read_text():
        counts = {path.stem: parameter_count(path) for path in arguments.out.glob("*.safetensors")}
        card.write_text(model_card(arguments.name, configuration, counts, previous_histories(arguments.out)))


def previous_histories(folder):
    path = folder / "training.json"
    return json.loads(path.read_text()) if path.exists() else {}


if __name__ == "__main__":
    main()
