import AudioIO
import DACFile
import Foundation
import Kernels
import ModelStore
import ReferenceCases
import Signal
import Testing
import Tokens
import VampcKit

/// Against what DAC's own tool writes and decodes (`fixtures/dac-files/README.md`).
@Suite struct DACFileTests {
  private static let library = ModelLibrary(folders: [Fixtures.folder + "/dac-files/models"])
  private static let cases = [
    "padded-mono", "padded-stereo-22050", "windows-mono", "windows-stereo-44100", "two-codebooks", "odd-padded",
    "odd-windows",
  ]

  private func model(of name: String) throws -> Model {
    try Model(
      Self.library.bundle(named: name.hasPrefix("odd") ? "odd" : "tiny"), context: ComputeContext(threadCount: 2))
  }

  private func recording(_ name: String) throws -> DACRecording {
    try DACFileReader().read(
      [UInt8](Data(contentsOf: URL(fileURLWithPath: Fixtures.path("dac-files/\(name).dac")))))
  }

  private func decode(
    _ recording: DACRecording, library: ModelLibrary = library, model: Model? = nil
  ) throws -> AudioBuffer {
    let path = FileManager.default.temporaryDirectory.path + "/vampc-dac-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let decoder = DACFileDecoder(
      library: library, model: model, context: ComputeContext(threadCount: 2),
      temporaryFolder: FileManager.default.temporaryDirectory.path)
    let report = try decoder.decode(
      recording,
      makeWriter: {
        try AudioWriter(
          path: path, sampleFormat: .float32, sampleRateHz: recording.sampleRateHz,
          channelCount: recording.channels.count)
      })
    let block = try AudioReader(path: path).readAll()
    #expect(report.sampleCount == block.sampleCount)
    return block
  }

  @Test(arguments: cases) func decodesAsTheToolDoes(name: String) throws {
    let expected = try NumPyArray(path: Fixtures.path("dac-files/valid/\(name).decoded.npy"))
    let recording = try recording("valid/\(name)")
    // The only codec of the two that fits is found.
    let decoded = try decode(recording)
    #expect([decoded.channelCount, decoded.sampleCount] == expected.shape)
    let difference = zip(decoded.channels.flatMap { $0 }, expected.floats).reduce(0.0) {
      $0 + pow(Double($1.0) - Double($1.1), 2)
    }
    let energy = expected.floats.reduce(0.0) { $0 + Double($1) * Double($1) }
    // Level and time count, too. 96 dB and more were measured; the filters of the tool's meter and resampler round.
    #expect(10 * log10(energy / difference) > 80, "\(10 * log10(energy / difference)) dB")
  }

  @Test(arguments: cases) func encodesAsTheToolDoes(name: String) throws {
    let expected = try recording("valid/\(name)")
    let windows = ["windows-mono": 0.2, "windows-stereo-44100": 0.2, "odd-windows": 0.3]
    let encoder = try DACFileEncoder(
      model(of: name),
      settings: DACFileEncoder.Settings(
        channels: .keep, codebookCount: name == "two-codebooks" ? 2 : nil,
        windowSeconds: windows[name] ?? DACFileEncoder.Settings.toolWindowSeconds),
      temporaryFolder: FileManager.default.temporaryDirectory.path)
    let report = try encoder.encode(AudioReader(path: Fixtures.path("dac-files/valid/\(name).wav")))
    var found = report.recording
    #expect(abs(found.inputLoudnessLUFS - expected.inputLoudnessLUFS) < 1e-3)
    found.inputLoudnessLUFS = expected.inputLoudnessLUFS
    #expect(
      zip(found.channels, expected.channels).allSatisfy {
        $0.frameCount == $1.frameCount && $0.codebookCount == $1.codebookCount
      })
    let pairs = zip(found.channels.flatMap(\.tokens), expected.channels.flatMap(\.tokens))
    let agreeing = pairs.count { $0 == $1 }
    // Two entries may be nearly as near; rounding then decides.
    #expect(Double(agreeing) >= 0.995 * Double(expected.channels.count * expected.channels[0].tokens.count))
    found.channels = expected.channels
    #expect(found == expected)
  }

  @Test func codesPastWholeHopsKeepTheToolFromFailing() throws {
    // 1 600 samples are 160 hops, which the odd strides decode to 1 598: the tool could not read its own file.
    let encoder = try DACFileEncoder(
      model(of: "odd"), settings: DACFileEncoder.Settings(),
      temporaryFolder: FileManager.default.temporaryDirectory.path)
    let path = FileManager.default.temporaryDirectory.path + "/vampc-dac-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let writer = try AudioWriter(path: path, sampleRateHz: 8_000, channelCount: 1)
    try writer.write(AudioBuffer(channels: [(0..<1_600).map { sin(Float($0)) / 3 }], sampleRateHz: 8_000))
    try writer.finish()
    let recording = try encoder.encode(AudioReader(path: path)).recording
    #expect(recording.frameCount == 161)
    #expect(try decode(recording).sampleCount == 1_600)
    // The same without the last frame, as the tool would write it.
    var short = recording
    short.channels = short.channels.map { $0.slice(codebooks: 0..<2, frames: 0..<160) }
    short.windowFrameCount = 160
    let decoded = try decode(short)
    #expect(decoded.sampleCount == 1_600 && decoded.channels[0][1_598...].allSatisfy { $0 == 0 })
  }

  @Test(arguments: [
    ("codes-beyond-codebook", "its codebooks have 32 entries, the file has the code 10"),
    ("length-beyond-codes", "the codes decode to 2425 samples, the recording has 1000000000"),
    ("window-too-short", "nothing comes out of windows of 2 frames"),
  ])
  func refusesWhatTheCodecCannotDecode(name: String, reason: String) throws {
    let recording = try recording("invalid/\(name)")
    let tiny = try model(of: "tiny")
    #expect {
      try decode(recording, model: tiny)
    } throws: {
      "\($0)".hasPrefix("tiny is not the codec for this .dac file: " + reason)
    }
    #expect {
      try decode(recording)
    } throws: {
      if case VampcError.noCodecFits(let reasons) = $0 { reasons.count == 2 } else { false }
    }
  }

  @Test func namesEveryCodecThatFits() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/vampc-dac-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try Fixtures.path("dac-files/models/tiny/codec.safetensors")
    for name in ["one", "two", "same"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      let source = try SafetensorsFile(path: path)
      var writer = SafetensorsWriter(metadata: source.metadata.merging(["name": name]) { $1 })
      for tensor in source.tensors {
        var values = try source.floats(named: tensor.name, shape: tensor.shape)
        if name == "two", tensor.name.hasSuffix("bias") { values[0] += 1 }
        writer.add(tensor.name, shape: tensor.shape, floats: values)
      }
      try writer.write(to: "\(folder)/\(name)/codec.safetensors")
    }
    let recording = try recording("valid/padded-mono")
    #expect(throws: VampcError.severalCodecsFit(["one", "same", "two"])) {
      try decode(recording, library: ModelLibrary(folders: [folder]))
    }
    // The same codec under two names is one codec.
    try FileManager.default.removeItem(atPath: folder + "/two")
    #expect(try decode(recording, library: ModelLibrary(folders: [folder])).sampleCount == 1_975)
    #expect(throws: VampcError.noCodecFits(reasons: [])) {
      try decode(recording, library: ModelLibrary(folders: []))
    }
  }

  @Test func lacIsNoDAC() throws {
    let path = try ReferenceCase(folder: ReferenceCases.folder + "/lac").weightsPath()
    let lac = try Model(ModelBundle(path: path), context: ComputeContext(threadCount: 1))
    #expect {
      try DACFileEncoder(lac, settings: DACFileEncoder.Settings(), temporaryFolder: "/tmp")
    } throws: {
      "\($0)".hasSuffix("is not the codec for this .dac file: it is a LAC, not a DAC")
    }
    let recording = try recording("valid/padded-mono")
    #expect(throws: VampcError.self) { try decode(recording, model: lac) }
  }

  @Test func refusesWindowsWithoutSound() throws {
    let encoder = try DACFileEncoder(
      model(of: "tiny"), settings: DACFileEncoder.Settings(windowSeconds: 0.001),
      temporaryFolder: FileManager.default.temporaryDirectory.path)
    let reader = try AudioReader(path: Fixtures.path("dac-files/valid/padded-mono.wav"))
    #expect {
      try encoder.encode(reader)
    } throws: {
      if case VampcError.windowTooShort(sampleCount: 16, lostSampleCount: 272) = $0 { true } else { false }
    }
    let empty = try AudioReader(path: Fixtures.path("audio/edge/empty.wav"))
    #expect(throws: VampcError.emptyRecording) { try encoder.encode(empty) }
  }
}
