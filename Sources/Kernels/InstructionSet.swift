internal import CKernels

/// Instruction set that the float kernels are compiled for.
///
/// Results are reproducible within one instruction set. Between instruction sets the last bits differ, because vectors
/// differ in width and multiply-adds are fused or separate.
public enum InstructionSet: String, CaseIterable, Sendable {
  /// Instructions that every machine has (SSE2 on x86-64, NEON on arm64).
  case baseline
  /// AVX2 with FMA.
  case avx2
  /// AVX-512 F, BW, DQ and VL.
  case avx512

  /// Whether this machine has the instruction set.
  public var isAvailable: Bool { ck_table(rawValue) != nil }

  /// Widest instruction set that this machine has.
  public static var best: InstructionSet {
    allCases.last { $0.isAvailable } ?? .baseline
  }
}
