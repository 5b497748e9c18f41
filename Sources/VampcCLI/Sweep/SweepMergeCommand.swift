import ArgumentParser
import Kernels
import Sweep

/// `vampc sweep merge`
struct SweepMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Put the results of shards together.",
    discussion: """
      EXAMPLE
        vampc sweep merge part1 part2 part3 -o results

      The shards must have been made with the same settings and versions. What comes out
      is what one run over everything gives.
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the results.", valueName: "folder"))
  var output: String

  @OptionGroup(title: "Machine") var machine: MachineOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  @Argument(help: "Folders that 'vampc sweep --shard' made.")
  var results: [String]

  func run() throws {
    let merged = try SweepMerge.merge(
      results, into: output, threadCount: machine.threads ?? ComputeContext.coreCount
    ) { try Interruption.shared.check() }
    try merged.writeTables(into: output)
    try SweepPage.write(merged, into: output)
    if !messages.quiet {
      try Console.result(
        "\(Console.printable(output))/report.html: \(Format.count(merged.description.clips.count, "clip")), "
          + Format.count(merged.summaries.count, "condition"))
    }
  }
}
