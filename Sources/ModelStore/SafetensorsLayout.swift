import Foundation

/// Header of a safetensors file that is to be written, and where its tensors come to lie.
struct SafetensorsLayout {
  struct Entry {
    let name: String
    let elementType: TensorElementType
    let shape: [Int]
    let byteCount: Int
  }

  /// Length and JSON text, so long that the data begin at a multiple of 8 bytes.
  let headerBytes: [UInt8]
  /// Bytes of data behind the header.
  let dataByteCount: Int

  /// - Parameter entries: in the order of the data; names are unique.
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
