public import ExplainedErrors

/// Fault of a container, or value that a container cannot store.
///
/// `byteOffset` counts from the first byte of the input. Each fault has a `code`: its name in `formats/container.md`,
/// section 9, and in the file names of `fixtures/containers/invalid`.
public enum BitstreamError: Error, Equatable, Sendable {
  /// The input has no stream: no bytes, or ignored records only.
  case empty
  /// The input ends inside a record, or in front of a record that must be there.
  case truncated(byteOffset: Int)
  /// A stream has no trailer: the input ends, another stream starts, or tags follow inside the stream.
  case missingTrailer(byteOffset: Int)
  /// The bytes where a record must begin are not a sync pattern.
  case missingSync(byteOffset: Int)
  /// The length of a record's body is 0, is more than `StreamLimits.bodyByteCount`, or differs from the length that the
  /// index of an archive states.
  case badRecordLength(byteCount: Int, byteOffset: Int)
  /// The stored checksum of a record differs from the checksum computed from the record's bytes.
  case badChecksum(stored: UInt32, computed: UInt32, byteOffset: Int)
  /// A record states an unknown version.
  case unsupportedVersion(Int, byteOffset: Int)
  /// A field extends beyond its record.
  case fieldBeyondRecord(field: String, byteOffset: Int)
  /// A varint is longer than 8 bytes or not in its shortest form.
  case badVarint(field: String, byteOffset: Int)
  /// The value of a field is outside its range.
  case outOfRange(field: String, value: Int, allowed: ClosedRange<Int>, byteOffset: Int)
  /// A field has a value or a bit that this version reserves.
  case reserved(field: String, value: Int, byteOffset: Int)
  /// Bytes follow the last field or the last token of a record.
  case trailingBytes(count: Int, byteOffset: Int)
  /// The padding bits after the last token are not 0.
  case badPadding(byteOffset: Int)
  /// Deflate data are invalid, or inflate to fewer or more bytes than needed.
  case badDeflate(byteOffset: Int)
  /// A text is not UTF-8, or is not a valid name of a recording (`formats/archive.md`, section 2).
  case badText(field: String, byteOffset: Int)
  /// A record with sections stands where no start record opened a stream.
  case missingStart(byteOffset: Int)
  /// A later header section differs from the first of the stream.
  case headerChanged(byteOffset: Int)
  /// A block or a trailer states the frame number `found` where the frame number `expected` is due.
  case frameGap(expected: Int, found: Int, byteOffset: Int)
  /// The token hash of the trailer differs from the hash computed from the stream's kept tokens.
  case badTokenHash(stored: UInt32, computed: UInt32, byteOffset: Int)
  /// A tags record is followed by another tags record or by the end of the input, not by a start record.
  case strayTags(byteOffset: Int)
  /// A value given to the encoder is outside the range of its field.
  case unencodable(field: String, value: Int, allowed: ClosedRange<Int>)
  /// Sampler settings given to the encoder are in range, but cannot be stored: the sampler is not VampNet's, a
  /// temperature, top-p or typical mass has more than two decimals, or a setting that the container cannot store differs
  /// from its default.
  case unencodableSampler
}

extension BitstreamError {
  /// Name of the fault in `formats/container.md`, section 9; `unencodable` for a value given to the encoder.
  public var code: String {
    switch self {
    case .empty: "empty"
    case .truncated: "truncated"
    case .missingTrailer: "missing-trailer"
    case .missingSync: "missing-sync"
    case .badRecordLength: "bad-record-length"
    case .badChecksum: "bad-checksum"
    case .unsupportedVersion: "unsupported-version"
    case .fieldBeyondRecord: "field-beyond-record"
    case .badVarint: "bad-varint"
    case .outOfRange: "out-of-range"
    case .reserved: "reserved"
    case .trailingBytes: "trailing-bytes"
    case .badPadding: "bad-padding"
    case .badDeflate: "bad-deflate"
    case .badText: "bad-text"
    case .missingStart: "missing-start"
    case .headerChanged: "header-changed"
    case .frameGap: "frame-gap"
    case .badTokenHash: "bad-token-hash"
    case .strayTags: "stray-tags"
    case .unencodable, .unencodableSampler: "unencodable"
    }
  }

  /// Byte offset of the fault in the input; `nil` for a value given to the encoder.
  public var byteOffset: Int? {
    switch self {
    case .empty: 0
    case .truncated(let offset), .missingTrailer(let offset), .missingSync(let offset), .badPadding(let offset),
      .badDeflate(let offset), .missingStart(let offset), .headerChanged(let offset), .strayTags(let offset),
      .badRecordLength(_, let offset), .badChecksum(_, _, let offset), .unsupportedVersion(_, let offset),
      .fieldBeyondRecord(_, let offset), .badVarint(_, let offset), .outOfRange(_, _, _, let offset),
      .reserved(_, _, let offset), .trailingBytes(_, let offset), .badText(_, let offset),
      .frameGap(_, _, let offset), .badTokenHash(_, _, let offset):
      offset
    case .unencodable, .unencodableSampler: nil
    }
  }
}

extension BitstreamError: CustomStringConvertible {
  /// Message in lower case, with the values found and allowed and the byte offset where the error has them.
  public var description: String {
    guard let byteOffset else { return reason }
    return "\(reason) (byte \(byteOffset))"
  }

  private var reason: String {
    switch self {
    case .empty: "the input has no stream"
    case .truncated: "the input ends inside a record"
    case .missingTrailer: "the stream ends without its trailer"
    case .missingSync: "no vampc record begins here"
    case .badRecordLength(let count, _):
      "record of \(count) bytes, allowed are 1 to \(StreamLimits.bodyByteCount)"
    case .badChecksum(let stored, let computed, _):
      "checksum \(hexadecimal(computed)) of a record, stored is \(hexadecimal(stored))"
    case .unsupportedVersion(let version, _): "container version \(version), known is \(StreamFormat.version)"
    case .fieldBeyondRecord(let field, _): "\(field) extends beyond its record"
    case .badVarint(let field, _): "\(field) is not a varint in its shortest form"
    case .outOfRange(let field, let value, let allowed, _):
      "\(field) is \(value), allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
    case .reserved(let field, let value, _): "\(field) has the reserved value \(value)"
    case .trailingBytes(let count, _): "\(count) bytes follow the last field of a record"
    case .badPadding: "the bits after the last token are not 0"
    case .badDeflate: "deflate data are invalid"
    case .badText(let field, _): "\(field) is not UTF-8"
    case .missingStart: "the beginning of the stream is lost"
    case .headerChanged: "a repeated header differs from the first one"
    case .frameGap(let expected, let found, _): "frame \(found) stands where frame \(expected) is due"
    case .badTokenHash(let stored, let computed, _):
      "token hash \(hexadecimal(computed)), stored is \(hexadecimal(stored))"
    case .strayTags: "tags belong to no stream"
    case .unencodable(let field, let value, let allowed):
      "\(field) of \(value) cannot be stored, allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
    case .unencodableSampler:
      "a stream of version 1 stores VampNet's sampler alone, with temperatures, top-p and typical mass in hundredths"
    }
  }

  private func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension BitstreamError: ExplainedError {
  /// Kind of the error, which gives the exit code: failure for a value given to the encoder, otherwise bad input.
  public var kind: ErrorKind {
    switch self {
    case .unencodable, .unencodableSampler: .failure
    default: .badInput
    }
  }

  /// Next step for the user; `nil` where none is known.
  public var hint: String? {
    if case .missingSync(byteOffset: 0) = self { "not a vampc stream; 'vampc encode' makes one of audio" } else { nil }
  }
}
