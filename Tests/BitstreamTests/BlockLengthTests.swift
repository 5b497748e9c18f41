import Bitstream
import Testing
import Tokens

@Suite struct BlockLengthTests {
  private let geometry = SampleStream.defaultGeometry

  private func seconds(_ codebooks: Int, _ period: Int, channels: Int = 1, latency: Double? = nil) -> Double {
    let prompt = CompressionPrompt(codebookCount: codebooks, period: period)
    let frames = BlockLength.frames(
      for: prompt, geometry: geometry, channelCount: channels, latencySeconds: latency)
    #expect(frames >= 1 && (frames % period == 0 || frames < period))
    return Double(frames) / geometry.frameRateHz
  }

  @Test func threeMinutesAtFiftyBitsAreOneBlock() { #expect((180...240).contains(seconds(1, 12))) }

  @Test func blocksGetShorterAsTheRateGrows() {
    let lengths = [(1, 12), (1, 8), (1, 4), (1, 2), (1, 1), (2, 1), (4, 1), (7, 1), (14, 1)].map { seconds($0, $1) }
    for (slower, faster) in zip(lengths, lengths.dropFirst()) { #expect(slower > faster) }
    #expect((4...6).contains(lengths.last!))
    #expect(seconds(14, 1, channels: 2) < lengths.last! / 1.9)
  }

  @Test func latencyCapsTheBlock() {
    #expect((9.7...10).contains(seconds(1, 12, latency: 10)))
    #expect(seconds(14, 1, latency: 10) == seconds(14, 1))
    #expect(seconds(14, 1, latency: 0) == 1 / geometry.frameRateHz)
    #expect(seconds(1, 12, latency: 0.1) <= 0.1)
  }

  @Test func aKnownLengthIsCutEvenly() {
    for (codebooks, period) in [(1, 12), (2, 1), (14, 1)] {
      let prompt = CompressionPrompt(codebookCount: codebooks, period: period)
      let usual = BlockLength.frames(for: prompt, geometry: geometry, channelCount: 1)
      for total in stride(from: 1, to: 8 * usual, by: usual / 7 + 1) {
        let even = BlockLength.frames(for: prompt, geometry: geometry, channelCount: 1, totalFrameCount: total)
        #expect(even % period == 0)
        #expect(even <= usual * 3 / 2 + period)
        let last = (total - 1) % even + 1
        // The last block may be shorter only by the rounding of each block to whole periods.
        #expect(total <= even || last >= even - period * (total / even + 1))
        let capped = BlockLength.frames(
          for: prompt, geometry: geometry, channelCount: 1, latencySeconds: 3, totalFrameCount: total)
        #expect(Double(capped) / geometry.frameRateHz <= 3)
      }
    }
  }

  @Test func extremeGeometriesStayWithinTheLimits() throws {
    for geometry in [
      TokenGeometry(sampleRateHz: 1, hopLength: 65_536, codebookCount: 1, codebookSize: 2),
      TokenGeometry(sampleRateHz: 1_000_000, hopLength: 1, codebookCount: 256, codebookSize: 65_536),
    ] {
      for channels in [1, 1_024] {
        for period in [1, 65_535] {
          let prompt = CompressionPrompt(codebookCount: geometry.codebookCount, period: period)
          let frames = BlockLength.frames(for: prompt, geometry: geometry, channelCount: channels)
          let header = StreamHeader(
            codecHash: SampleStream.codecHash, generatorHash: nil, geometry: geometry, prompt: prompt,
            codedChannelCount: channels, sourceSampleRateHz: 48_000, sourceChannelCount: channels)
          #expect((1...header.blockFrameLimit).contains(frames))
          let kept = prompt.keptFrameCount(in: 0..<frames)
          #expect(kept * prompt.codebookCount * channels * geometry.bitsPerToken <= 8 << 20)
        }
      }
    }
  }
}
