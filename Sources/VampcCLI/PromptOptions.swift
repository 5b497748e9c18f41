import ArgumentParser
import Bitstream
import Signal
import Tokens
import VampcKit

/// Options that say which tokens are kept in addition to the tokens of the period, and which tokens are masked.
struct PromptOptions: ParsableArguments {
  /// Argument of `--phase`: number of the first kept frame of a period, 0 for the first, or `random`.
  enum Phase: Equatable, ExpressibleByArgument {
    case frame(Int)
    /// The seed draws the phase.
    case random

    init?(argument: String) {
      if argument == "random" {
        self = .random
      } else if let frame = Int(argument), frame >= 0 {
        self = .frame(frame)
      } else {
        return nil
      }
    }
  }

  @Option(
    help: ArgumentHelp("Consecutive frames that each period keeps, 1 or more. Default: 1.", valueName: "frames"))
  var width: Int?

  @Option(
    help: ArgumentHelp(
      "First frame that the period keeps, 0 to the period − 1, or random: drawn by the seed. Default: 0.",
      valueName: "frame|random"))
  var phase: Phase?

  @Option(
    help: ArgumentHelp(
      "Also keep all frames of a prefix of this length: more than 0, up to 86400 seconds.", valueName: "seconds"))
  var keepFirst: Double?

  @Option(
    help: ArgumentHelp(
      "Also keep all frames of a suffix of this length: more than 0, up to 86400 seconds. Delays a pipe by as much.",
      valueName: "seconds"))
  var keepLast: Double?

  @Option(
    help: ArgumentHelp(
      "Also keep a segment, in seconds: 2:4.5, or 1:02-1:10; either end may be left out. Repeatable.",
      valueName: "from:to"))
  var keep: [SegmentArgument] = []

  @Option(
    help: ArgumentHelp(
      "Keep no token of a segment, whatever the other options say; written as for --keep. Repeatable.",
      valueName: "from:to"))
  var generate: [SegmentArgument] = []

  @Option(
    help: ArgumentHelp(
      "Also keep the frames at the times of a text file: one time a line, in seconds, as beat trackers write them.",
      valueName: "file"), completion: .file())
  var keepTimes: String?

  @Flag(help: "Also keep the frames at the beats, as `vampc beats` finds them. Needs a file, not a pipe.")
  var beats = false

  @Option(
    help: ArgumentHelp("With --beats: keep one beat in so many, 1 or more. Default: 1.", valueName: "count"))
  var beatStep: Int?

  @Flag(help: "With --beats: only the first beat of each bar.")
  var downbeats = false

  @Flag(help: "With --beats: only the beats that do not begin a bar.")
  var upbeats = false

  @Flag(help: "Move the ends of --keep, --generate and --inpaint to the nearest beats. Needs a file, not a pipe.")
  var snapToBeats = false

  @Flag(help: "Also keep the frames at the onsets, as `vampc beats --onsets` finds them. Needs a file, not a pipe.")
  var onsets = false

  @Option(
    help: ArgumentHelp(
      "Seconds before each time, beat and onset that are kept as well, 0 to 10. Default: 0.", valueName: "seconds"))
  var keepBefore: Double?

  @Option(
    help: ArgumentHelp(
      "Seconds behind each time, beat and onset that are kept as well, 0 to 10. Default: 0, which keeps one frame.",
      valueName: "seconds"))
  var keepAfter: Double?

  @Option(
    help: ArgumentHelp(
      "Also keep each token with this probability, 0 to 1, drawn by the seed. Default: 0.", valueName: "share"))
  var keepShare: Double?

  @Option(
    help: ArgumentHelp(
      "Mask each kept token again with this probability, 0 to 1, drawn by the seed. Default: 0.", valueName: "share"))
  var dropout: Double?

  @Option(
    help: ArgumentHelp(
      "Codebooks that --keep, --keep-first, --keep-last, --keep-times, --beats, --onsets and --keep-share keep, 1 or more. Default: all; with vamp, those of -k.",
      valueName: "count"))
  var keepCodebooks: Int?

  @Option(
    help: ArgumentHelp(
      "Also keep the tokens that a mask keeps: a NumPy file of bool or integers [codebook, frame], 0 is kept, 1 is masked.",
      valueName: "file"), completion: .file(extensions: ["npy"]))
  var keepMask: String?

  /// Names of the options that keep tokens beyond the period, apart from `--keep-mask`.
  static let keepingNames = "--keep, --keep-first, --keep-last, --keep-times, --beats, --onsets, --keep-share"

  /// Whether any option of ``keepingNames`` is given.
  var keepsFrames: Bool {
    keepFirst != nil || keepLast != nil || !keep.isEmpty || keepTimes != nil || keepsTimesOfAudio || keepShare != nil
  }

  /// Whether any option of this group changes which tokens are kept.
  var isGiven: Bool {
    keepsFrames || keepMask != nil || width != nil || phase != nil || !generate.isEmpty || dropout != nil
      || snapToBeats
  }

  /// Whether the options need the beats or onsets of the recording.
  var needsAudio: Bool { keepsTimesOfAudio || snapToBeats }

  /// Whether the frames at beats or onsets are kept.
  private var keepsTimesOfAudio: Bool { beats || onsets }

