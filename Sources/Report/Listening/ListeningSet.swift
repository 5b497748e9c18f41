import Foundation
import Sweep

/// All audio of a page, by clip and condition in the order of the description.
struct ListeningSet: Sendable {
  var bitrateBps: Int
  var materials: [ListeningMaterial]

  /// Clips with audio, in the order of the description.
  func clips(of description: SweepDescription) -> [SweepDescription.Clip] {
    let names = Set(materials.map(\.clip))
    return description.clips.filter { names.contains($0.name) }
  }

  /// Reads and codes the audio of `folder`; a nil folder gives an empty set.
  ///
  /// - Throws: `AudioIOError`, `SignalError`, `OpusBaselineError`, ``ReportError/libraryFailed(library:)``.
  init(_ folder: ListeningFolder?, index: SweepIndex) throws {
    let sounds = index.description.clips.flatMap { clip in
      index.conditions.compactMap { condition in
        folder?.file(clip: clip, condition: condition).map { (file: $0, clip: clip, condition: condition.identifier) }
      }
    }
    let bitrateBps = ListeningMaterial.bitrateBps(forTotalSeconds: sounds.reduce(0) { $0 + $1.clip.seconds })
    self.bitrateBps = bitrateBps
    let slots = Slots(count: sounds.count)
    DispatchQueue.concurrentPerform(iterations: sounds.count) { index in
      let (file, clip, condition) = sounds[index]
      slots.set(
        index,
        Result {
          try ListeningMaterial(file: file, clip: clip.name, condition: condition, bitrateBps: bitrateBps)
        })
    }
    materials = try slots.values.compactMap { try $0?.get() }
  }

  /// Results of coding, one for each sound, set from several threads; nil until the sound is coded.
  // @unchecked: `storage` is only accessed under the lock.
  private final class Slots: @unchecked Sendable {
    private let lock = NSLock()
    private var storage: [Result<ListeningMaterial?, any Error>?]

    init(count: Int) { storage = .init(repeating: nil, count: count) }

    func set(_ index: Int, _ value: Result<ListeningMaterial?, any Error>) { lock.withLock { storage[index] = value } }
    var values: [Result<ListeningMaterial?, any Error>?] { lock.withLock { storage } }
  }
}
