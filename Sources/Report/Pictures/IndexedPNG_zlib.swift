import CZlib

/// PNG file of at most 256 colours (ISO/IEC 15948, colour type 3), a third of the size of cairo's true-colour files.
package enum IndexedPNG {
  /// Encodes an image as a PNG file.
  ///
  /// - Parameters:
  ///   - pixels: Indices into `palette`, row after row from the top.
  ///   - width: Number of pixels in a row.
  ///   - palette: Colours as 0xRRGGBB, 1 to 256 of them.
  /// - Throws: ``ReportError/libraryFailed(library:)``.
  /// - Precondition: `pixels` is not empty and fills whole rows, and `palette` has a colour for each index.
  package static func encode(pixels: [UInt8], width: Int, palette: [UInt32]) throws -> [UInt8] {
    precondition((1...256).contains(palette.count), "a palette has 1 to 256 colours")
    precondition(width > 0 && !pixels.isEmpty && pixels.count % width == 0, "pixels do not fill the rows")
    let height = pixels.count / width
    var rows: [UInt8] = []
    rows.reserveCapacity(pixels.count + height)
    for row in 0..<height {
      // Filter type 0 (none): neighbouring indices do not predict an index.
      rows.append(0)
      rows += pixels[row * width..<(row + 1) * width]
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    append("IHDR", bytes(UInt32(width)) + bytes(UInt32(height)) + [8, 3, 0, 0, 0], to: &file)
    append("PLTE", palette.flatMap { bytes($0).dropFirst() }, to: &file)
    append("IDAT", try deflated(rows), to: &file)
    append("IEND", [], to: &file)
    return file
  }

  private static func append(_ type: String, _ content: [UInt8], to file: inout [UInt8]) {
    let checked = Array(type.utf8) + content
    file += bytes(UInt32(content.count)) + checked
    file += bytes(UInt32(crc32(0, checked, uInt(checked.count))))
  }

  private static func deflated(_ content: [UInt8]) throws -> [UInt8] {
    var count = compressBound(uLong(content.count))
    var result = [UInt8](repeating: 0, count: Int(count))
    guard compress2(&result, &count, content, uLong(content.count), Z_BEST_COMPRESSION) == Z_OK else {
      throw ReportError.libraryFailed(library: "zlib")
    }
    return Array(result.prefix(Int(count)))
  }

  /// Four bytes of an integer, big-endian.
  private static func bytes(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
  }
}
