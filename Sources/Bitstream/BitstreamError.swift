public import ExplainedErrors

/// Why a container cannot be read or written.
///
/// `byteOffset` counts from the first byte given to the reader. Every case that reading can meet has a `code`, the name
/// that `formats/container.md` and the file names in `fixtures/containers/invalid` use.
public enum BitstreamError: Error, Equatable, Sendable {
  /// The input has no byte at all, or ignored records only.
  case empty
  /// The input ends inside a record.
  case truncated(byteOffset: Int)
  /// A stream has blocks but the input, or another stream, goes on without its trailer.
  case missingTrailer(byteOffset: Int)
  /// The bytes where a record must begin are not the sync pattern.
  case missingSync(byteOffset: Int)
  /// A record claims a body longer than `StreamLimits.bodyByteCount`, or an empty one.
  case badRecordLength(byteCount: Int, byteOffset: Int)
  /// The CRC-32 of a record differs.
  case badChecksum(stored: UInt32, computed: UInt32, byteOffset: Int)
  /// An intact record of a version that this reader does not know.
  case unsupportedVersion(Int, byteOffset: Int)
  /// A field ends after its record does.
  case fieldBeyondRecord(field: String, byteOffset: Int)
  /// A variable-length integer is longer than it need be, or than 8 bytes.
  case badVarint(field: String, byteOffset: Int)
  /// A field holds a value that the format does not allow.
  case outOfRange(field: String, value: Int, allowed: ClosedRange<Int>, byteOffset: Int)
  /// A field holds a value, or has bits set, that this version reserves.
  case reserved(field: String, value: Int, byteOffset: Int)
  /// A record is longer than its fields.
  case trailingBytes(count: Int, byteOffset: Int)
  /// The bits that fill up the last byte of packed tokens are not 0.
  case badPadding(byteOffset: Int)
  /// Deflated data are broken, or of another length than the tokens need.
  case badDeflate(byteOffset: Int)
  /// A text is not UTF-8.
  case badText(field: String, byteOffset: Int)
  /// A record that must follow another one stands where a stream begins.
  case missingStart(byteOffset: Int)
  /// A repeated header differs from the first one.
  case headerChanged(byteOffset: Int)
  /// A block or trailer does not begin where the block before it ended.
  case frameGap(expected: Int, found: Int, byteOffset: Int)
  /// The tokens differ from those that the trailer speaks for.
  case badTokenHash(stored: UInt32, computed: UInt32, byteOffset: Int)
  /// Tags that no stream follows.
  case strayTags(byteOffset: Int)
  /// A value given to the encoder that the format cannot hold.
  case unencodable(field: String, value: Int, allowed: ClosedRange<Int>)
}

extension BitstreamError {
  /// The fault's name in the specification.
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
    case .unencodable: "unencodable"
    }
  }

  /// Where in the input the fault lies; `nil` for faults of what is to be encoded.
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
    case .unencodable: nil
    }
  }
}

extension BitstreamError: CustomStringConvertible {
  /// Error in words, in lower case without a full stop.
  public var description: String {
    guard let byteOffset else { return reason }
    return "\(reason) (byte \(byteOffset))"
  }

  private var reason: String {
    switch self {
    case .empty: "the input holds no stream"
    case .truncated: "the input ends inside a record"
    case .missingTrailer: "the stream ends without its trailer"
    case .missingSync: "no vampc record begins here"
    case .badRecordLength(let count, _):
      "record of \(count) bytes, allowed are 1 to \(StreamLimits.bodyByteCount)"
    case .badChecksum(let stored, let computed, _):
      "checksum \(hexadecimal(computed)) of a record, stored is \(hexadecimal(stored))"
    case .unsupportedVersion(let version, _): "container version \(version), known is \(StreamFormat.version)"
    case .fieldBeyondRecord(let field, _): "\(field) reaches beyond its record"
    case .badVarint(let field, _): "\(field) is not coded in the shortest way"
    case .outOfRange(let field, let value, let allowed, _):
      "\(field) is \(value), allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
    case .reserved(let field, let value, _): "\(field) has the reserved value \(value)"
    case .trailingBytes(let count, _): "\(count) bytes too many in a record"
    case .badPadding: "the bits after the last token are not 0"
    case .badDeflate: "deflated tokens are broken"
    case .badText(let field, _): "\(field) is not UTF-8"
    case .missingStart: "the beginning of the stream is missing"
    case .headerChanged: "a repeated header differs from the first one"
    case .frameGap(let expected, let found, _): "frame \(found) follows where frame \(expected) is due"
    case .badTokenHash(let stored, let computed, _):
      "token hash \(hexadecimal(computed)), stored is \(hexadecimal(stored))"
    case .strayTags: "tags belong to no stream"
    case .unencodable(let field, let value, let allowed):
      "\(field) of \(value) cannot be stored, allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
    }
  }

  private func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension BitstreamError: ExplainedError {
  /// Kind of the error, which decides the exit code.
  public var kind: ErrorKind {
    if case .unencodable = self { .failure } else { .badInput }
  }

  /// Next step for the user; nil where there is none.
  public var hint: String? {
    if case .missingSync(byteOffset: 0) = self { "not a vampc stream; 'vampc encode' makes one of audio" } else { nil }
  }
}
