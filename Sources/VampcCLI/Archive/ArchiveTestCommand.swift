import Archive
import ArgumentParser
import Bitstream

/// `vampc archive test`
struct ArchiveTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Check every byte of archives.",
    discussion: """
      EXAMPLES
        vampc archive test radio.vampa
        vampc archive test -q *.vampa && echo all intact

      What it proves: every record's CRC-32 agrees, every stream is complete and has the tokens that its encoder wrote,
      every recording is in the index with the name, time, place and length that its own records tell, nothing else is in
      the index, and every name can be found. Gaps and overlaps are told; they are no faults.
      """)

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  @Argument(help: ArgumentHelp("Archives.", valueName: "archive"))
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
  /// The same, but reading ends when the user asks the program to stop.
  var interruptible: any RandomAccessBytes {
    LazyBytes(byteCount: byteCount) {
      try Interruption.shared.check()
      return try bytes(in: $0)
    }
  }
}
