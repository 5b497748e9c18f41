internal import CKernels

/// An instruction level that the float kernels are compiled for.
///
/// Results are reproducible on one level; between levels the last bits differ (other vector widths, fused or separate
/// multiplication and addition).
public enum KernelLevel: String, CaseIterable, Sendable {
  /// What every machine has (SSE2 on x86-64, NEON on arm64).
  case baseline
  /// AVX2 with FMA.
  case avx2
  /// AVX-512 F, BW, DQ and VL.
  case avx512

  /// Whether this machine can run the level.
  public var isAvailable: Bool { ck_table(rawValue) != nil }

  /// The best level of this machine.
  public static var best: KernelLevel {
    allCases.last { $0.isAvailable } ?? .baseline
  }
}
