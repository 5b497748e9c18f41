import Archive
import ArgumentParser
import Bitstream
import SystemCalls
import VampcKit

/// Command `vampc archive repair`.
struct ArchiveRepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Copy the intact recordings of a damaged archive into a clean one.",
    discussion: """
      EXAMPLES
        vampc archive repair radio.vampa                 write radio.repaired.vampa
        vampc archive repair radio.vampa -o clean.vampa  write clean.vampa

      Intact recordings are copied, and the index is rebuilt. A damaged recording \
      becomes one recording for each intact segment, each with its own start. The \
      damaged archive is not changed. The exit status is 2 if anything is damaged.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Clean archive. Default: the name of the damaged one with .repaired before its extension.", valueName: "path"),
    completion: .file())
  var output: String?

  @Flag(name: .shortAndLong, help: "Overwrite an existing output file.")
  var force = false

  @Flag(name: .shortAndLong, help: "Print only warnings and errors.")
  var quiet = false

  @Argument(help: ArgumentHelp("Damaged archive.", valueName: "archive"), completion: .file(extensions: ["vampa"]))
  var archive: String

  func validate() throws {
    if output == "-" { throw ValidationError("an archive must be a file, not -") }
  }

  func run() throws {
    let target = output ?? Self.derivedName(archive)
    try InputLoop.run(archive) {
      let bytes = try ArchiveFile(reading: archive).bytes().interruptible
      // The lock stops other programs from appending to the archive that is replaced, because the appended audio would
      // be lost.
      let lock = try force ? ArchiveFile(replacing: target) : nil
      return try withExtendedLifetime(lock) {
        let file = try OutputFile(path: target, replaces: force, madeFrom: archive)
        return try file.complete { file in try repair(bytes, file, target) }
      }
    }
  }

  private func repair(_ bytes: any RandomAccessBytes, _ file: ReplacingFile, _ target: String) throws -> ExitStatus {
    let writer = try ArchiveWriter(ArchiveFile(descriptor: file.descriptor, path: target), isDurable: false)
    var repair = ArchiveRepair(bytes, into: writer)
    let isIntact = try repair.run { outcome in
      guard let fault = outcome.faults.first else { return }
      let segments = outcome.recordings.map { "'\($0.name)'" }.joined(separator: ", ")
      Console.warning("\(archive): '\(outcome.name)': \(fault); " + (segments.isEmpty ? "lost" : "kept as \(segments)"))
    }
    guard !writer.finished.isEmpty else { throw ArchiveError.noIndex }
    if !quiet {
      let seconds = writer.finished.reduce(0.0) { $0 + $1.durationSeconds }
      try Console.result(
        "\(Console.printable(archive)) -> \(Console.printable(target)): "
          + "\(Format.count(writer.finished.count, "recording")), \(Format.seconds(seconds))"
          + (isIntact ? "; no damage" : ""))
    }
    return isIntact ? .success : .decodedWithDamage
  }

  private static func derivedName(_ path: String) -> String {
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    guard let dot = path[start...].lastIndex(of: "."), dot != start else { return path + ".repaired.vampa" }
    return path[..<dot] + ".repaired" + path[dot...]
  }
}
