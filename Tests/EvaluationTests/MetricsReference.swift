import AudioIO
import Foundation
import ReferenceCases
import Signal

/// Results of the published metric code: degraded signals, embeddings and `expected.json`.
struct MetricsReference {
  struct Malformed: Error { let file: String }

  /// Figure of `expected.json`; nil where the file says null.
  func expected(_ metric: String, of name: String) throws -> Double? {
    let data = try Data(contentsOf: URL(filePath: try ReferenceCases.path("metrics/expected.json")))
    let all = try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]]
    guard let value = all?[name]?[metric] else { throw Malformed(file: "expected.json: \(name).\(metric)") }
    return (value as? NSNumber)?.doubleValue
  }

  /// Samples of a WAV.
  func audio(_ name: String) throws -> AudioBuffer {
    try AudioReader(path: try ReferenceCases.path("metrics/\(name).wav")).readAll()
  }

  /// Rows of a `.npy` file with two axes.
  func rows(_ name: String) throws -> [[Float]] {
    let array = try NumPyArray(path: try ReferenceCases.path("metrics/\(name).npy"))
    guard array.shape.count == 2, array.shape[1] > 0 else { throw Malformed(file: name) }
    let (values, width) = (array.floats, array.shape[1])
    return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
  }
}
