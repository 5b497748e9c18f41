import ArgumentParser
import Bitstream
import Tokens

/// `vampc test`
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Check every checksum of streams, without decoding audio.",
    discussion: """
      EXAMPLES
        vampc test song.vampc
        vampc test -q *.vampc && echo all intact

      It proves, of every stream: each record's checksum agrees; each field and each
      token is in its range; records follow each other as they must, no block is
      missing, and the end is there; the hash of all tokens is the one at its
      end. So the tokens are those that the writer of the file wrote, but
      for a chance of 1 in 4 billion.

      It does not prove that the audio is what it was: encoding loses, and a
      repaired stream has lost more, which is said. It decodes no audio, needs no
      model, and does not say whether there is one: 'info' does. Checksums tell
      accidents, not forgeries.
      """)

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  @Flag(help: "JSON, one key per line.")
  var json = false

  @Argument(help: ArgumentHelp("Streams; - is standard input.", valueName: "file"))
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
      "\(Format.count(summaries.count, "stream")), \(Format.seconds(total.seconds)); all checksums, fields, ranges and "
      + "the order of \(Format.count(total.blockCount, "block")), and the hash of "
      + "\(Format.count(total.tokenCount, "token")) agree; nothing was decoded\(lost)"
  }

  /// Of all streams of a file.
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
