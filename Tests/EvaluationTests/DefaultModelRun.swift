import AudioIO
import Bitstream
import Foundation
import Kernels
import ModelStore
import ReferenceCases
import Signal
import VampcKit

/// Recording that the default model encoded and decoded.
struct DefaultModelRun {
  let model: Model
  let source: AudioBuffer
  let decoded: AudioBuffer
  let gain: StreamGain

  init(_ fixture: String, _ settings: EncoderSettings) throws {
    try self.init(file: try Fixtures.path(fixture), settings)
  }

  /// Encodes and decodes a file.
  ///
  /// - Parameter isPiped: whether the encoder reads the samples from a pipe.
  init(file: String, _ settings: EncoderSettings, isPiped: Bool = false) throws {
    let context = ComputeContext()
    let library = ModelLibrary(folders: [Fixtures.repositoryFolder + "/models"])
    model = try Model(try library.bundle(named: Fixtures.defaultModel), context: context)
    var stream: [UInt8] = []
    source = try AudioReader(path: file).readAll()
    let reader = isPiped ? try Self.pipe(source) : try AudioReader(path: file)
    gain = try RecordingEncoder(model, settings: settings).encode(reader) { stream += $0 }.header.gain
    let path = FileManager.default.temporaryDirectory.path + "/vampc-run-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var rest = [stream]
    _ = try RecordingDecoder(library: library, settings: DecoderSettings(), context: context).decode(
      source: { rest.popLast() ?? [] }
    ) {
      try AudioWriter(
        path: path, container: .wav, sampleFormat: .float32, sampleRateHz: $0.sourceSampleRateHz, channelCount: 1)
    }
    decoded = try AudioReader(path: path).readAll()
  }

  private static func pipe(_ source: AudioBuffer) throws -> AudioReader {
    let pipe = Pipe()
    defer { withExtendedLifetime(pipe) {} }
    let samples = source.downmixedToMono().channels[0].withUnsafeBytes { Data($0) }
    Thread.detachNewThread {
      try? pipe.fileHandleForWriting.write(contentsOf: samples)
      try? pipe.fileHandleForWriting.close()
    }
    return try AudioReader(
      descriptor: pipe.fileHandleForReading.fileDescriptor, name: "pipe",
      raw: try RawAudioFormat(parsing: "\(source.sampleRateHz):1:f32le"))
  }
}
