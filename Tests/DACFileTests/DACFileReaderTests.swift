import DACFile
import Pickle
import ReferenceCases
import Testing
import Tokens

@Suite struct DACFileReaderTests {
  @Test func readsWhatTheToolWrites() throws {
    let names = try DACFileFixtures.names("valid")
    #expect(names.count == 7)
    for name in names {
      let recording = try DACFileFixtures.recording("valid/\(name)")
      let expected = try NumPyArray(path: Fixtures.path("dac-files/valid/\(name).codes.npy"))
      #expect([recording.channels.count, recording.codebookCount, recording.frameCount] == expected.shape, "\(name)")
      #expect(recording.channels.flatMap(\.tokens).map(Int.init) == expected.integers, "\(name)")
    }
  }

  @Test func readsTheMetadata() throws {
    let whole = try DACFileFixtures.recording("valid/padded-stereo-22050")
    #expect(whole.isPadded)
    #expect(whole.sampleRateHz == 22_050)
    #expect(whole.originalSampleCount == 2_425)
    #expect(whole.windowFrameCount == whole.frameCount)
    #expect((-70...0).contains(whole.inputLoudnessLUFS))
    let windows = try DACFileFixtures.recording("valid/windows-mono")
    #expect(!windows.isPadded)
    #expect(windows.originalSampleCount == 12_000)
    #expect(windows.frameCount > windows.windowFrameCount && windows.frameCount % windows.windowFrameCount == 0)
  }

  @Test func otherSpellingsGiveTheSameRecording() throws {
    let expected = try DACFileFixtures.recording("valid/padded-stereo-22050")
    let names = try DACFileFixtures.names("variants")
    #expect(names.count == 8)
    for name in names { #expect(try DACFileFixtures.recording("variants/\(name)") == expected, "\(name)") }
  }

  /// Messages of the errors of files in `invalid`, by file name. The other files are valid, but fit no codec.
  private static let faults = [
    "bytes-pickled-by-protocol-2": "the pickle calls _codecs.encode, which is not allowed (byte ",
    "calls-eval": "the pickle calls builtins.eval, which is not allowed (byte ",
    "calls-os-system": "the pickle calls posix.system, which is not allowed (byte ",
    "channels-differ": "metadata.channels is 1, allowed is 2 as in codes (byte ",
    "codes-missing": "codes is missing (byte ",
    "codes-negative": "codes is beyond 16 bits, allowed is codes of 0 to 65535 (byte ",
    "codes-of-bytes": "codes is of type u1, allowed is integers of 2, 4 or 8 bytes (byte ",
    "codes-of-floats": "codes is of type f4, allowed is integers of 2, 4 or 8 bytes (byte ",
    "codes-of-two-axes": "codes is of shape [3, 220], allowed is ",
    "length-missing": "metadata.original_length is missing (byte ",
    "loudness-not-a-number": "metadata.input_db is nan, allowed is -70.0 to 120.0 (byte ",
    "loudness-of-a-batch": "metadata.input_db is an array of shape [2], allowed is one number",
    "no-dictionary": "the file's object is of another type, allowed is a dictionary (byte ",
    "padding-of-text": "metadata.padding is no Boolean, allowed is True or False (byte ",
    "plain-array": "not a .dac file: an array of <u2, not of Python objects",
    "rate-of-nothing": "metadata.sample_rate is 0, allowed is 100 to 6144000 (byte ",
    "shape-beyond-bytes": "codes is an array with 2640 bytes, allowed is 2652 bytes for its shape (byte ",
    "trailing-bytes": "1 bytes too many after the pickle (byte ",
    "truncated-header": "the file ends inside its header (byte 70)",
    "truncated-pickle": "the pickle is cut off (byte ",
    "two-objects": "not a .dac file: an array of shape [2], not one object",
    "version-unknown": "metadata.dac_version is 2.0.0, allowed is 1.0.0 (byte ",
    "window-of-nothing": "metadata.chunk_length is 0, allowed is 1 to ",
  ]
  private static let fitNoCodec = ["codes-beyond-codebook", "length-beyond-codes", "window-too-short"]

  @Test func refusesEveryInvalidFixtureByName() throws {
    #expect(try DACFileFixtures.names("invalid") == (Self.faults.keys + Self.fitNoCodec).sorted())
    for (name, text) in Self.faults {
      let bytes = try DACFileFixtures.bytes("invalid/\(name)")
      #expect {
        try DACFileReader().read(bytes)
      } throws: { error in
        error is DACFileError && "\(error)".hasPrefix(text)
      }
    }
    for name in Self.fitNoCodec { #expect(throws: Never.self) { try DACFileFixtures.recording("invalid/\(name)") } }
  }

  @Test func recognisesItsFiles() throws {
    #expect(DACFileReader.recognises(try DACFileFixtures.bytes("valid/padded-mono")))
    #expect(!DACFileReader.recognises([0x93, 0x4E, 0x55]))
    #expect(!DACFileReader.recognises(Array("NUMPY...".utf8)))
    #expect(throws: DACFileError.notNumPy) { try DACFileReader().read([]) }
  }

  @Test func everyTruncationIsAnError() throws {
    let bytes = try DACFileFixtures.bytes("valid/two-codebooks")
    for count in bytes.indices {
      #expect(throws: DACFileError.self, "cut after \(count) bytes") {
        try DACFileReader().read(Array(bytes.prefix(count)))
      }
    }
  }

