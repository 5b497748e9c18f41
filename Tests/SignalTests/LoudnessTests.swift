import Glibc
import Signal
import Testing
import Tokens

@Suite struct LoudnessTests {
  /// A 1 kHz sine whose amplitude is given in dB below full scale.
  private static func tone(peakDBFS: Double, channelCount: Int, rateHz: Int = 48_000, seconds: Double = 5)
    -> AudioBuffer
  {
    let amplitude = pow(10, peakDBFS / 20)
    let samples = (0..<Int(seconds * Double(rateHz))).map {
      Float(amplitude * sin(2 * .pi * 1000 * Double($0) / Double(rateHz)))
    }
    return AudioBuffer(channels: [[Float]](repeating: samples, count: channelCount), sampleRateHz: rateHz)
  }

  private static func loudness(_ block: AudioBuffer) throws -> Double? {
    let meter = try LoudnessMeter(channelCount: block.channelCount, sampleRateHz: block.sampleRateHz)
    try meter.add(block)
    return meter.integratedLoudnessLUFS
  }

  /// EBU Tech 3341, test cases 1 and 2: a stereo sine of −23 or −33 dBFS has the same number of LUFS, ±0.1 LU.
  @Test(arguments: [-23.0, -33.0]) func stereoReferenceTones(peakDBFS: Double) throws {
    let loudness = try #require(try Self.loudness(Self.tone(peakDBFS: peakDBFS, channelCount: 2)))
    #expect(abs(loudness - peakDBFS) < 0.1)
  }

  /// EBU Tech 3341, test case 3: the gate excludes quiet ends.
  @Test func quietEndsDoNotCount() throws {
    var block = Self.tone(peakDBFS: -36, channelCount: 2, seconds: 10)
    block.append(Self.tone(peakDBFS: -23, channelCount: 2, seconds: 60))
    block.append(Self.tone(peakDBFS: -36, channelCount: 2, seconds: 10))
    let loudness = try #require(try Self.loudness(block))
    #expect(abs(loudness + 23) < 0.1)
  }

  @Test func unknownLayoutsWeighAllChannelsAlike() throws {
    // Each doubling of equal channels adds 3.01 LU.
    for (channelCount, expected) in [(1, -26.01), (3, -21.24), (8, -16.98), (16, -13.97)] {
      let loudness = try #require(try Self.loudness(Self.tone(peakDBFS: -23, channelCount: channelCount)))
      #expect(abs(loudness - expected) < 0.1, "\(channelCount) channels")
    }
  }

  @Test func digitalSilenceHasNoLoudness() throws {
    for sampleCount in [0, 4_800, 96_000] {
      let silence = AudioBuffer(channels: [[Float](repeating: 0, count: sampleCount)], sampleRateHz: 48_000)
      #expect(try Self.loudness(silence) == nil)
    }
  }

  /// Clips under 0.5 s are as loud as the same clips with zeros behind them.
  @Test(arguments: [0.001, 0.05, 0.1, 0.2, 0.399, 0.45]) func shortClipsArePadded(seconds: Double) throws {
    let clip = Self.tone(peakDBFS: -20, channelCount: 2, seconds: seconds)
    var padded = clip
    let silence = [Float](repeating: 0, count: 24_000 - clip.sampleCount)
    padded.append(AudioBuffer(channels: [silence, silence], sampleRateHz: 48_000))
    let loudness = try #require(try Self.loudness(clip))
    #expect(loudness == (try Self.loudness(padded)))
    // The first of two gating blocks has the clip, and so has part of the second.
    #expect(abs(loudness - (-20 + 10 * log10(min(seconds, 0.4) / 0.4))) < 2)
  }

  /// A measurement between two chunks does not change later ones.
  @Test func askingEarlyChangesNothing() throws {
    let clip = Self.tone(peakDBFS: -20, channelCount: 1, seconds: 1)
    let meter = try LoudnessMeter(channelCount: 1, sampleRateHz: 48_000)
    for start in stride(from: 0, to: clip.sampleCount, by: 4_800) {
      try meter.add(clip.slice(start..<start + 4_800))
      #expect(meter.integratedLoudnessLUFS != nil)
    }
    #expect(meter.integratedLoudnessLUFS == (try Self.loudness(clip)))
  }

  @Test(arguments: [-75.0, -80, -90, -120]) func softClipsHaveALoudness(peakDBFS: Double) throws {
    let loudness = try #require(try Self.loudness(Self.tone(peakDBFS: peakDBFS, channelCount: 2)))
    #expect(abs(loudness - peakDBFS) < 0.1)
    let short = try #require(try Self.loudness(Self.tone(peakDBFS: peakDBFS, channelCount: 2, seconds: 0.3)))
    #expect(abs(short - peakDBFS) < 2.5)
  }

  /// The lower gate holds only where nothing passes the absolute gate.
  @Test func softPassagesDoNotCountBesideLoudOnes() throws {
    var clip = Self.tone(peakDBFS: -80, channelCount: 2, seconds: 10)
    clip.append(Self.tone(peakDBFS: -23, channelCount: 2, seconds: 10))
    #expect(abs(try #require(try Self.loudness(clip)) + 23) < 0.1)
  }

  @Test func chunkSizeChangesNothing() throws {
    let block = Self.tone(peakDBFS: -20, channelCount: 2, rateHz: 44_100, seconds: 1)
    let meter = try LoudnessMeter(channelCount: 2, sampleRateHz: 44_100)
    for start in stride(from: 0, to: block.sampleCount, by: 777) {
      try meter.add(block.slice(start..<min(start + 777, block.sampleCount)))
    }
    #expect(meter.integratedLoudnessLUFS == (try Self.loudness(block)))
    #expect(meter.samplePeak == block.samplePeak)
    #expect(meter.sampleCount == 44_100)
  }

  @Test func gainReachesTheTargetUnlessThePeakForbids() {
    let rule = LoudnessNormalisation(targetLUFS: -24)
    #expect(rule.gain(loudnessLUFS: -30.004, samplePeak: 0.1).hundredthsDB == 600)
    #expect(rule.gain(loudnessLUFS: -10, samplePeak: 0.9).hundredthsDB == -1400)
    #expect(rule.gain(loudnessLUFS: -75, samplePeak: 0.001).hundredthsDB == 4600)
    #expect(rule.gain(loudnessLUFS: nil, samplePeak: 0.9) == .unity)
    #expect(rule.gain(loudnessLUFS: nil, samplePeak: 0) == .unity)
    #expect(rule.gain(loudnessLUFS: nil, samplePeak: 2).hundredthsDB == -603)
    for peak in stride(from: Float(0.01), to: 3, by: 0.0371) {
      let gain = rule.gain(loudnessLUFS: -60, samplePeak: peak)
      #expect(peak * gain.factor <= 1)
      #expect(peak * gain.factor > 0.998 || gain.hundredthsDB == 3600)
    }
  }

  @Test func gainIsUndone() {
    var block = Self.tone(peakDBFS: -6, channelCount: 2, seconds: 0.1)
    let original = block
    Gain.unity.apply(to: &block)
    #expect(block == original)
    let gain = Gain(hundredthsDB: -1234)
    gain.apply(to: &block)
    #expect(abs(block.samplePeak / original.samplePeak - 0.24155) < 1e-4)
    gain.remove(from: &block)
    for (x, y) in zip(block.channels[0], original.channels[0]) { #expect(abs(x - y) <= 2e-7) }
  }
}
