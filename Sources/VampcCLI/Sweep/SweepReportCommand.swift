import ArgumentParser
import Kernels
import Sweep

/// Command `vampc sweep report`.
struct SweepReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write tables, plots and page of a sweep again, without encoding.",
    discussion: """
      EXAMPLE
        vampc sweep report results  make tables, plots and page again
      """)

  @OptionGroup(title: "Machine") var machine: MachineOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  @Argument(help: "Folder of results of 'vampc sweep'.", completion: .directory)
  var results: String

  func run() throws {
    let found = try SweepMerge.merge(
      [results], into: results, threadCount: machine.threads ?? ComputeContext.coreCount
    ) { try Interruption.shared.check() }
    try found.writeTables(into: results)
    try SweepPage.write(found, into: results)
    if !messages.quiet { try Console.result("\(Console.printable(results))/report.html") }
  }
}
