import AudioIO
import Bitstream
import Signal
import Testing
import Tokens
import VampcKit

/// Mono mixes of the encoder: weights of surround, and the loss that a report names.
@Suite struct DownmixTests {
  private let settings = EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5)))
  private let voice = music(sampleCount: 60_000).channels[0]
  private let silence = [Float](repeating: 0, count: 60_000)

  /// Input whose layout is unknown.
  private final class UnknownLayoutInput: AudioInput {
    private let input: BufferInput
    init(_ buffer: AudioBuffer) { input = BufferInput(buffer) }
    var speakerLayout: SpeakerLayout? { nil }
    var sampleRateHz: Int { input.sampleRateHz }
    var channelCount: Int { input.channelCount }
    var sampleCount: Int? { input.sampleCount }
    var estimatedSampleCount: Int? { input.sampleCount }
    var isSeekable: Bool { true }
    var samplePosition: Int { input.samplePosition }
    var nonFiniteSampleCount: Int { 0 }
    var tags: [AudioTag] { [] }
    func read(upTo count: Int) -> AudioBuffer? { input.read(upTo: count) }
    func rewind() { input.rewind() }
  }

  /// Decoded samples and report of an encoding.
  private func encode(
    _ tiny: TinyModel, _ input: any AudioInput, _ settings: EncoderSettings? = nil
  ) throws -> (audio: AudioBuffer, report: RecordingEncoder.Report) {
    var bytes: [UInt8] = []
    let report = try RecordingEncoder(try tiny.load(), settings: settings ?? self.settings)
      .encode(input, write: { bytes += $0 })
    return (try Workbench().decode(bytes, tiny.library).audio, report)
  }

  private func input(_ channels: [[Float]]) -> BufferInput {
    BufferInput(AudioBuffer(channels: channels, sampleRateHz: 44_100))
  }

  /// The low-frequency channel is left out, whatever it holds.
  @Test func aVoiceInTheCentreIsAsLoudAsInStereoAndMono() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let mono = try encode(tiny, input([voice])).audio
    #expect(mono.samplePeak > 0.01)
    // Twenty times as loud as the voice, as in a film.
    let rumble = music(sampleCount: 60_000, sampleRateHz: 200_000).channels[0].map { $0 * 20 }
    for channels in [
      [voice, voice], [silence, silence, voice, silence, silence, silence],
      [silence, silence, voice, rumble, silence, silence], [voice, voice, silence, rumble, silence, silence],
    ] {
      let (audio, report) = try encode(tiny, input(channels))
      #expect(audio == mono && report.mixLossDB == nil)
    }
  }

  @Test func cancelledAndBuriedChannelsAreReported() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let opposite = voice.map { -$0 }
    #expect(try encode(tiny, input([voice, opposite])).report.mixLossDB == .infinity)
    // An offset is no sound, and leaves something of each sample behind by rounding.
    let shifted = try #require(
      try encode(tiny, input([voice, opposite].map { $0.map { $0 + 0.2 } })).report.mixLossDB)
    #expect(shifted > 100)
    let nearly = try #require(try encode(tiny, input([voice, voice.map { -0.5 * $0 }])).report.mixLossDB)
    #expect(abs(nearly - 12.041) < 0.01)
    #expect(try encode(tiny, input([voice, voice.map { -0.3 * $0 }])).report.mixLossDB == nil)
    #expect(try encode(tiny, input([voice, silence])).report.mixLossDB == nil)
    #expect(try encode(tiny, input([silence, silence])).report.mixLossDB == nil)
    var keep = settings
    keep.channels = .keep
    #expect(try encode(tiny, input([voice, opposite]), keep).report.mixLossDB == nil)
  }

  /// The mean of six channels buries a voice in one of them by 15.6 dB.
  @Test func anUnknownLayoutGivesTheMean() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let six = AudioBuffer(channels: [silence, silence, voice, silence, silence, silence], sampleRateHz: 44_100)
    let (audio, report) = try encode(tiny, UnknownLayoutInput(six))
    #expect(abs(try #require(report.mixLossDB) - 15.563) < 0.01)
    #expect(try audio == encode(tiny, input(six.downmixedToMono().channels)).audio)
  }
}
