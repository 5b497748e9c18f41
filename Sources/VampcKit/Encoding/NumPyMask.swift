import NumPy
import Tokens

/// Reader of a keep mask in a NumPy file (`.npy`) of truth values or integers, where 1 is masked and 0 is kept. The
/// shape is `[codebook, frame]`, or `[1, codebook, frame]` as in VampNet.
enum NumPyMask {
  /// Reason why the file holds no mask.
  struct Fault: Error {
    let reason: String
  }

  /// Reads the keep mask in the bytes of a NumPy file.
  ///
  /// - Throws: `Fault`.
  static func mask(in bytes: [UInt8]) throws -> TokenMask {
    let file: NumPyFile
    do {
      file = try NumPyFile(bytes)
    } catch {
      throw Fault(reason: "\(error)")
    }
    guard file.kind == .integer else { throw Fault(reason: "it holds floats, not truth values or integers") }
    let sizes = file.shape.count == 3 && file.shape[0] == 1 ? Array(file.shape.dropFirst()) : file.shape
    guard sizes.count == 2, sizes.allSatisfy({ $0 >= 1 }) else {
      throw Fault(reason: "its shape is \(file.shape), not [codebooks, frames]")
    }
    let frameCount = sizes[1]
    let keptFlags = try (0..<file.elementCount).map { index in
      let bits = file.bitPattern(at: index)
      guard bits <= 1 else {
        throw Fault(
          reason: "codebook \(index / frameCount), frame \(index % frameCount) is neither 0 (kept) nor 1 (masked)")
      }
      return bits == 0
    }
    return TokenMask(codebookCount: sizes[0], frameCount: frameCount, keptFlags: keptFlags)
  }
}
