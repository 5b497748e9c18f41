"""The part of a model's card that the training run knows."""

# Where a person begins to write; a card that still says so is written anew.
OPENING = "<What this model is for and how far to trust it, in two sentences.>"


def describe_codec(configuration):
    codec = configuration.codec
    strides = "·".join(map(str, codec.encoder_rates)), "·".join(map(str, codec.decoder_rates))
    return (
        f"DAC, {codec.sample_rate / 1000:g} kHz, hop {codec.hop}, {codec.n_codebooks} × {codec.codebook_size:,} × "
        f"{codec.codebook_dim}",
        f"encoder {codec.encoder_dim}, strides {strides[0]}; decoder {codec.decoder_dim}, strides {strides[1]}; latent "
        f"{codec.latent_dim}")


def describe_transformer(configuration, role):
    shape, *_ = configuration.vampnet(role)
    given = shape.n_conditioning_codebooks
    codebooks = f"codebooks {given}–{shape.n_codebooks - 1}" + (f" given 0–{given - 1}" if given else "")
    return (
        f"VampNet, {codebooks}",
        f"{shape.embedding_dim} wide, {shape.n_heads} heads, {shape.n_layers} layers, window {shape.window_frames} frames")


def training_lines(histories):
    """One line for each machine that each network was trained on."""
    for role, history in histories.items():
        for machine in dict.fromkeys(part["machine"] for part in history):
            parts = [part for part in history if part["machine"] == machine]
            steps, hours = sum(part["steps"] for part in parts), sum(part["seconds"] for part in parts) / 3600
            yield f"| {role} | {machine} | {len(parts)} | {steps:,} | {hours:.2f} |"


def model_card(name, configuration, parameter_counts, histories):
    """Markdown. What a person has to write is in angle brackets."""
    networks = {"codec": describe_codec(configuration)}
    networks |= {role: describe_transformer(configuration, role) for role in ("coarse", "c2f")}
    table = "\n".join(
        f"| `{role}.safetensors` | {kind} | {sizes} | {parameter_counts[role]:,} |"
        for role, (kind, sizes) in networks.items() if role in parameter_counts)
    audio = configuration.audio
    return f"""# {name}

{OPENING}

| file | network | configuration | parameters |
|---|---|---|--:|
{table}

F16, parameter names as published, configuration in `__metadata__` (`formats/model.md`). `SHA256SUMS` holds the hashes of
the files, `tools/model-identity` computes the identities that streams carry. Licence of the weights: CC0-1.0. Audio and
its licences: [DATA_LICENSES.md](DATA_LICENSES.md); thank you to its authors.

**Training.** By the recipe in `training/`; loudness {audio.loudness_lufs:g} LUFS.

| network | machine | slices | steps | hours |
|---|---|--:|--:|--:|
{chr(10).join(training_lines(histories))}

**Figures.** From `training/evaluations.csv`, where `training/evaluate.py` wrote them: <the tables>.

**Spectrograms.** <Six clips at 8k, 2k, 500 and 50 bit/s, looked at: what is there.>

**Limits.** <What it cannot do.> Not for evidence, archives of record or anything where an invented sound does harm.
"""
