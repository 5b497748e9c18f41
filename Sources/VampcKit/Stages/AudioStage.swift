import Signal

/// Stage of signal processing that takes audio in chunks of any size and returns its output in chunks.
///
/// The concatenated output does not depend on the sizes of the chunks. A stage does not know the other stages of its
/// chain.
protocol AudioStage: AnyObject {
  /// Processes the next chunk and returns the output that is ready since the last call; the output may lag behind the
  /// input.
  func process(_ chunk: AudioBuffer) throws -> AudioBuffer
  /// Returns the remaining output after the last input; nil where no output remains.
  func finish() throws -> AudioBuffer?
}

/// Chain of stages in order, each of which processes the output of the stage before.
final class AudioChain: AudioStage {
  private let stages: [any AudioStage]

  init(_ stages: [any AudioStage]) { self.stages = stages }

  func process(_ chunk: AudioBuffer) throws -> AudioBuffer { try process(chunk, from: 0) }

  /// Returns the remaining output of each stage, processed by all later stages; nil where no output remains.
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
