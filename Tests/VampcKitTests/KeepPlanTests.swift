import Testing
import Tokens
import VampcKit

@Suite struct KeepPlanTests {
  /// 10 frames a second, 3 codebooks.
  private let geometry = TokenGeometry(sampleRateHz: 1_000, hopLength: 100, codebookCount: 3, codebookSize: 16)
  private let nothing = CompressionPrompt(codebookCount: 1, period: 0)

  private func kept(_ rules: KeepRules, _ prompt: CompressionPrompt, _ frameCount: Int = 20) -> [[Int]] {
    let mask = KeepPlan(rules, prompt: prompt, geometry: geometry).mask(
      of: 0..<frameCount, totalFrameCount: frameCount)
    return (0..<3).map(mask.keptFrames(ofCodebook:))
  }

  @Test func aPeriodMayBeWide() {
    let rules = KeepRules(periodWidth: 2)
    let prompt = CompressionPrompt(codebookCount: 2, period: 7, phase: 3)
    #expect(kept(rules, prompt) == [[3, 4, 10, 11, 17, 18], [3, 4, 10, 11, 17, 18], []])
    // The frames of a phase near the period's end begin in the period before.
    #expect(kept(rules, CompressionPrompt(codebookCount: 1, period: 7, phase: 6))[0] == [0, 6, 7, 13, 14])
  }

  @Test func segmentsAreKeptAndGenerated() {
    let rules = KeepRules(
      keptSegments: [TimeRange(startSeconds: 0.25, endSeconds: 0.61)],
      generatedSegments: [TimeRange(startSeconds: 0.55, endSeconds: 0.9)], codebookCount: 2)
    // Frames that begin in 0.25…0.61 s, without those that overlap with 0.55…0.9 s.
    #expect(kept(rules, nothing) == [[3, 4], [3, 4], []])
    #expect(kept(rules, CompressionPrompt(codebookCount: 3), 10)[2] == [0, 1, 2, 3, 4, 9])
    let open = KeepRules(generatedSegments: [TimeRange(startSeconds: 0.5)])
    #expect(kept(open, CompressionPrompt(codebookCount: 1))[0] == [0, 1, 2, 3, 4])
  }

  @Test func timesReachBeforeAndBehind() {
    let rules = KeepRules(
      timesSeconds: [1.23, 0.5], timeReach: KeepRules.TimeReach(beforeSeconds: 0.1, afterSeconds: 0.15))
    #expect(kept(rules, nothing)[0] == [4, 5, 6, 11, 12, 13])
    // Masks of chunks are the chunks of the mask.
    let plan = KeepPlan(rules, prompt: nothing, geometry: geometry)
    let whole = plan.mask(of: 0..<20, totalFrameCount: 20)
    for start in 0..<20 {
      let chunk = plan.mask(of: start..<20, totalFrameCount: 20)
      #expect(chunk == whole.slice(codebooks: 0..<3, frames: start..<20))
    }
  }

  @Test func randomTokensComeInTheirShare() {
    let rules = KeepRules(random: KeepRules.RandomChoice(keepShare: 0.25, seed: 7))
    let found = kept(rules, nothing, 4_000).map { Double($0.count) / 4_000 }
    #expect(found.allSatisfy { abs($0 - 0.25) < 0.03 }, "\(found)")
    #expect(kept(rules, nothing, 4_000)[0] != kept(rules, nothing, 4_000)[1])
    var other = rules
    other.random.seed = 8
    #expect(kept(rules, nothing) != kept(other, nothing))
    let dropped = KeepRules(random: KeepRules.RandomChoice(dropout: 0.4, seed: 7))
    let rest = Double(kept(dropped, CompressionPrompt(codebookCount: 1), 4_000)[0].count) / 4_000
    #expect(abs(rest - 0.6) < 0.03, "\(rest)")
    for (keepShare, dropout, count) in [(1.0, 0.0, 20), (0.0, 1.0, 0)] {
      let rules = KeepRules(random: KeepRules.RandomChoice(keepShare: keepShare, dropout: dropout))
      #expect(kept(rules, CompressionPrompt(codebookCount: 1))[0].count == count)
    }
  }

  @Test func onlyRulesThatChangeSomethingCount() {
    #expect(KeepRules().isEmpty && KeepRules(codebookCount: 2).isEmpty)
    #expect(KeepRules(random: KeepRules.RandomChoice(seed: 9)).isEmpty)
    #expect(!KeepRules(periodWidth: 0).isEmpty && !KeepRules(timesSeconds: [1]).isEmpty)
  }
}
