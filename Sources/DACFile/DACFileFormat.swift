import Pickle

/// Constants and ranges of `.dac` files (`formats/dac-file.md`).
enum DACFileFormat {
  /// Value of the field `dac_version` that the writer writes; the reader accepts no other value.
  static let version = "1.0.0"

  static let largestByteCount = 1 << 30
  static let channelCounts = 1...64
  static let codebookCounts = 1...64
  static let loudnessesLUFS = -70.0...120.0
  static let sampleRatesHz = 100...6_144_000
  /// Range of the lengths in a file: numbers of samples and of frames, and sizes of array axes. A double represents all
  /// these integers exactly.
  static let lengths = 0...(1 << 53)

  static var pickleLimits: PickleLimits {
    var limits = PickleLimits()
    (limits.valueCount, limits.memoCount, limits.depth) = (4_096, 4_096, 64)
    return limits
  }

  /// Name of NumPy's function that rebuilds a pickled array, in NumPy up to 1.26; later versions accept this name, too.
  static let reconstruct = PickleGlobal(module: "numpy.core.multiarray", name: "_reconstruct")
  /// Name of NumPy's function that rebuilds a pickled array, in NumPy from 2.0 on.
  static let laterReconstruct = PickleGlobal(module: "numpy._core.multiarray", name: "_reconstruct")
  static let elementType = PickleGlobal(module: "numpy", name: "dtype")
  static let array = PickleGlobal(module: "numpy", name: "ndarray")
}
