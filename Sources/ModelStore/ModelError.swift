public import ExplainedErrors
import SystemCalls

/// Reason why a model cannot be found, read or written. `path` is the faulty file or folder.
public enum ModelError: Error, Equatable, Sendable {
  // Errors of the file itself.

  /// File that cannot be opened; `errorNumber` is the system's error number.
  case cannotOpen(path: String, errorNumber: Int32)
  /// Folder, device or other file that is not regular.
  case notARegularFile(path: String)
  /// File that cannot be mapped into memory.
  case cannotMap(path: String, errorNumber: Int32)
  /// File that another program has cut short since it was opened; lengths in bytes.
  case shortened(path: String, expected: Int, found: Int)
  /// File that cannot be created or written.
  case cannotWrite(path: String, errorNumber: Int32)
  /// File that is shorter than the length field with the shortest header.
  case tooShort(path: String, byteCount: Int)
  /// Header whose length is not 2 to `allowed` bytes, the range that file and format allow.
  case headerLengthOutOfRange(path: String, found: UInt64, allowed: Int)
  /// Header that is no JSON object in UTF-8, whose metadata are no strings, or in which a tensor lacks a field or has a
  /// field that is unknown or of the wrong type.
  case malformedHeader(path: String, reason: String)
  /// JSON header in which a key occurs twice in one object.
  case duplicateKey(path: String)

  // Errors of tensors in a header.

  /// Element type that safetensors does not define.
  case unknownElementType(path: String, tensor: String, found: String)
  /// Shape with negative sizes, more than 8 axes (`shape` holds the first 8), or more bytes than a 64-bit integer can
  /// count.
  case shapeOutOfRange(path: String, tensor: String, shape: [Int])
  /// Tensor whose number of data bytes differs from the number that its shape needs.
  case byteCountMismatch(path: String, tensor: String, expected: Int, found: Int)
  /// Tensor that begins before (overlap) or after (hole) the end of the previous tensor. Offsets count from the end of
  /// the header.
  case tensorsNotContiguous(path: String, tensor: String, expectedByteOffset: Int, foundByteOffset: Int)
  /// File with more or fewer bytes of tensor data than its header needs, or tensor whose offsets are negative, in the
  /// wrong order or beyond the data.
  case dataLengthMismatch(path: String, expected: Int, found: Int)

  // Errors of tensors that a network needs.

  /// Tensor that the network, or the other matrix of a LoRA pair, needs and the file lacks.
  case missingTensor(path: String, tensor: String)
  /// Tensor whose shape differs from the shape that the network needs.
  case wrongShape(path: String, tensor: String, expected: [Int], found: [Int])
  /// Tensor with another element type than `expected`, by default the types that networks use.
  case wrongElementType(path: String, tensor: String, found: String, expected: String = "F32, F16 or BF16")
  /// Tensor with an infinite or NaN element at `elementIndex` in C order.
  case nonFiniteValue(path: String, tensor: String, elementIndex: Int)
  /// Row of a weight-normalised layer whose direction has norm 0; `row` counts from 0.
  case zeroWeightNorm(path: String, tensor: String, row: Int)
  /// Tensors of the file that the network does not have.
  case surplusTensors(path: String, tensors: [String])
  /// Tensor whose data differ from the recorded SHA-256.
  case digestMismatch(path: String, tensor: String)

  // Errors of metadata.

  /// Required key that the metadata, or the arguments in `kwargs`, lack.
  case missingMetadata(path: String, key: String)
  /// Value of the metadata, or argument in `kwargs`, that is out of range, malformed or does not fit the other values.
  case invalidMetadata(path: String, key: String, found: String, allowed: String)
  /// File with another kind of network, or another role, than expected.
  case wrongKind(path: String, expected: String, found: String)

  // Errors of models and of the search for models.

  /// Model that is in none of the searched folders, or path that does not exist; `searched` is then empty.
  case modelNotFound(name: String, searched: [String])
  /// Codec that is in none of the searched folders; `digest` holds the first hexadecimal digits of its identity.
  case codecNotFound(digest: String, searched: [String])
  /// Text that cannot be the name of a model.
  case invalidModelName(name: String)
  /// Model folder without `codec.safetensors`, or path that does not exist.
  case noCodec(path: String)
  /// Model folder without `embedding.safetensors`.
  case noEmbedding(path: String)
  /// Network whose dimension `key` does not fit the other networks of the model.
  case partsDoNotFit(path: String, key: String, expected: Int, found: Int)
  /// libcrypto without SHA-256, or without memory for a digest.
  case digestUnavailable
}

