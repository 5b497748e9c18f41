import Foundation
public import Sweep

/// Draws the results of a sweep: plots as SVG and PNG, and one HTML page that needs nothing beside itself.
public struct ReportWriter: Sendable {
  /// Pixels of a PNG for each unit of a drawing.
  private static let pixelScale = 2.0

  private let index: SweepIndex
  private let listening: ListeningFolder?
  private let explanations: [ReportExplanation]

  /// - Parameter listening: sounds for the page to play; nil for a page without.
  /// - Parameter explanations: what each figure can and cannot tell, for the page's last section.
  public init(results: SweepResults, listening: ListeningFolder?, explanations: [ReportExplanation] = []) {
    index = SweepIndex(results)
    self.listening = listening
    self.explanations = explanations
  }

  /// Writes `report.html` and `plots/NAME.svg` and `.png` into a folder, which is made where it is missing.
  ///
  /// Files of these names are replaced, each at once; plots of an earlier report that this one lacks are removed.
  /// - Throws: ``ReportError``, and what reading and coding a sound throws.
  public func write(into folder: String) throws {
    let curves = RateCurves(index).charts
    let figures = PaperFigures(index).charts
    let plots = "\(folder)/plots"
    do {
      try FileManager.default.createDirectory(atPath: plots, withIntermediateDirectories: true)
    } catch {
      throw ReportError.cannotWrite(file: plots, reason: error.localizedDescription)
    }
    let drawings =
      curves.flatMap { curve in ChartScale.Kind.allCases.map { curve.drawing($0) } } + figures.map { $0.drawing() }
    for drawing in drawings {
      try write(Array(drawing.file.utf8), to: "\(plots)/\(drawing.name).svg")
      try write(try DrawingRaster.png(of: drawing, scale: Self.pixelScale), to: "\(plots)/\(drawing.name).png")
    }
    try removePlots(in: plots, except: Set(drawings.map(\.name)))
    let page = ReportPage(
      index: index, listening: try ListeningSet(listening, index: index), curves: curves,
      figures: figures, explanations: explanations)
    try write(Array(try page.html().utf8), to: "\(folder)/report.html")
  }

  /// Removes what an earlier report left: files of the names that reports use, nothing else.
  private func removePlots(in folder: String, except names: Set<String>) throws {
    do {
      for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let parts = file.split(separator: ".")
        guard parts.count == 2, ["svg", "png"].contains(parts[1]), !names.contains(String(parts[0])),
          PaperFigures.names.contains(String(parts[0])) || parts[0].hasPrefix(RateCurves.namePrefix)
        else { continue }
        try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
      }
    } catch {
      throw ReportError.cannotWrite(file: folder, reason: error.localizedDescription)
    }
  }

  private func write(_ bytes: [UInt8], to file: String) throws {
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch {
      throw ReportError.cannotWrite(file: file, reason: error.localizedDescription)
    }
  }
}
