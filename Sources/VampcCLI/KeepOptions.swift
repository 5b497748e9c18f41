import ArgumentParser
import VampcKit

/// Options of encoding that keep tokens beyond the period.
struct KeepOptions: ParsableArguments {
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
      "Also keep the frames at the times of a text file: one time a line, in seconds, as beat trackers write them.",
      valueName: "file"))
  var keepTimes: String?

  @Option(
    help: ArgumentHelp(
      "Codebooks that --keep-first, --keep-last and --keep-times keep, 1 or more. Default: all of the model.",
      valueName: "count"))
  var keepCodebooks: Int?

  @Option(
    help: ArgumentHelp(
      "Also keep the tokens that a mask keeps: a NumPy file of bool or integers [codebook, frame], 0 is kept, 1 is masked.",
      valueName: "file"))
  var keepMask: String?

  @Flag(help: "Keep only what the --keep options say, instead of -b, -k and -p.")
  var noPeriodic = false

  /// Whether options keep frames beyond the period.
  var keepsFrames: Bool { keepFirst != nil || keepLast != nil || keepTimes != nil }
  /// Whether any option of the group is given.
  var isGiven: Bool { keepsFrames || keepMask != nil || noPeriodic }

  func validate() throws {
    for (name, seconds) in [("--keep-first", keepFirst), ("--keep-last", keepLast)] {
      if let seconds, !(seconds > 0 && seconds <= 86_400) {
        throw ValidationError("\(name) takes more than 0 and up to 86400 seconds, not \(seconds)")
      }
    }
    if let keepCodebooks {
      if keepCodebooks < 1 { throw ValidationError("--keep-codebooks takes 1 or more, not \(keepCodebooks)") }
      if !keepsFrames { throw ValidationError("--keep-codebooks needs --keep-first, --keep-last or --keep-times") }
    }
    if noPeriodic, !keepsFrames, keepMask == nil {
      throw ValidationError("--no-periodic needs --keep-first, --keep-last, --keep-times or --keep-mask")
    }
  }

  /// Rules for the encoder.
  ///
  /// - Throws: `KeepRulesError`.
  func rules() throws -> KeepRules {
    KeepRules(
      firstSeconds: keepFirst ?? 0, lastSeconds: keepLast ?? 0,
      timesSeconds: try keepTimes.map(KeepRules.times(inFile:)) ?? [], codebookCount: keepCodebooks,
      mask: try keepMask.map(KeepRules.mask(inFile:)), excludesPeriodic: noPeriodic)
  }
}
