import Testing
import Tokens

@Suite struct CompressionPromptTests {
  @Test func countsKeptFramesLikeALoop() {
    for period in 1...5 {
      for phase in 0..<period {
        let prompt = CompressionPrompt(codebookCount: 1, period: period, phase: phase)
        for start in 0...12 {
          for end in start...13 {
            #expect(prompt.keptFrameCount(in: start..<end) == (start..<end).count { prompt.keepsFrame($0) })
          }
        }
      }
    }
  }

  @Test func maskKeepsTheFirstCodebooksOfEveryPeriod() {
    let prompt = CompressionPrompt(codebookCount: 2, period: 3, phase: 1)
    let mask = TokenMask(keeping: prompt, codebookCount: 3, frames: 3..<9)
    for codebook in 0..<3 {
      for column in 0..<6 {
        #expect(mask.isKept(codebook: codebook, frame: column) == (codebook < 2 && (column + 3) % 3 == 1))
      }
    }
    #expect(mask.maskedCount == 18 - 4)
  }

  @Test func nominalRatesOfTheDefaultGeometry() {
    let geometry = TokenGeometry(sampleRateHz: 44_100, hopLength: 768, codebookCount: 14, codebookSize: 1_024)
    let expected = [(14, 1, 8_039), (7, 1, 4_020), (4, 1, 2_297), (1, 1, 574), (1, 4, 144), (1, 12, 48)]
    for (codebooks, period, rate) in expected {
      let prompt = CompressionPrompt(codebookCount: codebooks, period: period)
      #expect(geometry.tokenRateBps(of: prompt).rounded() == Double(rate))
    }
    #expect(geometry.frameCount(forSampleCount: 441_000) == 575)
  }
}
