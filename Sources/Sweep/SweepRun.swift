import AudioIO
import Dispatch
import Foundation
import ModelStore
import OpusBaseline
import Signal
import Synchronization
import SystemCalls
import VampcKit

/// Run of a sweep, which stores a cell for each clip under each condition. Existing cells are not computed again.
public final class SweepRun: Sendable {
  /// Settings of the sweep, with folders and limits.
  public let settings: SweepSettings
  /// Conditions under which every clip is coded, including the original.
  public let conditions: [SweepCondition]
  /// Models of the sweep, with their identities.
  public let models: [SweepDescription.UsedModel]
  let bundles: [ModelBundle]
  let selection: ClipSelection
  let store: CellStore
  let embedders: [SweepEmbeddings.Choice]
  let checkCancellation: @Sendable () throws -> Void

  /// File that could not be read, or subfolder that could not be listed; the run omits the file or subfolder.
  public struct Failure: Sendable {
    /// Path of the file or subfolder below the folder of the sweep.
    public let file: String
    /// Error of the reader, or `SweepError.cannotReadFolder` for a file or subfolder that could not be listed.
    public let error: any Error
  }

  /// Clips and failures of a run; the results are in the cells.
  public struct Outcome: Sendable {
    /// Clips that were read, in the order of the selection.
    public let clips: [SweepDescription.Clip]
    /// Files and subfolders that could not be listed, then files that could not be read, in the order of the selection.
    public let failures: [Failure]
    /// Number of cells that this run computed, by the condition's identifier.
    public let computedCounts: [String: Int]
  }

  /// Prepares a run: selects the clips and opens the store. The run calls `checkCancellation` from several threads,
  /// before each clip and repeatedly while a clip is read and coded; an error of this closure stops the run.
  ///
  /// - Throws: `SweepError` where the folder cannot be listed or has no audio files or the results cannot be written,
  ///   `ModelError`.
  init(
    _ settings: SweepSettings, conditions: [SweepCondition], bundles: [ModelBundle],
    embedders: [SweepEmbeddings.Choice], checkCancellation: @escaping @Sendable () throws -> Void
  ) throws {
    self.settings = settings
    self.conditions = conditions
    self.bundles = bundles
    self.embedders = embedders
    self.checkCancellation = checkCancellation
    models = try bundles.map(SweepDescription.UsedModel.init)
    selection = try ClipSelection(
      folder: settings.folder, settings: settings.selection, excluding: settings.output, limit: settings.clipLimit)
    store = try CellStore(creating: settings.output + "/cells")
  }

  /// Whether the audio of the clip at this index of `selection.places` is stored. The stored clips are spread evenly
  /// and do not depend on the shard.
  private func isForListening(_ index: Int) -> Bool {
    let count = selection.places.count
    let wanted = min(settings.listeningCount, count)
    return (0..<wanted).contains { $0 * count / wanted == index }
  }

  /// Computes all missing cells.
  ///
  /// - Parameter progress: Closure that is called from several threads: after each cell, after each clip, and for each
  ///   clip that cannot be read or does not exist.
  /// - Throws: The first error of a worker, except for errors of reading a clip; `SweepError.noClipReadable` where no
  ///   clip could be read; the errors of the closure `checkCancellation`.
  public func run(progress: @escaping @Sendable (SweepProgress) -> Void) throws -> Outcome {
    let indices = selection.places.indices.filter { settings.shard?.takes($0) ?? true }
    let modelByteCount = bundles.reduce(0) { $0 + $1.byteCount }
    let workerCount = settings.workerCount(clipCount: indices.count, modelByteCount: modelByteCount)
    let state = Mutex(RunState(conditions, clipCount: indices.count))
    DispatchQueue.concurrentPerform(iterations: workerCount) { _ in
      do {
        let worker = try SweepWorker(self, threadCount: max(1, settings.threadCount / workerCount))
        defer { worker.removeFolder() }
        while let index = state.withLock({ $0.takeNext(of: indices) }) {
          try worker.work(on: selection.places[index], isForListening: isForListening(index)) { event in
            progress(state.withLock { $0.accept(event, index: index) })
          }
        }
      } catch {
        state.withLock { $0.stop(error) }
      }
    }
    let unlisted = selection.unreadable.map { failure in
      Failure(
        file: failure.path,
        error: SweepError.cannotReadFolder(path: settings.folder + "/" + failure.path, reason: failure.reason))
    }
    return try state.withLock { try $0.outcome(folder: settings.folder, unlisted) }
  }

