import Kernels
import Signal
import VampcKit

/// Turns signals into the vectors that a Fréchet distance compares. Belongs to one worker.
protocol ClipEmbedder {
  /// Names the embedding in tables.
  var name: String { get }
  /// Whether several signals at once are cheaper than one by one.
  var worksInBatches: Bool { get }
  /// In the order of the signals.
  func embed(_ signals: [AudioBlock]) throws -> [EmbeddedWindows]
}

/// Makes the embedder of each worker.
protocol ClipEmbedderMaker: Sendable {
  var name: String { get }
  /// - Parameters:
  ///   - models: of the worker, in the order of the sweep.
  ///   - folder: for temporary files of the worker.
  func make(models: [Model], context: ComputeContext, folder: String) throws -> any ClipEmbedder
}
