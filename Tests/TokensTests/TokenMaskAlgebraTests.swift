import Testing
import Tokens

@Suite struct TokenMaskAlgebraTests {
  private func mask(_ rows: [String]) -> TokenMask {
    TokenMask(
      codebookCount: rows.count, frameCount: rows[0].count, keptFlags: rows.flatMap { $0.map { $0 == "k" } })
  }

  @Test func combinesMasks() {
    let (a, b) = (mask(["kk..", "k..."]), mask(["k.k.", "...k"]))
    #expect(a.union(b) == mask(["kkk.", "k..k"]))
    #expect(a.intersection(b) == mask(["k...", "...."]))
    #expect(a.complement == mask(["..kk", ".kkk"]))
    #expect(a.complement.complement == a)
    #expect(a.union(b).complement == a.complement.intersection(b.complement))
  }

  @Test func shiftsInFramesThatKeepNothing() {
    let a = mask(["kk..", "..kk"])
    #expect(a.shifted(by: 1) == mask([".kk.", "...k"]))
    #expect(a.shifted(by: -1) == mask(["k...", ".kk."]))
    #expect(a.shifted(by: 0) == a && a.shifted(by: 9).keptCount == 0)
  }

  @Test func dropsKeptTokensAlone() {
    let a = mask(["kk..", "k.k."])
    #expect(a.dropping { codebook, frame in codebook == 1 || frame == 0 } == mask([".k..", "...."]))
  }
}
