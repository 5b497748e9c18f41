import Archive
import ArgumentParser
import Bitstream
import SystemCalls
import VampcKit

/// `vampc archive repair`
struct ArchiveRepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Write a clean archive of what is intact in a damaged one.",
    discussion: """
      EXAMPLES
        vampc archive repair radio.vampa                     radio.repaired.vampa
        vampc archive repair radio.vampa -o clean.vampa

      Recordings without damage are copied, the index is made anew. A recording with damage becomes one for each stretch
      that is intact, each with its time. The damaged archive stays as it is. The status is 2 where something was damaged.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The clean archive. Default: .repaired before the extension.", valueName: "path"))
  var output: String?

  @Flag(name: .shortAndLong, help: "Overwrite an output file that exists.")
  var force = false

  @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
  var quiet = false

  @Argument(help: ArgumentHelp("The damaged archive.", valueName: "archive"))
  var archive: String

  func validate() throws {
    if output == "-" { throw ValidationError("an archive must be a file, not -") }
  }

  func run() throws {
    let target = output ?? Self.derivedName(archive)
    try InputLoop.run(archive) {
      let bytes = try ArchiveFile(reading: archive).bytes().interruptible
      let file = try OutputFile(
        path: target, replaces: force, sources: [FileIdentity(path: archive)].compactMap { $0 })
      return try file.complete { file in try repair(bytes, file, target) }
    }
  }

  private func repair(_ bytes: any RandomAccessBytes, _ file: ReplacingFile, _ target: String) throws -> ExitStatus {
    let writer = try ArchiveWriter(ArchiveFile(descriptor: file.descriptor, path: target), isDurable: false)
    var repair = ArchiveRepair(bytes, into: writer)
    let isIntact = try repair.run { outcome in
      guard let fault = outcome.faults.first else { return }
      let pieces = outcome.pieces.map { "'\($0.name)'" }.joined(separator: ", ")
      Console.warning("\(archive): '\(outcome.name)': \(fault); " + (pieces.isEmpty ? "lost" : "kept as \(pieces)"))
    }
    guard !writer.finished.isEmpty else { throw ArchiveError.noIndex }
    if !quiet {
      let seconds = writer.finished.reduce(0.0) { $0 + $1.durationSeconds }
      try Console.result(
        "\(Console.printable(archive)) -> \(Console.printable(target)): "
          + "\(Format.count(writer.finished.count, "recording")), \(Format.seconds(seconds))"
          + (isIntact ? "; nothing was damaged" : ""))
    }
    return isIntact ? .success : .decodedWithDamage
  }

  private static func derivedName(_ path: String) -> String {
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    guard let dot = path[start...].lastIndex(of: "."), dot != start else { return path + ".repaired.vampa" }
    return path[..<dot] + ".repaired" + path[dot...]
  }
}
