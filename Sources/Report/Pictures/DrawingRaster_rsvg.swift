import CLibrsvg

/// Converter of drawings to PNG files, with librsvg and cairo.
enum DrawingRaster {
  /// Draws a PNG file with `scale` pixels for each unit of the drawing.
  ///
  /// - Throws: `ReportError.drawingFailed`.
  static func png(of drawing: ChartDrawing, scale: Double = 2) throws -> [UInt8] {
    func failure(_ reason: String) -> ReportError { .drawingFailed(name: drawing.name, reason: reason) }
    let text = Array(drawing.file.utf8)
    var problem: UnsafeMutablePointer<GError>?
    func takeProblem() -> String {
      guard let found = problem else { return "no reason given" }
      defer { g_error_free(found) }
      return found.pointee.message.map { String(cString: $0) } ?? "no reason given"
    }
    guard let handle = rsvg_handle_new_from_data(text, text.count, &problem) else { throw failure(takeProblem()) }
    defer { g_object_unref(UnsafeMutableRawPointer(handle)) }

    let (width, height) = (Int32((drawing.width * scale).rounded(.up)), Int32((drawing.height * scale).rounded(.up)))
    let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)
    defer { cairo_surface_destroy(surface) }
    let context = cairo_create(surface)
    defer { cairo_destroy(context) }
    var viewport = RsvgRectangle(x: 0, y: 0, width: Double(width), height: Double(height))
    guard rsvg_handle_render_document(handle, context, &viewport, &problem) != 0 else { throw failure(takeProblem()) }
    cairo_surface_flush(surface)

    let file = ByteSink()
    let status = cairo_surface_write_to_png_stream(
      surface,
      { closure, bytes, count in
        guard let closure, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
        Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue().bytes.append(
          contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
        return CAIRO_STATUS_SUCCESS
      }, Unmanaged.passUnretained(file).toOpaque())
    guard status == CAIRO_STATUS_SUCCESS else { throw failure(String(cString: cairo_status_to_string(status))) }
    return file.bytes
  }

  private final class ByteSink {
    var bytes: [UInt8] = []
  }
}
