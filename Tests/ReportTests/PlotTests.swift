import Foundation
import FoundationXML
import Report
import Sweep
import TestSupport
import VampcKit
import Testing

@Suite struct PlotTests {
  @Test func writesEveryPlotTwice() throws {
    let folder = try TemporaryFolder()
    let results = SyntheticSweep.results(clipCount: 5, embeddings: ["my model", "my-model", "codec"])
    try ReportWriter(results: results, listening: nil).write(into: folder.path)
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/plots").sorted()
    let curves = [
      "rate-mel-distance", "rate-mel7-distance", "rate-si-sdr-db", "rate-frechet-my-model", "rate-frechet-my-model-2",
      "rate-frechet-codec",
    ]
    let names = ["figure3", "figure4", "figure5"] + curves.flatMap { ["\($0)-linear", "\($0)-log"] }
    #expect(files == names.flatMap { ["\($0).png", "\($0).svg"] }.sorted())

    for name in names {
      let drawing = Data(try folder.text("plots/\(name).svg").utf8)
      let parser = XMLParser(data: drawing)
      #expect(parser.parse(), "\(name): \(String(describing: parser.parserError))")
      // The header of a PNG holds its width: twice the width of the drawing.
      let picture = [UInt8](try Data(contentsOf: URL(filePath: "\(folder.path)/plots/\(name).png")))
      let width = picture[16..<20].reduce(0) { $0 << 8 | Int($1) }
      #expect(width >= 960, "\(name)")
      // A drawing without its text would be far smaller.
      #expect(picture.count > 15_000, "\(name): \(picture.count) bytes")
    }
  }

  private func drawing(_ name: String, of conditions: [SweepCondition]) throws -> String {
    let folder = try TemporaryFolder()
    let results = SyntheticSweep.results(clipCount: 5, conditions: conditions)
    try ReportWriter(results: results, listening: nil).write(into: folder.path)
    return try folder.text("plots/\(name).svg")
  }

  private func generated(codebooks: Int, steps: Int = 24, seed: UInt32 = 0) -> SweepCondition {
    var condition = SweepCondition(.vampc, figures: ["figure5"])
    (condition.model, condition.prompt, condition.fill) = ("vampc-default-0", .periodic, .generate)
    (condition.codebooks, condition.period, condition.coarseSteps, condition.seed) = (codebooks, 1, steps, seed)
    return condition
  }

  private func count(_ part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }

  @Test func drawsSeedsAsLinesOfOneLook() throws {
    let conditions = [1, 2, 4].flatMap { codebooks in (0..<3).map { generated(codebooks: codebooks, seed: $0) } }
    let curves = try drawing("rate-mel-distance-log", of: conditions)
    #expect(count("<polyline", in: curves) == 3)
    #expect(count(">vampc, generated</text>", in: curves) == 1)
    let figure = try drawing("figure5", of: conditions)
    #expect(count("data-condition", in: figure) == 6, "two panels of three")
    #expect(figure.contains("Conditions with several seeds are shown with the lowest seed."))
  }

  @Test func tellsStepsApartWhereTheyMakeCurves() throws {
    let grid = [1, 4].flatMap { codebooks in [8, 36].map { generated(codebooks: codebooks, steps: $0) } }
    let curves = try drawing("rate-mel-distance-log", of: grid)
    #expect(
      curves.contains(">vampc, generated, 8 steps</text>") && curves.contains(">vampc, generated, 36 steps</text>"))
    let points = try drawing("rate-mel-distance-log", of: [8, 36].map { generated(codebooks: 4, steps: $0) })
    #expect(count("<polyline", in: points) == 0)
    #expect(points.contains(">vampc, generated</text>") && points.contains(">36 steps</text>"))
  }

  @Test func removesPlotsOfAnEarlierReport() throws {
    let folder = try TemporaryFolder()
    let all = SyntheticSweep.results(clipCount: 2)
    try ReportWriter(results: all, listening: nil).write(into: folder.path)
    try Data().write(to: URL(filePath: "\(folder.path)/plots/mine.svg"))
    let few = SyntheticSweep.results(clipCount: 2, embeddings: [], conditions: [generated(codebooks: 4)])
    try ReportWriter(results: few, listening: nil).write(into: folder.path)
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/plots")
    #expect(files.contains("mine.svg") && files.contains("figure5.png"))
    #expect(!files.contains { $0.hasPrefix("figure3") || $0.hasPrefix("rate-frechet") })
  }
}