  @Test func everyFlippedByteIsReadOrRefused() throws {
    let bytes = try DACFileFixtures.bytes("valid/two-codebooks")
    for index in bytes.indices {
      for change in [0x01, 0x80, 0xFF] as [UInt8] {
        var changed = bytes
        changed[index] ^= change
        do {
          _ = try DACFileReader().read(changed)
        } catch {
          #expect(error is DACFileError, "byte \(index)")
        }
      }
    }
  }

  @Test func headersThatAreNoDictionaryAreRefused() {
    func file(_ header: String) -> [UInt8] {
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + [0x80, 2, 0x4E, 0x2E]
    }
    for header in [
      "", "{", "{'descr'", "{'descr':}", "{'descr': '|O'", "[]", "{'descr': '|O', 'fortran_order': False}",
      "{'descr': '|O', 'fortran_order': False, 'shape': (", "{'descr': '|O', 'descr': '|O', 'shape': ()}",
      "{'descr': '|O', 'fortran_order': Perhaps, 'shape': ()}",
      "{'descr': '|O', 'fortran_order': False, 'shape': ()} x",
      "{'descr': '|O', 'fortran_order': False, 'shape': (), 'more': 1}",
    ] {
      #expect {
        try DACFileReader().read(file(header))
      } throws: {
        if case DACFileError.invalidHeader = $0 { true } else { false }
      }
    }
    // The header is valid, but the pickle holds no array.
    #expect {
      try DACFileReader().read(file("{'descr': '|O', 'fortran_order': False, 'shape': ()}"))
    } throws: {
      "\($0)".hasPrefix("the file's object is no array, allowed is a NumPy array (byte ")
    }
  }

  @Test func aHeaderCannotClaimMoreThanTheFile() {
    let long: [UInt8] = [0x93] + Array("NUMPY".utf8) + [3, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    #expect(throws: DACFileError.headerTooLong(byteCount: 0xFFFF_FFFF, allowed: 65_536)) {
      try DACFileReader().read(long)
    }
    let short: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, 0xFF, 0xFF]
    #expect(throws: DACFileError.truncatedHeader(byteOffset: 10)) { try DACFileReader().read(short) }
    #expect(throws: DACFileError.unsupportedVersion(major: 4, minor: 0)) {
      try DACFileReader().read(Array(long.prefix(6)) + [4, 0])
    }
  }
}
