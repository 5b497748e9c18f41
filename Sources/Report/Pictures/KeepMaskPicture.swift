/// Picture of a keep mask: time from left to right, codebooks from the coarse one at the top to the finest one.
///
/// Kept tokens are dark. In a mask of more than 4 000 frames, a column stands for several frames, and the shade of a
/// codebook in the column shows the share of kept tokens.
package struct KeepMaskPicture: Sendable {
  /// Largest width of the picture in pixels.
  private static let columnLimit = 4_000
  /// Height of a codebook in pixels, the dividing line included.
  private static let rowHeight = 10
  /// Colours of masked and of kept tokens (0xRRGGBB); shades between the two colours show shares of kept tokens.
  private static let colours: (masked: UInt32, kept: UInt32) = (0xF1EEE6, 0x1D3557)
  private static let shadeCount = 32

  private let keptFlags: [Bool]
  private let codebookCount: Int

  /// Creates a picture.
  ///
  /// - Parameters:
  ///   - keptFlags: Flags `[codebook, frame]`, `true` for a kept token.
  ///   - codebookCount: Number of codebooks.
  /// - Precondition: `codebookCount` is positive and divides `keptFlags.count`.
  package init(keptFlags: [Bool], codebookCount: Int) {
    precondition(codebookCount > 0 && keptFlags.count % codebookCount == 0, "flags do not fill the codebooks")
    self.keptFlags = keptFlags
    self.codebookCount = codebookCount
  }

  /// Encodes the picture as a PNG file.
  ///
  /// - Throws: `ReportError.libraryFailed`.
  package func png() throws -> [UInt8] {
    let frameCount = keptFlags.count / codebookCount
    let framesPerColumn = max(1, (frameCount + Self.columnLimit - 1) / Self.columnLimit)
    // A column of a short mask is several pixels wide, so that its tokens can be seen.
    let columnWidth = max(1, min(4, Self.columnLimit / max(1, frameCount)))
    var pixels: [UInt8] = []
    for codebook in 0..<codebookCount {
      var row: [UInt8] = []
      for start in stride(from: 0, to: max(1, frameCount), by: framesPerColumn) {
        let frames = start..<min(frameCount, start + framesPerColumn)
        let count = frames.count { keptFlags[codebook * frameCount + $0] }
        let shade = frames.isEmpty ? 0 : (count * (Self.shadeCount - 1) + frames.count - 1) / frames.count
        row += Array(repeating: UInt8(shade), count: columnWidth)
      }
      for line in 0..<Self.rowHeight {
        // A line of the lightest shade divides the codebooks.
        pixels += line == Self.rowHeight - 1 ? Array(repeating: 0, count: row.count) : row
      }
    }
    return try IndexedPNG.encode(
      pixels: pixels, width: pixels.count / (codebookCount * Self.rowHeight), palette: Self.palette)
  }

  private static var palette: [UInt32] {
    (0..<shadeCount).map { shade in
      [16, 8, 0].reduce(0) { colour, shift in
        let (masked, kept) = (Double(colours.masked >> shift & 0xFF), Double(colours.kept >> shift & 0xFF))
        let value = masked + (kept - masked) * Double(shade) / Double(shadeCount - 1)
        return colour | UInt32(value.rounded()) << shift
      }
    }
  }
}
