import ArgumentParser
import AudioIO
import Foundation
import Kernels
import ModelStore
import Signal
import SystemCalls
import VampcKit

/// Command `vampc vamp`.
struct VampCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vamp",
    abstract: "Make variations of a recording: some tokens stay, VampNet generates the others.",
    discussion: """
      EXAMPLES
        vampc vamp song.wav -o new.wav                     make a variation
        vampc vamp --preset timbre song.wav -o new.wav     change sound, keep notes
        vampc vamp --variations 4 song.wav -o new.wav      make four variations
        vampc vamp --loop --passes 8 bars.wav -o long.wav  make a loop of 8 passes
        vampc vamp --inpaint 2:3.5 --keep-original song.wav -o mended.wav
                                                           generate one segment
        vampc vamp --continue 10 song.wav -o longer.wav    generate 10 more seconds
        vampc vamp --beats --keep-after 0.05 -p 0 song.wav -o new.wav
                                                           keep 50 ms at each beat
        vampc vamp --variations 3 --page new.html song.wav -o new.wav
                                                           write a page to compare
        vampc vamp --list-presets                          describe the presets
        ffmpeg -i film.mkv -f wav - | vampc vamp - -o - | aplay
                                                           vary the sound of a film

      Kept tokens come back as they are; what is kept decides whether the result is
      near the recording or far from it. Without options every 7th frame keeps 3
      codebooks. The result is as loud as the recording.
      """)

  @OptionGroup(title: "Vamping") var vamp: VampOptions
  @OptionGroup(title: "Prompt: tokens that are kept in addition, or masked") var prompt: PromptOptions
  @OptionGroup(title: "Generating") var sampler: SamplerOptions
  @OptionGroup(title: "Sampler") var method: SamplerMethodOptions
  @Option(help: "Bits per sample: 16 (dithered), 24, or float (32 bits).") var bits: DecodingOptions.Bits = .sixteen
  @Option(
    help: ArgumentHelp("Model to generate with, its name or folder.", valueName: "name-or-path"),
    completion: .modelNames)
  var model: String = Models.defaultName
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Output file; variations and passes of their own get numbers: new-1.wav. - is standard output.",
      valueName: "file"), completion: .file())
  var output: String?
  @Flag(name: .shortAndLong, help: "Overwrite existing output files.") var force = false
  @OptionGroup(title: "Machine") var machine: MachineOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions
  @Argument(help: "Audio file; - is standard input.", completion: .file()) var input: String?

  func validate() throws {
    if vamp.listPresets { return }
    guard let input else { throw ValidationError("vamp needs an input file, or - for standard input") }
    guard let output else { throw ValidationError("vamp needs -o, an output file or -") }
    if output == "-" {
      if outputCount > 1 { throw ValidationError("-o - takes one output: no --variations and no --split") }
    } else if AudioContainer(path: output) == nil, !FilePlan.isSpecialFile(output) {
      throw ValidationError("'\(output)' has no extension of a known audio format")
    }
    _ = try prompt.firstFrame(period: vamp.keptPeriod, seed: 0)
    if input == "-", vamp.loopAtBeats {
      throw ValidationError("--loop-at-beats reads the input twice: it needs a file, not -")
    }
    try prompt.checkSnapping(otherSegmentCount: vamp.inpaint.count)
    if input == "-", needsBeatsAudio {
      throw ValidationError("--beats, --onsets and --snap-to-beats need a file, not -")
    }
  }

  private var outputCount: Int {
    vamp.variations * (vamp.split ? vamp.passes ?? vamp.preset?.loopPassCount ?? 1 : 1)
  }

  /// Options of prompts, where `--beats` and `--onsets` are also on if the preset keeps beats or onsets.
  private var wholePrompt: PromptOptions {
    var prompt = prompt
    prompt.beats = prompt.beats || vamp.preset?.keepsBeats == true
    prompt.onsets = prompt.onsets || vamp.preset?.keepsOnsets == true
    return prompt
  }

  /// Whether the beats or onsets of the recording are needed.
  private var needsBeatsAudio: Bool { wholePrompt.needsAudio }

  func run() throws {
    if vamp.listPresets {
      for preset in VampPreset.allCases {
        try Console.result(preset.rawValue.padding(toLength: 18, withPad: " ", startingAt: 0) + preset.summary)
      }
      return
    }
    guard let input, let output else { return }
    try TerminalError.refuse(input: input == "-", output: output == "-")
    try InputLoop.run(input) {
      for path in [vamp.maskOut, vamp.page].compactMap(\.self) { try MaskFile.requireNew(path, replaces: force) }
      let (audio, tags) = try recording(input)
      let model = try Model(try Models.library().bundle(named: model), context: machine.context())
      if messages.verbose { Console.message("\(model.name), \(model.context.summary)") }
      let beatsAudio = needsBeatsAudio ? try BeatsAudio.mixed(audio) : nil
      let settings = try vamp.settings(
        for: model, sampler.changes(with: method), wholePrompt, beatsAudio: beatsAudio)
      if let rescorer = try method.rescorer(Models.library(), model.context) { try model.rescore(with: rescorer) }
      let vamper = try Vamper(model, settings: settings)
      var page = vamp.page.map { _ in VampPageFile(audio, name: InputLoop.displayName(input)) }
      for variation in 0..<vamp.variations {
        try write(audio, tags, vamper, variation: variation, input, output, page: &page)
      }
      if let page, let path = vamp.page { try page.write(to: path, madeFrom: input, replaces: force) }
      return .success
    }
  }

  /// Reads the whole input; with `--loop-at-beats`, cuts the recording to whole bars.
  private func recording(_ input: String) throws -> (AudioBuffer, [AudioTag]) {
    let reader = try BeatsAudio.reader(of: input)
    if !messages.quiet { FFmpeg.mention(reader, as: InputLoop.displayName(input)) }
    let audio = try reader.readAll()
    guard vamp.loopAtBeats else { return (audio, reader.tags) }
    let bars = try BarCut(audio)
    return (audio.slice(bars.samples), reader.tags)
  }

  private func write(
    _ audio: AudioBuffer, _ tags: [AudioTag], _ vamper: Vamper, variation: Int, _ input: String, _ output: String,
    page: inout VampPageFile?
  ) throws {
    let display = ProgressDisplay(name: InputLoop.displayName(input), isShown: messages.showsProgress)
    let seed = (sampler.seed ?? 0) &+ UInt32(variation)
    var result = try vamper.variation(of: audio, seed: seed, progress: display.update)
    if variation == 0, let maskOut = vamp.maskOut {
      try MaskFile.write(result.mask, to: maskOut, madeFrom: input, replaces: force)
    }
    for round in 1..<vamp.feedback {
      let next = seed &+ UInt32(round) &* 0x1_0000
      result = try vamper.variation(of: result.audio, seed: next, progress: display.update)
    }
    display.end()
    try page?.add(result, seed: seed)
    let passCount = vamp.split ? vamper.settings.loopPassCount ?? 1 : 1
    let passLength = result.audio.sampleCount / passCount
    for pass in 0..<passCount {
      let name = numbered(output, variation * passCount + pass + 1)
      try write(result.audio.slice(pass * passLength..<(pass + 1) * passLength), tags, to: name, input)
      if !messages.quiet, pass == 0 { try tell(result, input, name, output, display.elapsedSeconds, seed) }
    }
  }

  private func write(_ audio: AudioBuffer, _ tags: [AudioTag], to name: String, _ input: String) throws {
    let file =
      name == "-"
      ? OutputFile(standardOutputNamed: "standard output")
      : try OutputFile(path: name, replaces: force, madeFrom: input)
    try file.complete { file in
      let writer = try AudioWriter(
        descriptor: file.descriptor, name: name, container: AudioContainer(path: name) ?? .wav,
        sampleFormat: bits.format, sampleRateHz: audio.sampleRateHz, channelCount: audio.channelCount, tags: tags)
      try writer.write(audio)
      try writer.finish()
    }
  }

  /// Path of output `number`, 1 for the first: `new-3.wav` for `new.wav`; `output` itself where there is only one
  /// output.
  private func numbered(_ output: String, _ number: Int) -> String {
    guard outputCount > 1 else { return output }
    let start = output.lastIndex(of: "/").map { output.index(after: $0) } ?? output.startIndex
    let end = output[start...].lastIndex(of: ".") ?? output.endIndex
    return output[..<end] + "-\(number)" + output[end...]
  }

  private func tell(
    _ result: Vamp, _ input: String, _ name: String, _ output: String, _ elapsedSeconds: Double, _ seed: UInt32
  ) throws {
    let seconds = Double(result.audio.sampleCount) / Double(result.audio.sampleRateHz)
    var text = "\(Console.printable(InputLoop.displayName(input))) -> "
    text += "\(Console.printable(name == "-" ? "standard output" : name)): \(Format.seconds(seconds)), "
    text +=
      "\(Format.percent(result.keptShare)) of the tokens kept (\(Format.bitrate(result.keptRateBps))), seed \(seed)"
    if messages.verbose {
      text += "\n  \(Format.seconds(elapsedSeconds)), "
      text += "\(Format.number(seconds / max(elapsedSeconds, 1e-9), decimals: 1)) times real time"
    }
    try Console.result(text, standardOutputCarriesData: output == "-")
  }
}
