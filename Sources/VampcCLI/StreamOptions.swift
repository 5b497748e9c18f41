import ArgumentParser
import VampcKit

/// Options for the form of the encoded stream and its audio: blocks, loudness, high-pass, tags.
struct StreamOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Longest block in seconds, more than 0, up to 86400. Default: chosen by the bitrate; at most \(Int(EncoderSettings.pipeLatencySeconds)) for a pipe.",
      valueName: "seconds"))
  var latency: Double?

  @Option(
    help: ArgumentHelp(
      "Match the original loudness of the full decode (decoded) or of the codec alone (codec, faster). Default: decoded.",
      valueName: "decoded|codec"))
  var loudness: EncoderSettings.LoudnessTarget?

  /// Value of `--level`, the old name of `--loudness`.
  @Option(help: .hidden)
  var level: EncoderSettings.LoudnessTarget?

  @Flag(help: "Do not remove frequencies below 10 Hz (an offset, rumble), on which most of the tokens would be spent.")
  var noHighpass = false

  @Flag(help: "Leave out the tags of the input.")
  var noTags = false

  @Option(
    help: ArgumentHelp(
      "Tag to store in place of all tags of the input with this key; an empty value only removes them. Can be repeated.",
      valueName: "key=value"))
  var tag: [TagArgument] = []

  /// Changes that `--tag` and `--no-tags` make to the tags of the input.
  var tagChanges: TagChanges { TagChanges(keepsInputTags: !noTags, replacements: tag.map(\.tag)) }

  /// Loudness target of `--loudness`, or of its old name `--level`; nil where neither is given.
  var loudnessTarget: EncoderSettings.LoudnessTarget? { loudness ?? level }

  /// Values that `--latency` may have, in seconds.
  static let latencySeconds = Double.leastNonzeroMagnitude...86_400

  /// Checks the value of `--latency`.
  ///
  /// - Throws: `ValidationError` where blocks cannot have this length.
  static func check(latency: Double?) throws {
    guard let latency, !latencySeconds.contains(latency) else { return }
    throw ValidationError("--latency takes more than 0 and up to 86400 seconds, not \(latency)")
  }

  func validate() throws {
    try Self.check(latency: latency)
    if loudness != nil, level != nil { throw ValidationError("--level is the old name of --loudness: give one") }
  }
}
