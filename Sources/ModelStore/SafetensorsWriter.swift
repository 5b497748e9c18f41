import Foundation

/// Makes safetensors files: for importers and for tests with small networks.
public struct SafetensorsWriter {
  private let metadata: [String: String]
  private var entries: [(name: String, elementType: TensorElementType, shape: [Int], data: Data)] = []

  public init(metadata: [String: String]) {
    self.metadata = metadata
  }

  /// Adds a tensor stored as F32, elements in C order.
  ///
  /// - Precondition: `values.count` is the product of `shape`, and no tensor has this name yet.
  public mutating func add(_ name: String, shape: [Int], _ values: [Float]) {
    precondition(elementCount(of: shape) == values.count, "element count does not match the shape")
    precondition(name != "__metadata__" && !entries.contains { $0.name == name }, "tensor name is taken")
    var data = Data(capacity: values.count * 4)
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    entries.append((name, .f32, shape, data))
  }

  /// The whole file.
  public func encoded() throws -> [UInt8] {
    var header: [String: HeaderValue] = ["__metadata__": .metadata(metadata)]
    var byteOffset = 0
    for entry in entries {
      header[entry.name] = .tensor(
        HeaderEntry(
          dtype: entry.elementType.rawValue, shape: entry.shape,
          data_offsets: [byteOffset, byteOffset + entry.data.count]))
      byteOffset += entry.data.count
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var text = try encoder.encode(header)
    // The data begin at a multiple of 8 bytes.
    text.append(Data(repeating: UInt8(ascii: " "), count: -text.count & 7))
    var file = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
    file += text
    for entry in entries { file += entry.data }
    return file
  }

  /// Writes the file under a temporary name and renames it to `path`.
  public func write(to path: String) throws {
    try Data(encoded()).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}

private struct HeaderEntry: Encodable {
  let dtype: String
  let shape: [Int]
  // swift-format-ignore: AlwaysUseLowerCamelCase
  let data_offsets: [Int]
}

private enum HeaderValue: Encodable {
  case metadata([String: String])
  case tensor(HeaderEntry)

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .metadata(let strings): try container.encode(strings)
    case .tensor(let entry): try container.encode(entry)
    }
  }
}
