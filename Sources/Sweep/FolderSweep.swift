import Evaluation
import Foundation
import Kernels
public import ModelStore
import OpusBaseline
import VampcKit

/// Sweep over a folder: conditions from presets and grids, the run, and its results.
public struct FolderSweep: Sendable {
  /// Settings of the sweep. Without a clip limit of the caller and without a grid, the clip limit is the presets'
  /// limit.
  public let settings: SweepSettings
  /// Conditions of the sweep, without repetitions.
  public let conditions: [SweepCondition]
  private let presets: [String]
  private let command: String
  private let versions: [String: String]
  private let run: SweepRun
  private let embeddings: SweepEmbeddings
  /// Names and identifiers of the embeddings, in the order of the choices.
  private let embeddingFacts: [SweepDescription.Embedding]
  private let checkCancellation: @Sendable () throws -> Void

  /// Results of a run, with the files and subfolders that could not be read.
  public struct Outcome: Sendable {
    /// Rows and summaries of all conditions.
    public let results: SweepResults
    /// Files and subfolders that could not be read and that the results therefore omit.
    public let failures: [SweepRun.Failure]
    /// Number of cells that this run computed for the sweep's conditions.
    public let computedCount: Int
  }

  /// Prepares a sweep: loads the models and combines presets and grid into conditions.
  ///
  /// - Parameters:
  ///   - settings: Folders, selection of clips and limits.
  ///   - presets: Sets of conditions; may be empty if there is a grid.
  ///   - grid: Conditions of the user's grid file; nil without a grid.
  ///   - bundles: Models. The codec of the first model makes the embedding `codec`.
  ///   - embeddings: Embeddings of the Fréchet distances.
  ///   - command: Command line that made the sweep, for `sweep.json`.
  ///   - versions: Versions by name, such as `vampc`; the version of libopus is added.
  ///   - checkCancellation: Closure that is called from several threads: before each clip, repeatedly while a clip is
  ///     read and coded, and before the results of each condition are collected. An error of the closure stops the run.
  /// - Throws: `SweepError`, `ModelError`, `VampcError`, and the errors of making the embedders.
  public init(
    _ settings: SweepSettings, presets: [SweepPreset], grid: SweepGrid? = nil, bundles: [ModelBundle],
    embeddings: SweepEmbeddings, command: String, versions: [String: String],
    checkCancellation: @escaping @Sendable () throws -> Void
  ) throws {
    let context = ComputeContext(threadCount: 1)
    for (index, bundle) in bundles.enumerated() where bundles[..<index].contains(where: { $0.name == bundle.name }) {
      throw SweepError.sameName(model: bundle.name)
    }
    let loaded = try bundles.map { try Model($0, context: context) }
    let models = try loaded.map(SweepModel.init)
    var settings = settings
    settings.clipLimit = settings.clipLimit ?? (grid == nil ? SweepPreset.clipLimit(of: presets) : nil)
    conditions = try SweepGrid.conditions(
      of: presets.flatMap { $0.grids(for: models) } + [grid].compactMap(\.self), models: models)
    self.settings = settings
    self.presets = presets.map(\.rawValue) + (grid?.figures ?? [])
    self.command = command
    self.versions = versions
    self.checkCancellation = checkCancellation
    self.embeddings = embeddings
    embeddingFacts = try embeddings.choices.map { choice in
      let source = try choice.make(loaded, settings.temporaryFolder).embedding
      return SweepDescription.Embedding(name: choice.name, source: source, dimension: 0, referenceCount: 0)
    }
    // Fréchet distances need the originals, even if no condition shows them.
    let originals = conditions.contains { $0.method == .original } ? [] : [SweepCondition(.original)]
    run = try SweepRun(
      settings, conditions: conditions + originals, bundles: bundles, embedders: embeddings.choices,
      checkCancellation: checkCancellation)
  }

  /// Computes the missing cells and collects the results.
  ///
  /// - Parameter progress: Closure that is called from several threads: after each cell, after each clip, and for each
  ///   clip that cannot be read or does not exist.
  /// - Throws: `SweepError` where results cannot be written or no clip can be read, `ReplacingFileError`,
  ///   `EvaluationError`, the first error of a worker, and the errors of the closure `checkCancellation`.
  public func callAsFunction(progress: @escaping @Sendable (SweepProgress) -> Void) throws -> Outcome {
    let outcome = try run.run(progress: progress)
    let opusVersion = OpusCodec.libraryVersion
    let description = SweepDescription(
      command: command, presets: presets, versions: versions.merging(["libopus": opusVersion]) { $1 },
      machine: .current, models: run.models, selection: settings.selection, clips: outcome.clips,
      conditions: conditions, embeddings: embeddingFacts)
    let references = SweepReferences(folder: settings.output)
    try references.replace(with: embeddings.references, of: embeddingFacts.map(\.name))
    let collector = try SweepCollector(
      description, CellStore(creating: settings.output + "/cells"), references: embeddings.references,
      threadCount: settings.threadCount, checkCancellation: checkCancellation)
    return Outcome(
      results: try collector.results(), failures: outcome.failures,
      computedCount: conditions.reduce(0) { $0 + outcome.computedCounts[$1.identifier, default: 0] })
  }
}

extension SweepDescription.Machine {
  /// Machine that runs this program, with its processor's name from `/proc/cpuinfo`.
  static var current: Self {
    let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = information.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
    return Self(
      processor: name ?? "unknown", cores: ComputeContext.coreCount, instructionSet: InstructionSet.best.rawValue)
  }
}
