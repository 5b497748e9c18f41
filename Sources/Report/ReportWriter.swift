public import Sweep
import SystemCalls

/// Writer of a sweep's report: plots as SVG and PNG, and one HTML page without external resources.
public struct ReportWriter: Sendable {
  /// Number of pixels of a PNG for each unit of a drawing.
  private static let pixelScale = 2.0

  private let index: SweepIndex
  private let listening: ListeningFolder?
  private let explanations: [ReportExplanation]

  /// Creates a writer of the report of one sweep.
  ///
  /// - Parameters:
  ///   - results: Description, rows and summaries of the sweep.
  ///   - listening: Folder with audio for the page; nil makes a page without audio.
  ///   - explanations: Explanations of the metrics, for the last section of the page.
  public init(results: SweepResults, listening: ListeningFolder?, explanations: [ReportExplanation] = []) {
    index = SweepIndex(results)
    self.listening = listening
    self.explanations = explanations
  }

  /// Writes `report.html`, `plots/NAME.svg` and `plots/NAME.png` into a folder, which is created where it is missing.
  ///
  /// Each existing file is replaced in one step. Plots of an earlier report that this report does not have are removed.
  ///
  /// - Throws: ``ReportError``, `ReplacingFileError`, and where audio cannot be read or coded, `AudioIOError`,
  ///   `SignalError` or `OpusBaselineError`.
  public func write(into folder: String) throws {
    let curves = RateCurves(index).charts
    let figures = PaperFigures(index).charts
    let plots = "\(folder)/plots"
    do throws(SystemFailure) { try FileName.makeFolders(plots) } catch {
      throw ReportError.cannotWrite(file: plots, reason: error.phrase)
    }
    let drawings =
      curves.flatMap { curve in ChartScale.Kind.allCases.map { curve.drawing($0) } } + figures.map { $0.drawing() }
    for drawing in drawings {
      try ReplacingFile.write(Array(drawing.file.utf8), to: "\(plots)/\(drawing.name).svg")
      try ReplacingFile.write(
        try DrawingRaster.png(of: drawing, scale: Self.pixelScale), to: "\(plots)/\(drawing.name).png")
    }
    try removePlots(in: plots, except: Set(drawings.map(\.name)))
    let page = ReportPage(
      index: index, listening: try ListeningSet(listening, index: index), curves: curves,
      figures: figures, explanations: explanations)
    try ReplacingFile.write(Array(try page.html().utf8), to: "\(folder)/report.html")
  }

  /// Removes plots of an earlier report, except for plots named in `names`. Files with names that no report uses stay.
  ///
  /// - Throws: ``ReportError/cannotWrite(file:reason:)``.
  private func removePlots(in folder: String, except names: Set<String>) throws {
    do throws(SystemFailure) {
      for file in try FileName.names(in: folder) {
        let parts = file.split(separator: ".")
        guard parts.count == 2, ["svg", "png"].contains(parts[1]), !names.contains(String(parts[0])),
          PaperFigures.names.contains(String(parts[0])) || parts[0].hasPrefix(RateCurves.namePrefix)
        else { continue }
        try FileName.remove("\(folder)/\(file)")
      }
    } catch {
      throw ReportError.cannotWrite(file: folder, reason: error.phrase)
    }
  }
}
