import Foundation
import Signal

/// The folder of the published metric code's verdicts: degraded signals, embeddings and `expected.json`.
struct MetricsReference {
  struct Malformed: Error { let file: String }

  let folder: URL

  init() {
    let root =
      ProcessInfo.processInfo.environment["VAMPC_REFERENCE_DIR"].map { URL(fileURLWithPath: $0) }
      ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("fixtures/reference")
    folder = root.appendingPathComponent("metrics")
  }

  /// A figure of `expected.json`; `nil` where it says null.
  func expected(_ metric: String, of name: String) throws -> Double? {
    let data = try Data(contentsOf: folder.appendingPathComponent("expected.json"))
    let all = try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]]
    guard let value = all?[name]?[metric] else { throw Malformed(file: "expected.json: \(name).\(metric)") }
    return (value as? NSNumber)?.doubleValue
  }

  /// A mono 32-bit float WAV.
  func audio(_ name: String) throws -> AudioBlock {
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name + ".wav")))[...]
    var offset = 12
    var sampleRateHz = 0
    while offset + 8 <= bytes.count {
      let size = Int(littleEndian(bytes, at: offset + 4))
      let body = offset + 8
      switch String(decoding: bytes[offset..<offset + 4], as: UTF8.self) {
      case "fmt ":
        guard bytes[body] == 3, bytes[body + 2] == 1, bytes[body + 14] == 32 else { throw Malformed(file: name) }
        sampleRateHz = Int(littleEndian(bytes, at: body + 4))
      case "data":
        return AudioBlock(channels: [floats(bytes[body..<body + size])], sampleRateHz: sampleRateHz)
      default: break
      }
      offset = body + size + size % 2
    }
    throw Malformed(file: name)
  }

  /// A float32 `.npy` of two axes, row by row.
  func rows(_ name: String) throws -> [[Float]] {
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name + ".npy")))[...]
    let headerEnd = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    let header = String(decoding: bytes[10..<headerEnd], as: UTF8.self)
    guard header.contains("'<f4'"), header.contains("'fortran_order': False"),
      let shape = header.firstMatch(of: /\((\d+), (\d+)\)/), let width = Int(shape.2), width > 0
    else { throw Malformed(file: name) }
    let values = floats(bytes[headerEnd...])
    return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
  }

  private func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map {
      Float(bitPattern: littleEndian(bytes, at: $0))
    }
  }

  private func littleEndian(_ bytes: ArraySlice<UInt8>, at index: Int) -> UInt32 {
    bytes[index..<index + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
