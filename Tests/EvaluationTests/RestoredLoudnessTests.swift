import AudioIO
import Bitstream
import Foundation
import Kernels
import ModelStore
import ReferenceCases
import Signal
import Testing
import VampcKit

/// With the default model: what comes back is as loud as what went in.
@Suite struct RestoredLoudnessTests {
  @Test(arguments: ["audio/music.flac", "audio/speech.flac"]) func loudnessComesBackAtEightKilobits(
    fixture: String
  ) throws {
    let context = ComputeContext()
    let library = ModelLibrary(folders: [Fixtures.repositoryFolder + "/models"])
    let model = try Model(try library.bundle(named: "vampc-default-0"), context: context)
    var stream: [UInt8] = []
    let source = try AudioReader(path: try Fixtures.path(fixture))
    _ = try RecordingEncoder(model, EncoderSettings()).encode(source) { stream += $0 }
    let path = FileManager.default.temporaryDirectory.path + "/vampc-loudness-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var rest = [stream]
    _ = try RecordingDecoder(library: library, settings: DecoderSettings(), context: context).decode(
      source: { rest.popLast() ?? [] }
    ) {
      try AudioWriter(
        path: path, container: .wav, sampleFormat: .float32, sampleRateHz: $0.sourceSampleRateHz, channelCount: 1)
    }
    try source.rewind()
    func loudness(_ block: AudioBlock) throws -> Double? {
      let meter = try LoudnessMeter(channelCount: 1, sampleRateHz: block.sampleRateHz)
      try meter.add(block)
      return meter.integratedLoudnessLUFS
    }
    let original = try #require(try loudness(try source.readAll().downmixedToMono()))
    let decoded = try #require(try loudness(try AudioReader(path: path).readAll()))
    #expect(abs(original - decoded) < 0.5)
  }
}