  /// Event that a worker reports about a clip or a cell.
  enum Event {
    case done(SweepCondition, computed: Bool)
    case clip(SweepDescription.Clip)
    /// File that is empty or too short to have a clip at this place.
    case absent
    case unreadable(Failure)
  }

  private struct RunState {
    private let conditions: [SweepCondition]
    private var next = 0
    private var meter: SweepMeter
    private var clips: [Int: SweepDescription.Clip] = [:]
    private var failures: [Int: Failure] = [:]
    private var computedCounts: [String: Int] = [:]
    private var firstError: (any Error)?

    init(_ conditions: [SweepCondition], clipCount: Int) {
      self.conditions = conditions
      meter = SweepMeter(conditions, clipCount: clipCount)
    }

    mutating func takeNext(of indices: [Int]) -> Int? {
      guard firstError == nil, next < indices.count else { return nil }
      next += 1
      return indices[next - 1]
    }

    mutating func accept(_ event: Event, index: Int) -> SweepProgress {
      switch event {
      case .done(let condition, let computed):
        meter.done(condition, computed: computed)
        if computed { computedCounts[condition.identifier, default: 0] += 1 }
      case .clip(let clip): clips[index] = clip
      case .absent: for condition in conditions { meter.done(condition, computed: false) }
      case .unreadable(let failure):
        failures[index] = failure
        for condition in conditions { meter.done(condition, computed: false) }
      }
      return meter.progress
    }

    mutating func stop(_ error: any Error) { firstError = firstError ?? error }

    func outcome(folder: String, _ unlisted: [Failure]) throws -> Outcome {
      if let firstError { throw firstError }
      let found = clips.sorted { $0.key < $1.key }.map(\.value)
      if found.isEmpty, let first = failures.min(by: { $0.key < $1.key }) {
        throw SweepError.noClipReadable(path: folder, reason: "\(first.value.error)")
      }
      return Outcome(
        clips: found, failures: unlisted + failures.sorted { $0.key < $1.key }.map(\.value),
        computedCounts: computedCounts)
    }
  }

  func key(_ condition: SweepCondition, of clip: SweepDescription.Clip) throws -> String {
    try CellStore.key(
      condition, of: clip, model: models.first { $0.name == condition.model }, opusVersion: OpusCodec.libraryVersion)
  }

  func audioPath(_ condition: SweepCondition, of clip: SweepDescription.Clip) -> String {
    "\(settings.output)/audio/\(clip.name)/\(condition.identifier).flac"
  }

  /// Writes audio as 16-bit FLAC under a temporary name and renames the file.
  ///
  /// - Throws: `SweepError.cannotWrite`, `ReplacingFileError`, `AudioIOError`.
  func writeAudio(_ audio: AudioBuffer, path: String) throws {
    do throws(SystemFailure) { try FileName.makeFolders(FileName.folder(of: path)) } catch {
      throw SweepError.cannotWrite(path: path, reason: error.phrase)
    }
    let file = try ReplacingFile(path: path, replaces: true)
    let writer = try AudioWriter(
      descriptor: file.descriptor, name: path, container: .flac, sampleRateHz: audio.sampleRateHz,
      channelCount: audio.channelCount)
    try writer.write(audio)
    try writer.finish()
    try file.commit()
  }
}

extension SweepDescription.UsedModel {
  init(_ bundle: ModelBundle) throws {
    let configuration = bundle.codecConfiguration
    self.init(
      name: bundle.name, codecIdentity: try bundle.codecIdentity().digest.hex,
      generatorIdentity: try bundle.generatorIdentity()?.digest.hex, sampleRateHz: configuration.sampleRateHz,
      hopLength: configuration.hopLength, codebookCount: configuration.codebookCount,
      codebookSize: configuration.codebookSize)
  }
}
