import ArgumentParser
import Bitstream
import Foundation
import SystemCalls
import VampcKit

/// Command `vampc trim`.
struct TrimCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trim",
    abstract: "Lower the bitrate of streams by masking tokens, without decoding them.",
    discussion: """
      EXAMPLES
        vampc trim -k 4 -o small.vampc song.vampc       keep the first 4 codebooks
        vampc trim -k 1 -p 12 -o tiny.vampc song.vampc  keep 1 frame in 12
        vampc trim -k 4 - < song.vampc | vampc decode - > song.wav
                                                        trim and decode in a pipe

      The output keeps the kept tokens of the first codebooks (-k) in the frames of \
      the new period (-p), which count from the start of the recording. Tokens, \
      gains and tags are those of the input. Checksums and token hashes are checked; \
      a damaged stream is refused (see 'vampc repair').
      """)

  @Option(
    name: [.customShort("k"), .long],
    help: ArgumentHelp("Most codebooks to keep, 1 or more. Default: those that the stream keeps.", valueName: "count"))
  var codebooks: Int?

  @Option(
    name: [.customShort("p"), .long],
    help: ArgumentHelp(
      "New period of the kept frames: a multiple of the period of the stream, up to 65535. Default: that period.",
      valueName: "frames"))
  var period: Int?

  @Option(
    help: ArgumentHelp(
      "Longest block in seconds, more than 0, up to 86400. Default: chosen by the bitrate; at most \(Int(EncoderSettings.pipeLatencySeconds)) for a pipe.",
      valueName: "seconds"))
  var latency: Double?

  @Flag(name: .shortAndLong, help: "Print only warnings and errors.") var quiet = false

  @OptionGroup(title: "Files") var files: FileOptions

  func validate() throws {
    if codebooks == nil, period == nil, latency == nil { throw ValidationError("trim needs -k, -p or --latency") }
    if let codebooks, codebooks < 1 { throw ValidationError("-k takes 1 codebook or more, not \(codebooks)") }
    if let period, !(1...StreamLimits.period.upperBound).contains(period) {
      throw ValidationError("-p takes 1 to \(StreamLimits.period.upperBound), not \(period)")
    }
    try StreamOptions.check(latency: latency)
    try files.requireOutput(of: "trim")
  }

  func run() throws {
    let run = try FileRun(files, .rewriting, isQuiet: quiet)
    try run.run { job in try trim(job, run) }
  }

  private func trim(_ job: FileJob, _ run: FileRun) throws -> ExitStatus {
    let input = try InputBytes(path: job.input)
    var trimmer = StreamTrimmer(codebookCount: codebooks, period: period, latencySeconds: latency)
    var frameCounts: [Int] = []
    if input.isSeekable {
      // With the length of the stream, blocks get the length that an encoder chooses for such a file.
      try StreamSummary.verify(source: input.next) { frameCounts.append($0.frames.count) }
      input.rewind()
    } else if latency == nil {
      trimmer.latencySeconds = EncoderSettings.pipeLatencySeconds
    }
    var reports: [StreamTrimmer.Report] = []
    var streamCount = 0
    try run.withOutput(of: job) { file in
      try trimmer.trim(source: input.next, frameCounts: frameCounts) {
        try file.write($0)
      } visit: { report in
        streamCount += 1
        if streamCount <= Self.mostLines { reports.append(report) }
      }
    }
    guard !quiet else { return .success }
    func show(_ text: String) throws {
      try Console.result(
        "\(Console.printable(job.inputName))\(text)", standardOutputCarriesData: job.output == "-")
    }
    for (index, report) in reports.enumerated() {
      let figures = StreamFigures(
        header: report.header, sampleCount: report.sampleCount, statistics: report.statistics)
      try show(
        (index == 0 ? "" : ", stream \(index + 1)")
          + " -> \(Console.printable(job.outputName)): \(figures.summary); "
          + "before: \(Format.bytes(report.originalStatistics.byteCount))")
    }
    if streamCount > reports.count { try show(": \(Format.count(streamCount - reports.count, "more stream"))") }
    return .success
  }

  /// Largest number of streams that get a line of their own in the printed result.
  private static let mostLines = 64
}

extension FilePlan.Kind {
  /// Kind of file job that writes streams from streams.
  static let rewriting = FilePlan.Kind(
    inputExtensions: ["vampc"], inputKind: "vampc streams", outputExtension: "vampc", replacesAnyExtension: false,
    joinsInStandardOutput: true)
}
