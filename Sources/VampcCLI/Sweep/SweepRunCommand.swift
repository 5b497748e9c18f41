import ArgumentParser
import Foundation
import Kernels
import ModelStore
import Sweep
import Synchronization

/// Command `vampc sweep run`, the default subcommand of `vampc sweep`.
struct SweepRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a sweep; the default subcommand.")

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Folder for the results; an existing one is resumed.", valueName: "folder"),
    completion: .directory)
  var output: String

  @Option(
    help: ArgumentHelp("Name of a set of conditions to measure. Repeatable. Default: quick.", valueName: "name"),
    completion: .list(SweepPreset.allCases.map(\.rawValue)))
  var preset: [String] = []

  @Option(
    help: ArgumentHelp("JSON file with conditions, as in formats/sweep-report.md.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var grid: String?

  @Option(
    help: ArgumentHelp(
      "Model to measure, its name or folder. Repeatable. Default: \(Models.defaultName).", valueName: "name-or-path"),
    completion: .modelNames)
  var model: [String] = []

  @Option(help: ArgumentHelp("Length of a clip in seconds, more than 0, up to 3600.", valueName: "seconds"))
  var seconds = 10.0

  @Option(help: ArgumentHelp("Clips of each file, 1 to 10000.", valueName: "count"))
  var perFile = 1

  @Option(help: ArgumentHelp("Seed of the places of clips in longer files.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Most clips, spread over all files, 1 or more. Default: no limit.", valueName: "count"))
  var limit: Int?

  @Option(help: ArgumentHelp("Clips whose audio is kept for listening on the page, 0 or more.", valueName: "count"))
  var listen = 3

  @Option(
    help: ArgumentHelp(
      "Run shard i of n of the work, i from 1 to n; 'vampc sweep merge' merges the results. Default: 1/1.",
      valueName: "i/n"),
    transform: { text in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
      guard parts.count == 2, let number = parts[0], let count = parts[1],
        let shard = SweepSettings.Shard(number: number, of: count)
      else { throw ValidationError("--shard takes i/n with i from 1 to n, not '\(text)'") }
      return shard
    })
  var shard: SweepSettings.Shard?

  @Option(
    help: ArgumentHelp(
      "Most memory to use, in MiB, 1 or more. Default: three quarters of the available memory.", valueName: "mib"))
  var memory: Int?

  @OptionGroup(title: "Fréchet distances") var embeddingOptions: SweepEmbeddingOptions
  @OptionGroup(title: "Machine") var machine: MachineOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  @Argument(help: "Folder of audio files, subfolders included.", completion: .directory)
  var folder: String

  func validate() throws {
    guard seconds > 0, seconds <= 3_600 else {
      throw ValidationError("--seconds takes more than 0 and up to 3600, not \(seconds)")
    }
    guard (1...10_000).contains(perFile) else { throw ValidationError("--per-file takes 1 to 10000, not \(perFile)") }
    if let limit, limit < 1 { throw ValidationError("--limit takes 1 or more, not \(limit)") }
    guard listen >= 0 else { throw ValidationError("--listen takes 0 or more, not \(listen)") }
    if let memory, memory < 1 { throw ValidationError("--memory takes 1 or more, not \(memory)") }
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
    let outcome: FolderSweep.Outcome
    do {
      outcome = try sweep { display.show($0) }
    } catch SweepError.noClipReadable(let path, let reason) where shard != nil {
      // Other shards may have readable clips, and the merge of all shards is the result.
      ErrorReport.show(SweepError.noClipReadable(path: path, reason: reason))
      throw ExitStatus.decodedWithDamage
    }
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

  /// Prints the outcome of a sweep.
  ///
  /// - Throws: `ExitStatus.decodedWithDamage` where files could not be read. The sweep is complete without these files.
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
    _ = try InputLoop.run(outcome.failures, name: \.file) { throw $0.error }
    if !outcome.failures.isEmpty { throw ExitStatus.decodedWithDamage }
  }
}
