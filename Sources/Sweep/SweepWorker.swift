import AudioIO
import Dispatch
import Evaluation
import Foundation
import Kernels
import Signal
import SystemCalls
import VampcKit

/// Worker of a sweep: it codes one clip at a time, with networks and a temporary folder of its own.
final class SweepWorker {
  private let run: SweepRun
  private let models: [String: Model]
  private let embedders: [any ClipEmbedder]
  private let folder: String

  init(_ run: SweepRun, threadCount: Int) throws {
    self.run = run
    let context = ComputeContext(threadCount: threadCount)
    let loaded = try run.bundles.map { try Model($0, context: context) }
    models = Dictionary(uniqueKeysWithValues: loaded.map { ($0.name, $0) })
    folder = run.settings.temporaryFolder + "/vampc-sweep-" + String(UInt64.random(in: .min ... .max), radix: 36)
    embedders = try run.embedders.map { [folder] in try $0.make(loaded, folder) }
    do throws(SystemFailure) { try FileName.makeFolders(folder) } catch {
      throw SweepError.cannotWrite(path: folder, reason: error.phrase)
    }
  }

  func removeFolder() { try? FileManager.default.removeItem(atPath: folder) }

  func work(
    on place: ClipSelection.Place, isForListening: Bool, _ tell: (SweepRun.Event) -> Void
  ) throws {
    try run.checkCancellation()
    let read: SweepClip?
    do {
      read = try run.selection.read(place, checkCancellation: run.checkCancellation)
    } catch let error as AudioIOError {
      return tell(.unreadable(SweepRun.Failure(file: place.file, error: error)))
    }
    guard let clip = read else { return tell(.absent) }
    var coder: ClipCoder?
    var waiting: [Waiting] = []
    for condition in run.conditions {
      let key = try run.key(condition, of: clip.facts)
      let audioPath = isForListening ? run.audioPath(condition, of: clip.facts) : nil
      let hasAudio = audioPath.map(FileManager.default.fileExists) ?? true
      if hasAudio, run.store.has(key, embeddings: embedders.map(\.embedding)) {
        tell(.done(condition, computed: false))
        continue
      }
      let present =
        coder
        ?? ClipCoder(
          clip, models: models, checkCancellation: { [run] in try run.checkCancellation() })
      coder = present
      waiting.append(try compute(condition, clip, key, present, audioPath: audioPath))
      // Cells wait for a batch only if an embedding works in batches, such as one by an external program.
      if run.embedders.allSatisfy({ !$0.worksInBatches }) { try store(&waiting, tell) }
    }
    try store(&waiting, tell)
    tell(.clip(clip.facts))
  }

  private struct Waiting {
    let condition: SweepCondition
    let key: String
    let decoded: AudioBuffer
    let row: SweepRow
  }

  private func compute(
    _ condition: SweepCondition, _ clip: SweepClip, _ key: String, _ coder: ClipCoder, audioPath: String?
  ) throws -> Waiting {
    let start = DispatchTime.now().uptimeNanoseconds
    let result = try coder.code(condition)
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    let range = condition.measuredSamples(of: clip.audio)
    let measured = range.clamped(to: 0..<result.decoded.sampleCount)
    let measurement = try ClipMeasurement(of: result.decoded.slice(measured), from: clip.audio.slice(range))
    if let audioPath { try run.writeAudio(result.decoded, path: audioPath) }
    let row = SweepRow(
      clip: clip.facts.name, condition: condition, result, measurement, seconds: clip.facts.seconds,
      computeSeconds: seconds)
    return Waiting(condition: condition, key: key, decoded: result.decoded, row: row)
  }

  private func store(_ waiting: inout [Waiting], _ tell: (SweepRun.Event) -> Void) throws {
    guard !waiting.isEmpty else { return }
    var embeddings = [[String: EmbeddedWindows]](repeating: [:], count: waiting.count)
    for embedder in embedders {
      let set = try embedder.embed(
        waiting.map { cell in EmbeddableClip(name: cell.row.condition) { cell.decoded } })
      for (index, clip) in set.clips.enumerated() {
        embeddings[index][embedder.embedding] = EmbeddedWindows(dimension: set.dimension, values: clip.values)
      }
    }
    for (cell, embeddings) in zip(waiting, embeddings) {
      try run.store.write(SweepCell(row: cell.row, embeddings: embeddings), key: cell.key)
      tell(.done(cell.condition, computed: true))
    }
    waiting = []
  }
}
