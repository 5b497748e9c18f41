import ArgumentParser
import Kernels
import Sweep

/// Command `vampc sweep merge`.
struct SweepMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Merge the results of shards.",
    discussion: """
      EXAMPLE
        vampc sweep merge part1 part2 part3 -o results  merge three shards

      All shards must have the same settings and versions. The result equals that of \
      one run without shards.
      """)

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Folder for the merged results.", valueName: "folder"),
    completion: .directory)
  var output: String

  @OptionGroup(title: "Machine") var machine: MachineOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  @Argument(help: "Folders of 'vampc sweep --shard'.", completion: .directory)
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
