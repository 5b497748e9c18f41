import Signal

/// One step on a signal's way: takes audio in chunks of any size and returns what is ready.
///
/// The concatenated output does not depend on how the input was cut into chunks. A stage does not know its neighbours.
protocol AudioStage: AnyObject {
  /// Takes the next chunk and returns what is ready, which may lag behind.
  func process(_ chunk: AudioBuffer) throws -> AudioBuffer
  /// Returns the rest, once no more input will come; nil where nothing is left.
  func finish() throws -> AudioBuffer?
}

/// Stages one after the other.
final class AudioChain: AudioStage {
  private let stages: [any AudioStage]

  init(_ stages: [any AudioStage]) { self.stages = stages }

  func process(_ chunk: AudioBuffer) throws -> AudioBuffer { try process(chunk, from: 0) }

  /// Returns what each stage still holds, sent through the stages behind it.
  func finish() throws -> AudioBuffer? {
    var rest: AudioBuffer?
    for (index, stage) in stages.enumerated() {
      guard let tail = try stage.finish() else { continue }
      let processed = try process(tail, from: index + 1)
      if rest == nil { rest = processed } else { rest?.append(processed) }
    }
    return rest
  }

  private func process(_ chunk: AudioBuffer, from start: Int) throws -> AudioBuffer {
    try stages[start...].reduce(chunk) { try $1.process($0) }
  }
}
