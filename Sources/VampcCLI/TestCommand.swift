import ArgumentParser
import Bitstream

/// `vampc test`
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Check every checksum of streams, without decoding audio.",
    discussion: """
      EXAMPLES
        vampc test song.vampc
        vampc test -q *.vampc && echo all intact

      What it proves: every record's CRC-32 agrees, every field and token is in its range, no block is missing, the
      stream is complete, and the hash of all tokens is the one that the encoder wrote. So the tokens are those that were
      encoded, but for a chance of 1 in 4 billion. It needs no model and does not say whether there is one: 'info' does.
      """)

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  @Argument(help: ArgumentHelp("Streams; - is standard input.", valueName: "file"))
  var inputs: [String]

  func run() throws {
    var worst = ExitStatus.success
    for path in inputs {
      let name = path == "-" ? "standard input" : path
      do {
        let summaries = try StreamSummary.verify(source: try InputBytes(path: path).next)
        if !quiet { try Console.result("\(Console.printable(name)): intact: \(Self.proof(summaries))") }
      } catch {
        let status = ExitStatus(of: error)
        Failure.report(error, file: name)
        if case .interrupted = status { throw status }
        worst = worst.worse(status)
      }
    }
    if worst != .success { throw worst }
  }

  private static func proof(_ summaries: [StreamSummary]) -> String {
    let blockCount = summaries.reduce(0) { $0 + $1.statistics.blockCount }
    let tokenCount = summaries.reduce(0) { $0 + $1.statistics.tokenCount }
    let seconds = summaries.reduce(0.0) {
      $0 + Double($1.trailer.sampleCount) / Double($1.header.sourceSampleRateHz)
    }
    return "\(Format.count(summaries.count, "stream")), \(Format.seconds(seconds)); checksums of "
      + "\(Format.count(blockCount, "block")) and the hash of \(Format.count(tokenCount, "token")) agree"
  }
}