  func validate() throws {
    if let width, width < 1 { throw ValidationError("--width takes 1 frame or more, not \(width)") }
    for (name, seconds) in [("--keep-first", keepFirst), ("--keep-last", keepLast)] {
      if let seconds, !(seconds > 0 && seconds <= 86_400) {
        throw ValidationError("\(name) takes more than 0 and up to 86400 seconds, not \(seconds)")
      }
    }
    for (name, seconds) in [("--keep-before", keepBefore), ("--keep-after", keepAfter)] {
      guard let seconds else { continue }
      if !(0...10).contains(seconds) { throw ValidationError("\(name) takes 0 to 10 seconds, not \(seconds)") }
      if keepTimes == nil, !keepsTimesOfAudio {
        throw ValidationError("\(name) needs --keep-times, --beats or --onsets")
      }
    }
    for (name, share) in [("--keep-share", keepShare), ("--dropout", dropout)] {
      if let share, !(0...1).contains(share) { throw ValidationError("\(name) takes 0 to 1, not \(share)") }
    }
    if let beatStep, beatStep < 1 { throw ValidationError("--beat-step takes 1 or more, not \(beatStep)") }
    if !beats, beatStep != nil || downbeats || upbeats {
      throw ValidationError("--beat-step, --downbeats and --upbeats need --beats")
    }
    if downbeats, upbeats { throw ValidationError("--downbeats and --upbeats exclude each other") }
    if let keepCodebooks {
      if keepCodebooks < 1 { throw ValidationError("--keep-codebooks takes 1 or more, not \(keepCodebooks)") }
      if !keepsFrames { throw ValidationError("--keep-codebooks needs one of \(Self.keepingNames)") }
    }
  }

  /// Number of the first frame that the period keeps.
  ///
  /// - Parameters:
  ///   - period: Period in frames; 0 keeps no frame.
  ///   - seed: Seed of the random number that `--phase random` draws.
  /// - Throws: `ValidationError` where the phase is not less than the period.
  func firstFrame(period: Int, seed: UInt32) throws -> Int {
    switch phase {
    case nil: return 0
    case .random: return CompressionPrompt.drawnPhase(period: period, seed: seed)
    case .frame(let frame):
      guard frame < max(1, period) else {
        throw ValidationError("--phase takes 0 to \(max(1, period) - 1), not \(frame)")
      }
      return frame
    }
  }

  /// Keep rules that the options ask for, without the times of beats and onsets, and with segments that are not moved
  /// to beats.
  ///
  /// - Parameters:
  ///   - seed: Seed of the tokens that are kept or masked at random.
  ///   - defaultCodebookCount: Number of codebooks that the rules keep where `--keep-codebooks` is not given; nil for
  ///     all codebooks.
  /// - Throws: `KeepRulesError`.
  func keepRules(seed: UInt32, defaultCodebookCount: Int? = nil) throws -> KeepRules {
    KeepRules(
      periodWidth: width ?? 1, firstSeconds: keepFirst ?? 0, lastSeconds: keepLast ?? 0,
      timesSeconds: try keepTimes.map(KeepRules.times(inFile:)) ?? [],
      timeReach: KeepRules.TimeReach(beforeSeconds: keepBefore ?? 0, afterSeconds: keepAfter ?? 0),
      keptSegments: keep.map(\.range), generatedSegments: generate.map(\.range),
      random: KeepRules.RandomChoice(keepShare: keepShare ?? 0, dropout: dropout ?? 0, seed: seed),
      codebookCount: keepCodebooks ?? defaultCodebookCount, mask: try keepMask.map(KeepRules.mask(inFile:)))
  }

  /// Checks that a segment is given where `--snap-to-beats` is given.
  ///
  /// - Parameter otherSegmentCount: Number of segments that options outside this group give.
  /// - Throws: `ValidationError`.
  func checkSnapping(otherSegmentCount: Int) throws {
    if snapToBeats, keep.isEmpty, generate.isEmpty, otherSegmentCount == 0 {
      throw ValidationError("--snap-to-beats needs a segment: --keep, --generate or, for vamp, --inpaint")
    }
  }

  /// Adds the times of the chosen beats and onsets to the rules, and moves the ends of segments to beats, as the
  /// options ask.
  ///
  /// - Parameters:
  ///   - audio: Recording as `BeatsAudio` reads it: one channel at a low sample rate.
  ///   - rules: Rules with all segments.
  func apply(_ audio: AudioBuffer, to rules: inout KeepRules) {
    if beats || snapToBeats {
      let found = BeatTracker.beatSeconds(in: audio)
      if snapToBeats {
        rules.keptSegments = rules.keptSegments.map { $0.snapped(toBeats: found) }
        rules.generatedSegments = rules.generatedSegments.map { $0.snapped(toBeats: found) }
      }
      if beats { rules.timesSeconds += chosen(found, in: audio) }
    }
    if onsets { rules.timesSeconds += OnsetDetector.onsetSeconds(in: audio) }
  }

  /// Beats that `--downbeats`, `--upbeats` and `--beat-step` choose, in seconds.
  private func chosen(_ beats: [Double], in audio: AudioBuffer) -> [Double] {
    var beats = beats
    if downbeats || upbeats {
      let metre = Metre(of: beats, in: audio)
      beats = downbeats ? metre.downbeats(of: beats) : metre.upbeats(of: beats)
    }
    return stride(from: 0, to: beats.count, by: beatStep ?? 1).map { beats[$0] }
  }
}
