/// What can be wrong with a model file or a folder of them. `path` is the file or folder at fault.
public enum ModelError: Error, Equatable, Sendable {
  // The file itself.
  case cannotOpen(path: String, errorNumber: Int32)
  case notARegularFile(path: String)
  case cannotMap(path: String, errorNumber: Int32)
  case cannotWrite(path: String, errorNumber: Int32)
  case tooShort(path: String, byteCount: Int)
  case headerLengthOutOfRange(path: String, found: UInt64, allowed: Int)
  case malformedHeader(path: String, reason: String)
  case duplicateKey(path: String)

  // Tensors as the header declares them.
  case unknownElementType(path: String, tensor: String, found: String)
  case shapeOutOfRange(path: String, tensor: String, shape: [Int])
  case byteCountMismatch(path: String, tensor: String, expected: Int, found: Int)
  /// A tensor starts before (overlap) or after (hole) the end of the one in front of it.
  case tensorsNotContiguous(path: String, tensor: String, expectedByteOffset: Int, foundByteOffset: Int)
  /// The last tensor ends elsewhere than the file.
  case dataLengthMismatch(path: String, expected: Int, found: Int)

  // Tensors as a network asks for them.
  case missingTensor(path: String, tensor: String)
  case wrongShape(path: String, tensor: String, expected: [Int], found: [Int])
  case wrongElementType(path: String, tensor: String, found: String, expected: String = "F32, F16 or BF16")
  case nonFiniteValue(path: String, tensor: String, elementIndex: Int)
  /// A weight-normalised row without direction.
  case zeroWeightNorm(path: String, tensor: String, row: Int)
  case surplusTensors(path: String, tensors: [String])
  /// A tensor's data are not those that its file recorded the SHA-256 of.
  case digestMismatch(path: String, tensor: String)

  // Metadata.
  case missingMetadata(path: String, key: String)
  case invalidMetadata(path: String, key: String, found: String, allowed: String)
  case wrongKind(path: String, expected: String, found: String)

  // Models and where they are looked for.
  case modelNotFound(name: String, searched: [String])
  case codecNotFound(digest: String, searched: [String])
  case invalidModelName(name: String)
  case noCodec(path: String)
  case noEmbedding(path: String)
  case partsDoNotFit(path: String, key: String, expected: Int, found: Int)
  case digestUnavailable
}

extension ModelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotOpen(let path, let errorNumber): "\(path): cannot open: \(systemErrorText(errorNumber))"
    case .notARegularFile(let path): "\(path): not a regular file"
    case .cannotMap(let path, let errorNumber): "\(path): cannot map into memory: \(systemErrorText(errorNumber))"
    case .cannotWrite(let path, let errorNumber): "\(path): cannot write: \(systemErrorText(errorNumber))"
    case .tooShort(let path, let byteCount): "\(path): \(byteCount) bytes are too short for a safetensors file"
    case .headerLengthOutOfRange(let path, let found, let allowed):
      "\(path): header length \(found) is outside 2...\(allowed)"
    case .malformedHeader(let path, let reason): "\(path): malformed header: \(printable(reason))"
    case .duplicateKey(let path): "\(path): a key occurs twice in the header"
    case .unknownElementType(let path, let tensor, let found):
      "\(path): tensor \(printable(tensor)): unknown element type \(abbreviated(found))"
    case .shapeOutOfRange(let path, let tensor, let shape):
      "\(path): tensor \(printable(tensor)): shape \(shape) is out of range"
    case .byteCountMismatch(let path, let tensor, let expected, let found):
      "\(path): tensor \(printable(tensor)): \(found) bytes where its shape needs \(expected)"
    case .tensorsNotContiguous(let path, let tensor, let expected, let found):
      "\(path): tensor \(printable(tensor)): data begin at byte \(found), expected \(expected)"
    case .dataLengthMismatch(let path, let expected, let found):
      "\(path): \(found) bytes of tensor data where the header needs \(expected)"
    case .missingTensor(let path, let tensor): "\(path): tensor \(printable(tensor)) is missing"
    case .wrongShape(let path, let tensor, let expected, let found):
      "\(path): tensor \(printable(tensor)): shape \(found), expected \(expected)"
    case .wrongElementType(let path, let tensor, let found, let expected):
      "\(path): tensor \(printable(tensor)): element type \(found), expected \(expected)"
    case .nonFiniteValue(let path, let tensor, let elementIndex):
      "\(path): tensor \(printable(tensor)): element \(elementIndex) is not a finite number"
    case .zeroWeightNorm(let path, let tensor, let row): "\(path): tensor \(printable(tensor)): row \(row) has norm 0"
    case .surplusTensors(let path, let tensors):
      "\(path): \(tensors.count) unexpected tensors: \(abbreviatedList(tensors))"
    case .digestMismatch(let path, let tensor):
      "\(path): tensor \(printable(tensor)): data differ from their recorded SHA-256"
    case .missingMetadata(let path, let key): "\(path): metadata lack \(key)"
    case .invalidMetadata(let path, let key, let found, let allowed):
      "\(path): metadata: \(key) is \(abbreviated(found)), allowed is \(allowed)"
    case .wrongKind(let path, let expected, let found): "\(path): holds \(found), expected \(expected)"
    case .modelNotFound(let name, let searched):
      "no model \(name) in \(searched.isEmpty ? "any folder" : searched.joined(separator: ", "))"
    case .codecNotFound(let digest, let searched):
      "no codec \(digest) in \(searched.isEmpty ? "any folder" : searched.joined(separator: ", "))"
    case .invalidModelName(let name): "\(abbreviated(name)) is not a model name"
    case .noCodec(let path): "\(path): no \(ModelRole.codec.fileName)"
    case .noEmbedding(let path): "\(path): no \(ModelRole.embedding.fileName)"
    case .partsDoNotFit(let path, let key, let expected, let found):
      "\(path): \(key) is \(found), the rest of the model has \(expected)"
    case .digestUnavailable: "SHA-256 is not available in libcrypto"
    }
  }
}

/// Something that a file says, without the control characters that could steer a terminal.
private func printable(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: "\u{fffd}"
        default: scalar
        }
      }))
}

/// At most 80 characters of something that a file says, in quotation marks.
private func abbreviated(_ text: String) -> String {
  "'\(printable(text.count <= 80 ? text : text.prefix(77) + "..."))'"
}

private func abbreviatedList(_ names: [String]) -> String {
  names.prefix(5).map(printable).joined(separator: ", ") + (names.count > 5 ? ", ..." : "")
}
