import Bitstream
import FuzzTargets
import TestSupport

/// Container with a few random changes, reproducible by its seed.
struct ContainerMutation {
  let bytes: [UInt8]

  /// Bytes at the limits of the ranges of fields.
  private static let edges: [UInt8] = [0, 1, 2, 3, 15, 16, 0x7F, 0x80, 0x81, 0xF0, 0xFF]

  /// Makes a mutation of one of the containers.
  ///
  /// - Precondition: neither list is empty.
  init(ofValid valid: [[UInt8]], invalid: [[UInt8]], using random: inout SeededGenerator) {
    var bytes = (Int.random(in: 0..<3, using: &random) == 0 ? invalid : valid).randomElement(using: &random)!
    if Int.random(in: 0..<8, using: &random) == 0 { bytes += valid.randomElement(using: &random)! }
    if Int.random(in: 0..<4, using: &random) == 0 {
      bytes = Self.reordered(bytes, using: &random)
    }
    for _ in 0..<[0, 0, 1, 1, 1, 2].randomElement(using: &random)! where !bytes.isEmpty {
      Self.change(&bytes, using: &random)
    }
    // A wrong checksum would hide nearly all changes from the rest of a reader.
    self.bytes = Int.random(in: 0..<4, using: &random) == 0 ? bytes : RecordRepair.repaired(bytes)
  }

  private static func change(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
    // Most fields stand at the beginning of a record.
    let starts = bytes.indices.filter { bytes[$0...].starts(with: StreamFormat.sync) }
    let start = starts.randomElement(using: &random) ?? 0
    let end =
      Bool.random(using: &random) ? min(bytes.count, start + 40) : bytes.count
    let index = Int.random(in: start..<end, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes.remove(at: index)
    case 1: bytes.insert(edges.randomElement(using: &random)!, at: index)
    case 2: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 3: bytes[index] = .random(in: 0...255, using: &random)
    case 4: bytes.removeLast(Int.random(in: 0...bytes.count - index, using: &random))
    default: bytes[index] = edges.randomElement(using: &random)!
    }
  }

  /// Repeats, removes and exchanges records.
  private static func reordered(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
    let starts = bytes.indices.filter { bytes[$0...].starts(with: StreamFormat.sync) }
    var records = zip(starts, starts.dropFirst() + [bytes.count]).map { Array(bytes[$0..<$1]) }
    guard let index = records.indices.randomElement(using: &random) else { return bytes }
    switch Int.random(in: 0..<3, using: &random) {
    case 0: records.remove(at: index)
    case 1: records.insert(records.randomElement(using: &random)!, at: index)
    default: records.swapAt(index, .random(in: records.indices, using: &random))
    }
    return records.flatMap { $0 }
  }
}
