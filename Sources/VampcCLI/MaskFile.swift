import ArgumentParser
import NumPy
import Report
import SystemCalls
import Tokens

/// File with a keep mask: an array for NumPy, or a picture.
enum MaskFile {
  /// Checks that a file name has the extension `.npy` or `.png`.
  ///
  /// - Throws: `ValidationError` where the name has neither extension.
  static func check(_ path: String) throws {
    if !isPicture(path), !path.lowercased().hasSuffix(".npy") {
      throw ValidationError("--mask-out needs a file name with .npy or .png")
    }
  }

  /// Refuses an existing file before the work that would write the file.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - replaces: Whether an existing file may be replaced.
  /// - Throws: `ReplacingFileError.exists`.
  static func requireNew(_ path: String, replaces: Bool) throws {
    if !replaces, (try? FileStatus(path: path)) != nil { throw ReplacingFileError.exists(path: path) }
  }

  /// Writes a picture to a `.png` file. Writes truth values `[codebook, frame]` to any other file, where 1 is masked
  /// and 0 is kept, as `--keep-mask` reads them.
  ///
  /// - Parameters:
  ///   - mask: Keep mask to write.
  ///   - path: Path of the file.
  ///   - input: Path of the recording, whose permissions the file gets.
  ///   - replaces: Whether an existing file may be replaced.
  /// - Throws: errors of `OutputFile`; `ReportError`.
  static func write(_ mask: TokenMask, to path: String, madeFrom input: String, replaces: Bool) throws {
    let file = try OutputFile(path: path, replaces: replaces, madeFrom: input)
    try file.complete { file in
      if isPicture(path) {
        try file.write(try mask.picture.png())
      } else {
        try file.write(NumPyHeader.bytes(type: "|b1", shape: [mask.codebookCount, mask.frameCount]))
        try file.write(mask.keptFlags.map { $0 ? 0 : 1 })
      }
    }
  }

  private static func isPicture(_ path: String) -> Bool { path.lowercased().hasSuffix(".png") }
}

extension TokenMask {
  /// Picture of the mask, for `.png` files and pages.
  var picture: KeepMaskPicture { KeepMaskPicture(keptFlags: keptFlags, codebookCount: codebookCount) }
}
