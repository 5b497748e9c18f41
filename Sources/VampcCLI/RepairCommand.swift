import ArgumentParser
import Bitstream
import Foundation
import SystemCalls
import Tokens
import VampcKit

/// Command `vampc repair`.
struct RepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Copy the intact blocks of damaged streams into clean streams.",
    discussion: """
      EXAMPLES
        vampc repair -o whole.vampc damaged.vampc  copy the intact blocks
        vampc repair - < damaged.vampc | vampc decode - > song.wav
                                                   repair and decode in a pipe

      Blocks keep their place in time. Lost frames between them are marked as lost, \
      and a decoder generates them. The length is that of the original if the \
      trailer of the stream is intact; otherwise, the stream ends with its last \
      intact block. Lost tokens cannot be restored: a stream stores each token once.

      EXIT STATUS
        0   no damage; the output has the same streams
        2   repaired; frames or records are lost
        65  no block is intact
      """)

  @Flag(name: .shortAndLong, help: "Print only warnings and errors.") var quiet = false

  @OptionGroup(title: "Files") var files: FileOptions
  @OptionGroup(title: "Limits, for streams of unknown origin") var limits: LostOptions

  func validate() throws { try files.requireOutput(of: "repair") }

  func run() throws {
    let run = try FileRun(files, .rewriting, isQuiet: quiet)
    try run.run { job in try repair(job, run) }
  }

  private func repair(_ job: FileJob, _ run: FileRun) throws -> ExitStatus {
    let input = try InputBytes(path: job.input)
    let report = try run.withOutput(of: job) { file in
      try StreamRepairer.repair(source: input.next, budget: limits.budget) { try file.write($0) }
    }
    let lines = DamageLines(name: job.inputName)
    for damage in report.damage { lines.show("\(damage.reason)") }
    lines.finish()
    let hasDamage = !report.damage.isEmpty
    guard hasDamage || !quiet else { return .success }
    for (index, stream) in report.streams.enumerated() {
      let name = Console.printable(job.inputName) + (index == 0 ? "" : ", stream \(index + 1)")
      let text = "\(name) -> \(Console.printable(job.outputName)): \(Self.words(for: stream))"
      if !quiet { try Console.result(text, standardOutputCarriesData: job.output == "-") }
    }
    return hasDamage ? .decodedWithDamage : .success
  }

  private static func words(for stream: StreamRepairer.Repaired) -> String {
    let rate = stream.header.geometry.frameRateHz
    func seconds(_ frames: Int) -> String { Format.seconds(Double(frames) / rate) }
    let lost = stream.lostFrames
    var parts = [
      "\(Format.seconds(Double(stream.sampleCount) / Double(stream.header.sourceSampleRateHz)))",
      lost.isEmpty
        ? "no frame lost"
        : "\(seconds(lost.reduce(0) { $0 + $1.count })) lost: "
          + lost.map { "\(seconds($0.lowerBound)) to \(seconds($0.upperBound))" }.joined(separator: ", "),
    ]
    if !stream.knowsLength { parts.append("the end is lost, and with it the length of the original") }
    return parts.joined(separator: "; ")
  }
}
