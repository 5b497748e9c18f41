import Archive
import ArgumentParser
import Bitstream

/// Command `vampc archive test`.
struct ArchiveTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Check archives for damage.",
    discussion: """
      EXAMPLES
        vampc archive test radio.vampa                    check an archive for damage
        vampc archive test -q *.vampa && echo all intact  check all of a folder

      Every byte is read. The test proves: the CRC-32 of each record is right; each \
      stream is complete and has the tokens that its encoder wrote; the index has \
      each recording with its name, start, place and length, and nothing else; each \
      name can be found. Gaps and overlaps are reported; they are not faults.
      """)

  @Flag(name: .shortAndLong, help: "Print only errors.")
  var quiet = false

  @Argument(help: ArgumentHelp("Archives to check.", valueName: "archive"), completion: .file(extensions: ["vampa"]))
  var archives: [String]

  func run() throws {
    try InputLoop.run(archives, name: \.self) { path in
      let bytes = try ArchiveFile(reading: path).bytes().interruptible
      let found = try ArchiveVerification(bytes)
      for fault in found.faults { Console.error("\(path): \(fault)") }
      guard found.faults.isEmpty else { return .damagedInput }
      if !quiet { try Console.result("\(Console.printable(path)): intact: \(Self.proof(found))") }
      return .success
    }.end()
  }

  private static func proof(_ found: ArchiveVerification) -> String {
    "\(Format.count(found.recordingCount, "recording")), \(Format.seconds(found.durationSeconds)), "
      + "\(Format.count(found.timeline.gapCount, "gap")), \(Format.count(found.timeline.overlapCount, "overlap")); "
      + "checksums of \(Format.count(found.blockCount, "block")) and "
      + "\(Format.count(found.indexRecordCount, "index record")), and the hashes of "
      + "\(Format.count(found.tokenCount, "token")) agree; the index agrees with the recordings"
  }
}

extension RandomAccessBytes {
  /// Bytes whose reading throws `Interrupted` after a signal.
  var interruptible: any RandomAccessBytes {
    LazyBytes(byteCount: byteCount) {
      try Interruption.shared.check()
      return try bytes(in: $0)
    }
  }
}
