import NumPy
import Pickle
import Tokens

/// Reader of `.dac` files (`formats/dac-file.md`), which never runs code from a file.
public struct DACFileReader: Sendable {
  /// Largest accepted length of a file in bytes.
  public static let largestByteCount = DACFileFormat.largestByteCount
  /// Number of bytes that ``recognises(_:)`` needs.
  public static let magicByteCount = NumPyHeader.magic.count

  /// Creates a reader, which has no settings.
  public init() {}

  /// Returns whether `bytes`, the first bytes of a file, begin with the magic bytes of a NumPy file. Every `.dac` file
  /// is a NumPy file.
  public static func recognises(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: NumPyHeader.magic) }

  /// Reads a whole file.
  ///
  /// - Throws: ``DACFileError``.
  public func read(_ bytes: [UInt8]) throws -> DACRecording {
    guard bytes.count <= Self.largestByteCount else {
      throw DACFileError.tooLong(allowedByteCount: Self.largestByteCount)
    }
    let header = try Self.header(of: bytes)
    let document: PickleDocument
    do {
      document = try PickleReader(
        allowing: NumPyPickledArray.allowedGlobals, limits: DACFileFormat.pickleLimits
      ).read(bytes, from: header.endOffset)
    } catch let error as PickleError {
      throw DACFileError.pickle(error)
    }
    guard document.endOffset == bytes.count else {
      throw DACFileError.trailingBytes(
        count: bytes.count - document.endOffset, byteOffset: document.endOffset)
    }
    let element = try NumPyPickledArray(document.root, field: "the file's object")
    guard element.shape.isEmpty, let object = element.objects?.first else {
      throw DACFileError.invalid(
        field: "the file's object", found: "an array", allowed: "one Python object",
        byteOffset: document.root.byteOffset)
    }
    return try recording(from: Fields(object, prefix: "", name: "the file's object"))
  }

  /// Reads the header of a `.dac` file: a NumPy header that describes a single Python object.
  ///
  /// - Throws: ``DACFileError``.
  private static func header(of bytes: [UInt8]) throws -> NumPyHeader {
    let header: NumPyHeader
    do {
      header = try NumPyHeader(bytes)
    } catch {
      throw DACFileError(error)
    }
    guard header.type == "|O" else {
      throw DACFileError.invalidHeader(reason: "an array of \(printable(header.type)), not of Python objects")
    }
    guard header.shape.isEmpty else {
      throw DACFileError.invalidHeader(reason: "an array of shape \(header.shape), not one object")
    }
    return header
  }

  private func recording(from fields: Fields) throws -> DACRecording {
    let metadata = try Fields(fields.value("metadata"), prefix: "metadata.", name: "metadata")
    let version = try metadata.value("dac_version")
    guard version.isText(DACFileFormat.version) else {
      throw metadata.invalid(
        "dac_version", found: version.text(atMost: 60).map(printable) ?? "no short text",
        allowed: DACFileFormat.version)
    }
    let channels = try CodeArray(fields.value("codes")).channels()
    let channelCount = try metadata.integer("channels", in: DACFileFormat.channelCounts)
    guard channelCount == channels.count else {
      throw metadata.invalid("channels", found: "\(channelCount)", allowed: "\(channels.count) as in codes")
    }
    return DACRecording(
      channels: channels, inputLoudnessLUFS: try metadata.loudness("input_db"),
      originalSampleCount: try metadata.integer("original_length", in: DACFileFormat.lengths),
      sampleRateHz: try metadata.integer("sample_rate", in: DACFileFormat.sampleRatesHz),
      windowFrameCount: try metadata.integer("chunk_length", in: 1...DACFileFormat.lengths.upperBound),
      isPadded: try metadata.bool("padding"))
  }
}

/// Values of a dictionary by key, with errors that name the key.
private struct Fields {
  private let entries: PickleEntries
  private let prefix: String
  private let byteOffset: Int

  init(_ value: PickleValue, prefix: String, name: String) throws {
    guard let entries = value.dictionary else {
      throw DACFileError.invalid(
        field: name, found: "of another type", allowed: "a dictionary", byteOffset: value.byteOffset)
    }
    self.entries = entries
    self.prefix = prefix
    byteOffset = value.byteOffset
  }

  func value(_ key: String) throws -> PickleValue {
    guard let value = entries[key] else { throw DACFileError.missing(field: prefix + key, byteOffset: byteOffset) }
    return value
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int {
    let value = try value(key)
    guard let integer = value.integer, range.contains(integer) else {
      throw invalid(
        key, found: value.integer.map { "\($0)" } ?? "no whole number",
        allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  func bool(_ key: String) throws -> Bool {
    guard let value = try value(key).bool else { throw invalid(key, found: "no Boolean", allowed: "True or False") }
    return value
  }

  /// Reads a loudness in LUFS, which is stored as a NumPy array of one float of 32 or 64 bits.
  ///
  /// - Throws: ``DACFileError``.
  func loudness(_ key: String) throws -> Double {
    let field = prefix + key
    let array = try NumPyPickledArray(value(key), field: field)
    guard [[], [1]].contains(array.shape) else {
      throw invalid(key, found: "an array of shape \(array.shape)", allowed: "one number: one recording")
    }
    let loudness: Double
    switch array.typeName {
    case "f4":
      loudness = Double(Float(bitPattern: UInt32(try bits(of: array, byteCount: 4, field))))
    case "f8":
      loudness = Double(bitPattern: try bits(of: array, byteCount: 8, field))
    default: throw invalid(key, found: "of type \(printable(array.typeName))", allowed: "f4 or f8")
    }
    guard DACFileFormat.loudnessesLUFS.contains(loudness) else {
      let range = DACFileFormat.loudnessesLUFS
      throw invalid(key, found: "\(loudness)", allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
    return loudness
  }

  func invalid(_ key: String, found: String, allowed: String) -> DACFileError {
    .invalid(
      field: prefix + key, found: found, allowed: allowed, byteOffset: entries[key]?.byteOffset ?? byteOffset)
  }

  private func bits(of array: NumPyPickledArray, byteCount: Int, _ field: String) throws -> UInt64 {
    let bytes = try array.bytes(elementByteCount: byteCount, field: field)
    return (array.isBigEndian ? Array(bytes) : bytes.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
