import AudioIO
import Evaluation
import Foundation
import ReferenceCases
import Signal
import Testing
import VampcKit

/// Speech with a constant offset of 10 % of full scale, with the default model at its full rate of 8 kbit/s.
@Suite struct OffsetSpeechTests {
  @Test func anOffsetDoesNotCostQuality() throws {
    var clean = try AudioReader(path: try Fixtures.path("audio/speech.flac")).readAll()
    clean.channels[0] = clean.channels[0].map { $0 * 0.6 }
    func melDistance(offset: Float) throws -> Double {
      var source = clean
      source.channels[0] = source.channels[0].map { $0 + offset }
      let path = FileManager.default.temporaryDirectory.path + "/vampc-offset-\(UUID().uuidString).wav"
      defer { try? FileManager.default.removeItem(atPath: path) }
      try AudioWriter.write(source, asFloatWAV: path)
      let decoded = try DefaultModelRun(file: path, EncoderSettings()).decoded
      return try ClipMeasurement(of: decoded, from: clean).melDistance
    }
    let (without, with) = (try melDistance(offset: 0), try melDistance(offset: 0.1))
    #expect(abs(with / without - 1) < 0.02, "\(with) with the offset, \(without) without")
  }
}
