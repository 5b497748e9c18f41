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
        vampc test song.vampc                     check a stream for damage
        vampc test -q *.vampc && echo all intact  check all streams of a folder

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
        var total = Total()
        try StreamSummary.verify(source: try InputBytes(path: path).next) { total.add($0, keepsHash: json) }
        if json {
          objects.append(Self.json(name, total))
        } else if !quiet {
          try Console.result("\(Console.printable(name)): intact: \(Self.proof(total))")
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

  private static func json(_ name: String, _ total: Total) -> JSONObject {
    var object = JSONObject()
    object.set("file", name)
    object.set("intact", true)
    object.set("streams", total.streamCount)
    object.set("duration_seconds", total.seconds)
    object.set("blocks", total.blockCount)
    object.set("tokens", total.tokenCount)
    object.set("lost_seconds", total.lostSeconds)
    object.set("token_hashes", total.tokenHashes.map { String($0, radix: 16) })
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

  private static func proof(_ total: Total) -> String {
    let lost = total.lostSeconds == 0 ? "" : "; \(Format.seconds(total.lostSeconds)) are marked as lost"
    return
      "\(Format.count(total.streamCount, "stream")), \(Format.seconds(total.seconds)); checksums, fields and ranges, "
      + "the order of \(Format.count(total.blockCount, "block")), and the hash of "
      + "\(Format.count(total.tokenCount, "token")) agree; nothing was decoded\(lost)"
  }

  /// Sums of figures over all streams of a file.
  private struct Total {
    private(set) var streamCount = 0
    private(set) var blockCount = 0
    private(set) var tokenCount = 0
    private(set) var seconds = 0.0
    private(set) var lostSeconds = 0.0
    /// Token hash of each stream, collected only for JSON.
    private(set) var tokenHashes: [UInt32] = []

    mutating func add(_ summary: StreamSummary, keepsHash: Bool) {
      streamCount += 1
      blockCount += summary.statistics.blockCount
      tokenCount += summary.statistics.tokenCount
      seconds += Double(summary.trailer.sampleCount) / Double(summary.header.sourceSampleRateHz)
      lostSeconds += Double(summary.statistics.lostFrameCount) / summary.header.geometry.frameRateHz
      if keepsHash { tokenHashes.append(summary.trailer.tokenHash) }
    }
  }
}