extension ModelError: CustomStringConvertible {
  /// Phrase with path, tensor or key, and the found and the allowed values.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let errorNumber): "\(path): cannot open: \(SystemFailure(code: errorNumber).phrase)"
    case .notARegularFile(let path): "\(path): not a regular file"
    case .cannotMap(let path, let errorNumber):
      "\(path): cannot map into memory: \(SystemFailure(code: errorNumber).phrase)"
    case .shortened(let path, let expected, let found):
      "\(path): has become shorter while it was read: \(found) of \(expected) bytes are left"
    case .cannotWrite(let path, let errorNumber): "\(path): cannot write: \(SystemFailure(code: errorNumber).phrase)"
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
      "\(path): tensor \(printable(tensor)): \(found) bytes, the shape needs \(expected)"
    case .tensorsNotContiguous(let path, let tensor, let expected, let found):
      "\(path): tensor \(printable(tensor)): data begin at byte \(found), expected \(expected)"
    case .dataLengthMismatch(let path, let expected, let found):
      "\(path): \(found) bytes of tensor data, the header needs \(expected)"
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
      "\(path): tensor \(printable(tensor)): data do not fit the recorded SHA-256"
    case .missingMetadata(let path, let key): "\(path): the metadata lack \(key)"
    case .invalidMetadata(let path, let key, let found, let allowed):
      "\(path): metadata \(key) is \(abbreviated(found)), allowed is \(allowed)"
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

/// Text for a terminal, with U+FFFD in place of control and format characters and of line and paragraph separators.
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

/// Text for a terminal in quotation marks, with at most 80 characters between the marks.
private func abbreviated(_ text: String) -> String {
  "'\(printable(text.count <= 80 ? text : text.prefix(77) + "..."))'"
}

private func abbreviatedList(_ names: [String]) -> String {
  names.prefix(5).map(printable).joined(separator: ", ") + (names.count > 5 ? ", ..." : "")
}

extension ModelError: ExplainedError {
  /// Faulty model, or libcrypto; nil for a codec that is not found, because then the caller's stream is the subject.
  public var subject: ErrorSubject? {
    switch self {
    case .cannotOpen(let path, _), .notARegularFile(let path), .cannotMap(let path, _), .cannotWrite(let path, _),
      .shortened(let path, _, _), .tooShort(let path, _), .headerLengthOutOfRange(let path, _, _),
      .malformedHeader(let path, _),
      .duplicateKey(let path), .unknownElementType(let path, _, _), .shapeOutOfRange(let path, _, _),
      .byteCountMismatch(let path, _, _, _), .tensorsNotContiguous(let path, _, _, _),
      .dataLengthMismatch(let path, _, _), .missingTensor(let path, _), .wrongShape(let path, _, _, _),
      .wrongElementType(let path, _, _, _), .nonFiniteValue(let path, _, _), .zeroWeightNorm(let path, _, _),
      .surplusTensors(let path, _), .digestMismatch(let path, _), .missingMetadata(let path, _),
      .invalidMetadata(let path, _, _, _), .wrongKind(let path, _, _), .noCodec(let path), .noEmbedding(let path),
      .partsDoNotFit(let path, _, _, _):
      .model(path)
    case .modelNotFound(let name, _), .invalidModelName(let name): .model(name)
    case .digestUnavailable: .program("libcrypto")
    // The caller names the stream that needs the codec.
    case .codecNotFound: nil
    }
  }

  /// Kind of the error: bad input for a file whose content is damaged, not allowed or another network than expected;
  /// failure for a file that cannot be opened, mapped or written or is not regular, for a model that is not found, has
  /// an invalid name or lacks a file, for networks that do not fit together, and for a lack of SHA-256.
  public var kind: ErrorKind {
    switch self {
    case .cannotOpen, .cannotMap, .shortened, .cannotWrite, .notARegularFile, .modelNotFound, .codecNotFound,
      .invalidModelName,
      .noCodec, .noEmbedding, .partsDoNotFit, .digestUnavailable:
      .failure
    case .tooShort, .headerLengthOutOfRange, .malformedHeader, .duplicateKey, .unknownElementType, .shapeOutOfRange,
      .byteCountMismatch, .tensorsNotContiguous, .dataLengthMismatch, .missingTensor, .wrongShape, .wrongElementType,
      .nonFiniteValue, .zeroWeightNorm, .surplusTensors, .digestMismatch, .missingMetadata, .invalidMetadata,
      .wrongKind:
      .badInput
    }
  }

  /// Next step for a model or codec that is not found; nil for other errors.
  public var hint: String? {
    switch self {
    case .modelNotFound: "a path needs a slash, as in ./NAME; VAMPC_MODELS adds folders to look in"
    case .codecNotFound: "put the model that made the stream into one of them, or name it with --model"
    default: nil
    }
  }
}
