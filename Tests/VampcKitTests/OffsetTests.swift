import Bitstream
import Signal
import Testing
import Tokens
import VampcKit

/// Constant offsets in recordings, which the encoder removes unless it is told not to.
@Suite struct OffsetTests {
  private static let settings = EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5, period: 1)))

  /// Music in 16 bits, with an offset that single precision adds exactly.
  private func source(offset: Float, channelCount: Int = 1) -> AudioBuffer {
    var source = music(sampleCount: 60_000, channelCount: channelCount)
    for index in source.channels.indices {
      source.channels[index] = source.channels[index].map { ($0 * 16_384).rounded() / 32_768 + offset }
    }
    return source
  }

  private func stream(_ model: Model, _ source: AudioBuffer, _ settings: EncoderSettings) throws -> [UInt8] {
    var bytes: [UInt8] = []
    _ = try RecordingEncoder(model, settings: settings).encode(BufferInput(source), write: { bytes += $0 })
    return bytes
  }

  @Test(arguments: EncoderSettings.Channels.allCases)
  func anOffsetDoesNotChangeTheStream(channels: EncoderSettings.Channels) throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    var settings = Self.settings
    settings.channels = channels
    let clean = try stream(model, source(offset: 0, channelCount: 2), settings)
    #expect(try stream(model, source(offset: 0.125, channelCount: 2), settings) == clean)
    settings.usesHighPass = false
    #expect(try stream(model, source(offset: 0.125, channelCount: 2), settings) != clean)
    #expect(try stream(model, source(offset: 0, channelCount: 2), settings) != clean)
  }

  @Test func anOffsetAloneIsSilence() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    func constant(_ value: Float) -> AudioBuffer {
      AudioBuffer(channels: [[Float](repeating: value, count: 50_000)], sampleRateHz: 48_000)
    }
    #expect(try stream(model, constant(0.3), Self.settings) == stream(model, constant(0), Self.settings))
  }
}
