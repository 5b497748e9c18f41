import Testing
import Tokens

@Suite struct TokenGridTests {
  @Test func sliceAndAppendRestoreTheGrid() {
    let grid = TokenGrid(codebookCount: 3, frameCount: 7, tokens: (0..<21).map { UInt16($0) })
    let joined = grid.slice(codebooks: 0..<3, frames: 0..<4).appending(grid.slice(codebooks: 0..<3, frames: 4..<7))
    #expect(joined == grid)
    #expect(grid.slice(codebooks: 1..<2, frames: 2..<4).tokens == [9, 10])
  }

  /// No value is rounded: settings that version 1 cannot hold say so.
  @Test func settingsKeepTheirValues() {
    var settings = SamplerSettings(temperature: 0.12)
    #expect(settings.temperature == 0.12 && settings.isEncodable)
    settings.maskTemperature = 10.499
    #expect(settings.maskTemperature == 10.499 && !settings.isEncodable)
    settings.maskTemperature = 10.5
    #expect(settings.isEncodable)
    settings.topK = 50
    #expect(!settings.isEncodable)
  }
}
