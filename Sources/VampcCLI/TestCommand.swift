import ArgumentParser
import Bitstream
import Tokens

/// Command `vampc test`.
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Check streams for damage, without decoding audio.",
    discussion: """
      EXAMPLES
        vampc test song.vampc
        vampc test -q *.vampc && echo all intact

      For every stream, the test proves: the CRC-32 of each record is right; each \
      field and each token is in its range; the records have their order, no block \
      is missing, and the trailer is there; the hash of all tokens is that of the \
      trailer. Damaged tokens pass with a chance of 1 in 4 billion.

      The test does not compare with the original audio: encoding is lossy, and a \
      repaired stream has lost frames, which the result names. It needs no model; \
      'info' says whether the model is installed. Checksums reveal accidents, not \
      forgery.
      """)

  @Flag(name: .shortAndLong, help: "Print only errors.")
  var quiet = false

  @Flag(help: "Print JSON, one key a line.")
  var json = false

  @Argument(help: ArgumentHelp("Streams; - is standard input.", valueName: "file"), completion: .file())
  var inputs: [String]

  func validate() throws {
    if json, quiet { throw ValidationError("-q and --json exclude each other") }
  }

  func run() throws {
    var objects: [JSONObject] = []
    let worst = try InputLoop.run(inputs, name: InputLoop.displayName) { path in
      let name = InputLoop.displayName(path)
      do {
        let summaries = try StreamSummary.verify(source: try InputBytes(path: path).next)
        if json {
          objects.append(Self.json(name, summaries))
        } else if !quiet {
          try Console.result("\(Console.printable(name)): intact: \(Self.proof(summaries))")
        }
      } catch {
        objects.append(Self.json(name, fault: error))
        throw error
      }
      return .success
    }
    if json { try Console.result(JSONObject.text(of: objects)) }
    try worst.end()
  }

  private static func json(_ name: String, _ summaries: [StreamSummary]) -> JSONObject {
    let total = Total(summaries)
    var object = JSONObject()
    object.set("file", name)
    object.set("intact", true)
    object.set("streams", summaries.count)
    object.set("duration_seconds", total.seconds)
    object.set("blocks", total.blockCount)
    object.set("tokens", total.tokenCount)
    object.set("lost_seconds", total.lostSeconds)
    object.set("token_hashes", summaries.map { String($0.trailer.tokenHash, radix: 16) })
    return object
  }

  private static func json(_ name: String, fault: any Error) -> JSONObject {
    var object = JSONObject()
    object.set("file", name)
    object.set("intact", false)
    object.set("fault", (fault as? BitstreamError)?.code)
    object.set("byte_offset", (fault as? BitstreamError)?.byteOffset)
    object.set("reason", "\(fault)")
    return object
  }

  private static func proof(_ summaries: [StreamSummary]) -> String {
    let total = Total(summaries)
    let lost = total.lostSeconds == 0 ? "" : "; \(Format.seconds(total.lostSeconds)) are marked as lost"
    return
      "\(Format.count(summaries.count, "stream")), \(Format.seconds(total.seconds)); checksums, fields and ranges, "
      + "the order of \(Format.count(total.blockCount, "block")), and the hash of "
      + "\(Format.count(total.tokenCount, "token")) agree; nothing was decoded\(lost)"
  }

  /// Sums of figures over all streams of a file.
  private struct Total {
    var blockCount = 0
    var tokenCount = 0
    var seconds = 0.0
    var lostSeconds = 0.0

    init(_ summaries: [StreamSummary]) {
      for summary in summaries {
        blockCount += summary.statistics.blockCount
        tokenCount += summary.statistics.tokenCount
        seconds += Double(summary.trailer.sampleCount) / Double(summary.header.sourceSampleRateHz)
        lostSeconds += Double(summary.statistics.lostFrameCount) / summary.header.geometry.frameRateHz
      }
    }
  }
}
