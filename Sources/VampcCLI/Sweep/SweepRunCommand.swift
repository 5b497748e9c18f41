import ArgumentParser
import Foundation
import Kernels
import ModelStore
import Sweep
import Synchronization

/// `vampc sweep FOLDER`
struct SweepRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a sweep; 'vampc sweep FOLDER' is short for it.")

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Folder for the results; one that is there is gone on with.", valueName: "folder"))
  var output: String

  @Option(
    help: ArgumentHelp("Conditions to go through; may be given several times. Default: quick.", valueName: "name"))
  var preset: [String] = []

  @Option(help: ArgumentHelp("JSON with conditions of your own, see formats/sweep-report.md.", valueName: "file"))
  var grid: String?

  @Option(
    help: ArgumentHelp("Model; may be given several times. Default: \(Models.defaultName).", valueName: "name-or-path"))
  var model: [String] = []

  @Option(help: ArgumentHelp("Length of a clip.", valueName: "seconds"))
  var seconds = 10.0

  @Option(help: ArgumentHelp("Clips from each file.", valueName: "count"))
  var perFile = 1

  @Option(help: ArgumentHelp("Decides where in longer files clips begin.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Clips at most, spread over all files.", valueName: "count"))
  var limit: Int?

  @Option(help: ArgumentHelp("Clips whose sound is kept, and can be heard on the page.", valueName: "count"))
  var listen = 3

  @Option(
    help: ArgumentHelp(
      "Do the i-th of n equal parts of the work; 'vampc sweep merge' puts them together.", valueName: "i/n"),
    transform: { text in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
      guard parts.count == 2, let number = parts[0], let count = parts[1],
        let shard = SweepSettings.Shard(number: number, of: count)
      else { throw ValidationError("--shard takes i/n with i from 1 to n, not '\(text)'") }
      return shard
    })
  var shard: SweepSettings.Shard?

  @Option(
    help: ArgumentHelp("Memory to use at most, in MiB. Default: three quarters of what is free.", valueName: "mib"))
  var memory: Int?

  @OptionGroup(title: "Fréchet distances") var embeddingOptions: SweepEmbeddingOptions
  @OptionGroup(title: "Machine") var machine: MachineOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  @Argument(help: "Folder with audio, folders in it included.")
  var folder: String

  func validate() throws {
    guard seconds > 0, seconds <= 3_600 else { throw ValidationError("--seconds takes more than 0 and up to 3600") }
    guard (1...10_000).contains(perFile) else { throw ValidationError("--per-file takes 1 to 10000") }
    guard limit ?? 1 >= 1 else { throw ValidationError("--limit takes 1 or more") }
    guard listen >= 0 else { throw ValidationError("--listen takes 0 or more") }
    guard memory ?? 1 >= 1 else { throw ValidationError("--memory takes 1 or more") }
    for name in preset {
      do { _ = try SweepPreset(named: name) } catch { throw ValidationError("\(error)") }
    }
  }

  func run() throws {
    let library = Models.library()
    let names = model.isEmpty ? [Models.defaultName] : model
    let bundles = try names.map { try library.bundle(named: $0) }
    let grid = try grid.map(SweepGrid.read)
    var presets = try preset.map(SweepPreset.init(named:)) + (grid?.presets ?? [])
    if presets.isEmpty, grid == nil { presets = [.quick] }
    let sweep = try FolderSweep(
      settings, presets: presets, grid: grid?.grid, bundles: bundles,
      embeddings: try embeddingOptions.embeddings(library), command: ShellText.command(CommandLine.arguments),
      versions: ["vampc": VampcCommand.configuration.version]
    ) { try Interruption.shared.check() }
    let display = SweepProgressDisplay(isShown: messages.showsProgress)
    let outcome = try sweep { display.show($0) }
    display.end()
    try outcome.results.writeTables(into: output)
    try SweepPage.write(outcome.results, into: output)
    try tell(outcome)
  }

  private var settings: SweepSettings {
    SweepSettings(
      folder: folder, output: output,
      selection: SweepDescription.Selection(seconds: seconds, perFile: perFile, seed: seed), clipLimit: limit,
      listeningCount: listen, shard: shard, threadCount: machine.threads ?? ComputeContext.coreCount,
      memoryLimitBytes: memory.map { $0 << 20 } ?? AvailableMemory.byteCount / 4 * 3,
      temporaryFolder: TemporaryFolder.path)
  }

  /// - Throws: `ExitStatus` where files were left out.
  private func tell(_ outcome: FolderSweep.Outcome) throws {
    if !messages.quiet {
      let results = outcome.results
      try Console.result(
        "\(Console.printable(output))/report.html: \(Format.count(results.description.clips.count, "clip")), "
          + "\(Format.count(results.summaries.count, "condition")), \(outcome.computedCount) of "
          + "\(Format.count(results.rows.count, "result")) computed now")
      for summary in results.summaries where summary.leftOutCount > 0 {
        Console.message(
          "\(summary.condition): \(summary.leftOutCount) of \(summary.leftOutCount + summary.clipCount) left out: "
            + SweepPage.reason(for: summary, in: results))
      }
      let flagged = results.rows.filter { $0.outcome == .ok && !$0.flags.isEmpty }.count
      if flagged > 0 { Console.message("\(Format.count(flagged, "result")) flagged, see 'flags' in results.csv") }
    }
    try InputLoop.run(outcome.failures, name: \.file) { throw $0.error }.end()
  }
}
