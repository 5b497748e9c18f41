import AudioIO
import Bitstream
import Foundation
import Kernels
import ModelStore
import ReferenceCases
import Signal
import VampcKit

/// One recording through the default model and back.
struct DefaultModelRun {
  let model: Model
  let source: AudioBlock
  let decoded: AudioBlock
  let gain: StreamGain

  init(_ fixture: String, _ settings: EncoderSettings) throws {
    try self.init(file: try Fixtures.path(fixture), settings)
  }

  init(file: String, _ settings: EncoderSettings) throws {
    let context = ComputeContext()
    let library = ModelLibrary(folders: [Fixtures.repositoryFolder + "/models"])
    model = try Model(try library.bundle(named: Fixtures.defaultModel), context: context)
    var stream: [UInt8] = []
    let reader = try AudioReader(path: file)
    gain = try RecordingEncoder(model, settings).encode(reader) { stream += $0 }.header.gain
    let path = FileManager.default.temporaryDirectory.path + "/vampc-run-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var rest = [stream]
    _ = try RecordingDecoder(library: library, settings: DecoderSettings(), context: context).decode(
      source: { rest.popLast() ?? [] }
    ) {
      try AudioWriter(
        path: path, container: .wav, sampleFormat: .float32, sampleRateHz: $0.sourceSampleRateHz, channelCount: 1)
    }
    try reader.rewind()
    source = try reader.readAll()
    decoded = try AudioReader(path: path).readAll()
  }
}
