import Foundation

/// JSON header of a safetensors file (`formats/model.md`), with all numbers checked against the file.
struct SafetensorsHeader {
  let metadata: [String: String]
  /// Descriptions of all tensors in the order of their data.
  let tensors: [TensorDescription]

  /// Largest length of the header in bytes, as the format defines it.
  static let maximumByteCount = 100_000_000
  static let maximumAxisCount = 8
  /// Number of bytes of the length field before the header.
  static let lengthByteCount = 8

  init(of file: MappedFile) throws {
    let path = file.path
    guard file.byteCount >= Self.lengthByteCount + 2 else {
      throw ModelError.tooShort(path: path, byteCount: file.byteCount)
    }
    let length = file.withUnsafeBytes(in: 0..<Self.lengthByteCount) { bytes in
      UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    }
    let allowed = min(Self.maximumByteCount, file.byteCount - Self.lengthByteCount)
    guard length >= 2, length <= UInt64(allowed) else {
      throw ModelError.headerLengthOutOfRange(path: path, found: length, allowed: allowed)
    }
    let dataStart = Self.lengthByteCount + Int(length)
    let text = file.withUnsafeBytes(in: Self.lengthByteCount..<dataStart) { Data($0) }
    // A zero byte would make the JSON decoder assume UTF-16 or UTF-32.
    guard text.first == UInt8(ascii: "{"), !text.contains(0) else {
      throw ModelError.malformedHeader(path: path, reason: "not an object in UTF-8")
    }
    let content: HeaderContent
    do {
      content = try JSONDecoder().decode(HeaderContent.self, from: text)
    } catch {
      throw ModelError.malformedHeader(path: path, reason: headerFault(error))
    }
    // The decoder drops repeated keys, so the number of colons shows whether a key is repeated.
    guard colonCount(in: text) == content.keyCount else { throw ModelError.duplicateKey(path: path) }

    metadata = content.metadata
    tensors = try Self.checkedTensors(content.tensors, dataStart: dataStart, file: file)
  }

  private static func checkedTensors(
    _ entries: [String: HeaderTensor], dataStart: Int, file: MappedFile
  ) throws -> [TensorDescription] {
    let path = file.path
    let dataByteCount = file.byteCount - dataStart
    var tensors: [TensorDescription] = []
    tensors.reserveCapacity(entries.count)
    for (name, entry) in entries {
      guard let elementType = TensorElementType(rawValue: entry.dtype) else {
        throw ModelError.unknownElementType(path: path, tensor: name, found: entry.dtype)
      }
      guard entry.shape.count <= maximumAxisCount, let elementCount = elementCount(of: entry.shape),
        elementCount <= Int.max / elementType.byteCount
      else {
        throw ModelError.shapeOutOfRange(path: path, tensor: name, shape: Array(entry.shape.prefix(maximumAxisCount)))
      }
      let (begin, end) = (entry.dataOffsets[0], entry.dataOffsets[1])
      guard begin >= 0, begin <= end, end <= dataByteCount else {
        throw ModelError.dataLengthMismatch(path: path, expected: max(begin, end), found: dataByteCount)
      }
      guard end - begin == elementCount * elementType.byteCount else {
        throw ModelError.byteCountMismatch(
          path: path, tensor: name, expected: elementCount * elementType.byteCount, found: end - begin)
      }
      tensors.append(
        TensorDescription(
          name: name, elementType: elementType, shape: entry.shape,
          byteRange: dataStart + begin..<dataStart + end))
    }
    // Empty tensors share their offset with a neighbour, so their names determine the order.
    tensors.sort {
      ($0.byteRange.lowerBound, $0.byteRange.upperBound, $0.name)
        < ($1.byteRange.lowerBound, $1.byteRange.upperBound, $1.name)
    }
    var expected = dataStart
    for tensor in tensors {
      guard tensor.byteRange.lowerBound == expected else {
        throw ModelError.tensorsNotContiguous(
          path: path, tensor: tensor.name, expectedByteOffset: expected - dataStart,
          foundByteOffset: tensor.byteRange.lowerBound - dataStart)
      }
      expected = tensor.byteRange.upperBound
    }
    guard expected == file.byteCount else {
      throw ModelError.dataLengthMismatch(path: path, expected: expected - dataStart, found: dataByteCount)
    }
    return tensors
  }
}

/// Content of the JSON header as decoded, before its numbers are checked against the file.
private struct HeaderContent: Decodable {
  var metadata: [String: String] = [:]
  var tensors: [String: HeaderTensor] = [:]

  /// Number of keys in all objects.
  var keyCount: Int {
    metadata.count + tensors.count * (1 + HeaderTensor.keyCount) + (hasMetadata ? 1 : 0)
  }
  private var hasMetadata = false

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyKey.self)
    for key in container.allKeys {
      if key.stringValue == "__metadata__" {
        metadata = try container.decode([String: String].self, forKey: key)
        hasMetadata = true
      } else {
        tensors[key.stringValue] = try container.decode(HeaderTensor.self, forKey: key)
      }
    }
  }
}

private struct HeaderTensor: Decodable {
  let dtype: String
  let shape: [Int]
  /// Begin and end (exclusive) of the data in bytes, relative to the end of the header.
  let dataOffsets: [Int]

  static let keyCount = 3

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyKey.self)
    dtype = try container.decode(String.self, forKey: AnyKey("dtype"))
    shape = try container.decode([Int].self, forKey: AnyKey("shape"))
    dataOffsets = try container.decode([Int].self, forKey: AnyKey("data_offsets"))
    guard dataOffsets.count == 2 else {
      throw DecodingError.dataCorruptedError(
        forKey: AnyKey("data_offsets"), in: container, debugDescription: "\(dataOffsets.count) offsets instead of 2")
    }
    guard container.allKeys.count == Self.keyCount else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: container.codingPath, debugDescription: "unknown key in a tensor's description"))
    }
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(_ stringValue: String) { self.stringValue = stringValue }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// Number of colons outside strings in valid JSON.
private func colonCount(in text: Data) -> Int {
  var count = 0
  var isInString = false
  var isEscaped = false
  for byte in text {
    if isEscaped {
      isEscaped = false
    } else if isInString {
      isEscaped = byte == UInt8(ascii: "\\")
      isInString = byte != UInt8(ascii: "\"")
    } else if byte == UInt8(ascii: "\"") {
      isInString = true
    } else if byte == UInt8(ascii: ":") {
      count += 1
    }
  }
  return count
}

private func headerFault(_ error: any Error) -> String {
  func place(_ context: DecodingError.Context) -> String {
    context.codingPath.map(\.stringValue).joined(separator: "/")
  }
  return switch error {
  case DecodingError.keyNotFound(let key, let context): "\(place(context)) lacks \(key.stringValue)"
  case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
    "\(place(context)) is of the wrong type or out of range"
  case DecodingError.dataCorrupted(let context):
    context.codingPath.isEmpty ? "not valid JSON" : "\(place(context)): \(context.debugDescription)"
  default: "not valid JSON"
  }
}
