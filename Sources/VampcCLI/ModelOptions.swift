import ArgumentParser
import Foundation
import Kernels
import ModelStore
import VampcKit

/// Library of installed models, and the default model.
enum Models {
  /// Name of the model that commands use without `--model`.
  static let defaultName = "vampc-default-3"

  static func library() -> ModelLibrary {
    let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return ModelLibrary.standard(
      environment: ProcessInfo.processInfo.environment,
      executablePath: executable ?? Bundle.main.executableURL?.resolvingSymlinksInPath().path)
  }
}

/// Options for threads and instruction set.
struct MachineOptions: ParsableArguments {
  @Option(
    name: [.customShort("T"), .long],
    help: ArgumentHelp(
      "Number of threads, 1 to 1024. Does not change the result. Default: one for each core.", valueName: "count"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Instruction set of the kernels: baseline, avx2 or avx512. Generated sound can differ between instruction sets. "
        + "Default: the best of this machine.",
      valueName: "set"))
  var instructionSet: InstructionSet?

  func validate() throws {
    if let threads, !(1...1_024).contains(threads) {
      throw ValidationError("-T takes 1 to 1024 threads, not \(threads)")
    }
    if let instructionSet, !instructionSet.isAvailable {
      throw ValidationError("this machine lacks \(instructionSet.rawValue)")
    }
  }

  func context() -> ComputeContext {
    ComputeContext(threadCount: threads ?? ComputeContext.coreCount, instructionSet: instructionSet)
  }
}

/// Folder for temporary files.
enum TemporaryFolder {
  /// Value of `TMPDIR`; `/tmp` where unset or empty.
  static var path: String {
    let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
    return folder.isEmpty ? "/tmp" : folder
  }
}
