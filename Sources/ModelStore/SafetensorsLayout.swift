import Foundation

/// Header of a new safetensors file, with the positions of its tensors.
struct SafetensorsLayout {
  struct Entry {
    let name: String
    let elementType: TensorElementType
    let shape: [Int]
    let byteCount: Int
  }

  /// Length field and JSON text, padded so that the data begin at a multiple of 8 bytes.
  let headerBytes: [UInt8]
  /// Number of data bytes after the header.
  let dataByteCount: Int

  /// Layout of the given tensors.
  ///
  /// - Parameter entries: Tensors in the order of their data, with unique names.
  init(metadata: [String: String], entries: [Entry]) throws {
    var header: [String: HeaderValue] = ["__metadata__": .metadata(metadata)]
    var byteOffset = 0
    for entry in entries {
      header[entry.name] = .tensor(
        HeaderEntry(
          dtype: entry.elementType.rawValue, shape: entry.shape,
          data_offsets: [byteOffset, byteOffset + entry.byteCount]))
      byteOffset += entry.byteCount
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var text = try encoder.encode(header)
    text.append(Data(repeating: UInt8(ascii: " "), count: -text.count & 7))
    headerBytes = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
    dataByteCount = byteOffset
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
