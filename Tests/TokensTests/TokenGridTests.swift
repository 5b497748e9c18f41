import Testing
import Tokens

@Suite struct TokenGridTests {
  @Test func sliceAndAppendRestoreTheGrid() {
    let grid = TokenGrid(codebookCount: 3, frameCount: 7, tokens: (0..<21).map { UInt16($0) })
    let joined = grid.slice(codebooks: 0..<3, frames: 0..<4).appending(grid.slice(codebooks: 0..<3, frames: 4..<7))
    #expect(joined == grid)
    #expect(grid.slice(codebooks: 1..<2, frames: 2..<4).tokens == [9, 10])
  }

  @Test func settingsRoundToHundredths() {
    var settings = SamplerSettings(temperature: 0.123)
    #expect(settings.temperature == 0.12)
    settings.maskTemperature = 10.499
    #expect(settings.maskTemperature == 10.5)
  }
}
