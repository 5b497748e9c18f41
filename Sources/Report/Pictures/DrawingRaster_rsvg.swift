import CLibrsvg

/// Converter of drawings to PNG files, with librsvg and cairo.
enum DrawingRaster {
  /// Draws a PNG file with `scale` pixels for each unit of the drawing.
  ///
  /// - Throws: `ReportError.drawingFailed`.
  static func png(of drawing: ChartDrawing, scale: Double = 2) throws -> [UInt8] {
    let document = drawing.file
    let (width, height) = (Int32((drawing.width * scale).rounded(.up)), Int32((drawing.height * scale).rounded(.up)))
    let file = ByteSink()
    var reason = [CChar](repeating: 0, count: 256)
    let isDrawn = librsvg_draw_png(
      document, document.utf8.count, width, height,
      { closure, bytes, count in
        guard let closure, let bytes else { return }
        Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue().bytes.append(
          contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
      }, Unmanaged.passUnretained(file).toOpaque(), &reason, reason.count)
    guard isDrawn != 0 else {
      throw ReportError.drawingFailed(
        name: drawing.name,
        reason: String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
    return file.bytes
  }

  private final class ByteSink {
    var bytes: [UInt8] = []
  }
}
