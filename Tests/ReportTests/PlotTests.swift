import Foundation
import FoundationXML
import Report
import Testing

@Suite struct PlotTests {
  @Test func writesEveryPlotTwice() throws {
    let folder = try TemporaryFolder()
    let results = SyntheticSweep.results(clipCount: 5, embeddings: ["my model", "my-model", "codec"])
    try ReportWriter(results: results, listening: nil).write(into: folder.path)
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/plots").sorted()
    let curves = [
      "rate-mel", "rate-mel7", "rate-si-sdr-db", "rate-frechet-my-model", "rate-frechet-my-model-2",
      "rate-frechet-codec",
    ]
    let names = ["figure3", "figure4", "figure5"] + curves.flatMap { ["\($0)-linear", "\($0)-log"] }
    #expect(files == names.flatMap { ["\($0).png", "\($0).svg"] }.sorted())

    for name in names {
      let drawing = Data(try folder.text("plots/\(name).svg").utf8)
      let parser = XMLParser(data: drawing)
      #expect(parser.parse(), "\(name): \(String(describing: parser.parserError))")
      // Width and height in the file's first chunk: twice the drawing's.
      let picture = [UInt8](try Data(contentsOf: URL(filePath: "\(folder.path)/plots/\(name).png")))
      let width = picture[16..<20].reduce(0) { $0 << 8 | Int($1) }
      #expect(width >= 960, "\(name)")
      // A drawing without its text is far smaller.
      #expect(picture.count > 15_000, "\(name): \(picture.count) bytes")
    }
  }
}
