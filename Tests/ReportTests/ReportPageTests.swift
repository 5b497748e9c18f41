import Evaluation
import Foundation
import Report
import Sweep
import TestSupport
import Testing

/// Tests of the whole report in a browser. `VAMPC_REPORT_FOLDER` keeps the page and its screenshots.
@Suite(.serialized) struct ReportPageTests {
  /// Name that a page without escaping would run or take for markup.
  private static let hostileName = "<script>alert(1)<!--&\"'"

  @Test func opensInABrowserAndPlaysEverySound() throws {
    let folder = try TemporaryFolder()
    let kept = ProcessInfo.processInfo.environment["VAMPC_REPORT_FOLDER"]
    let path = kept ?? folder.path
    let clips = [Self.hostileName, "piano"]
    var results = SyntheticSweep.results(clipNames: clips, embeddings: ["codec", "<i>mine"])
    results.description.command = "vampc sweep --note '\(Self.hostileName)</script>'"
    let heard = results.description.conditions.filter {
      [.original, .noise, .opus].contains($0.method) && $0.requestedBps != 2_000
    }
    try SyntheticSounds.write(clips: clips, conditions: heard, seconds: 1.5, into: "\(path)/audio")
    // The second clip lacks the audio of one condition.
    try FileManager.default.removeItem(atPath: "\(path)/audio/piano/\(heard[3].identifier).flac")
    let explanations = [ReportExplanation(title: "Mel distance", text: "How far <b>spectra</b> are apart.")]
    try ReportWriter(
      results: results, listening: ListeningFolder(path: "\(path)/audio"), explanations: explanations
    ).write(into: path)

    let check = try ReportCheck.run("\(path)/report.html", screenshots: kept.map { "\($0)/screenshots" })
    #expect(check.status == 0, "\(check.output) (scripts/install --tests installs Chromium)")
    #expect(check.output.contains("\(heard.count * 2 - 1) sounds loaded"), "\(check.output)")
  }

  /// Sweeps with few or no clips make pages, too.
  @Test(arguments: [0, 1, 2])
  func opensWithFewClips(clipCount: Int) throws {
    let folder = try TemporaryFolder()
    try ReportWriter(results: SyntheticSweep.results(clipCount: clipCount), listening: nil).write(into: folder.path)
    let check = try ReportCheck.run("\(folder.path)/report.html")
    #expect(check.status == 0, "\(check.output) (scripts/install --tests installs Chromium)")
    let page = try folder.text("report.html")
    if clipCount == 1 { #expect(page.contains("not enough clips for a Fréchet distance")) }
    #expect(page.contains("The sweep stored no audio."))
  }

  @Test func drawsNothingOfNothing() throws {
    let folder = try TemporaryFolder()
    var results = SyntheticSweep.results(clipCount: 0)
    results.description.conditions = []
    results.description.models = []
    try ReportWriter(results: results, listening: ListeningFolder(path: "/nowhere")).write(into: folder.path)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/plots").isEmpty)
    let page = try folder.text("report.html")
    #expect(!page.contains("<svg"))
  }

  @Test func takesValuesThatAreNoNumbers() throws {
    let folder = try TemporaryFolder()
    var results = SyntheticSweep.results(clipCount: 3)
    let hostile: [Double] = [.nan, .infinity, -.infinity, 1e300, -1e300, 0, -5]
    for place in results.summaries.indices {
      let value = hostile[place % hostile.count]
      results.summaries[place].values[.melDistance] = SweepEstimate(value: value, lower: .nan, upper: value)
      results.summaries[place].frechet["codec"] = SweepEstimate(value: value, lower: -value, upper: .infinity)
      if place % 3 == 0 { results.summaries[place].fileBps = SweepEstimate(value: value, lower: nil, upper: nil) }
    }
    for place in results.rows.indices {
      results.rows[place].values[.melDistance] = hostile[place % hostile.count]
      if place % 5 == 0 { results.rows[place].seconds = 0 }
    }
    try ReportWriter(results: results, listening: nil).write(into: folder.path)
    #expect(try !folder.text("plots/figure5.svg").contains("nan"))
  }

  @Test func leavesOutWhatIsSilentOrTooLarge() throws {
    let folder = try TemporaryFolder()
    let results = SyntheticSweep.results()
    let leftOut = try #require(results.description.conditions.first { $0.requestedBps == 2_000 })
    let partial = try #require(results.description.conditions.first { $0.requestedBps == 4_600 })
    try ReportWriter(results: results, listening: nil).write(into: folder.path)
    for plot in try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/plots") where plot.hasSuffix(".svg")
    {
      let drawing = try folder.text("plots/\(plot)")
      #expect(!drawing.contains("data-condition=\"\(leftOut.identifier)\""), "\(plot)")
      if plot.hasPrefix("rate") { #expect(drawing.contains("data-condition=\"\(partial.identifier)\""), "\(plot)") }
    }
    let page = try folder.text("report.html")
    #expect(page.contains("the codec wrote silence for a clip with sound: 2.00 kbit/s requested"))
    #expect(page.contains("the codec wrote more than requested: 4.60 kbit/s requested"))
    #expect(page.contains("Not drawn, because no clip counts: Opus 2k."))
  }
}
