import ArgumentParser
import Foundation
import Kernels
import ModelStore
import VampcKit

/// Models and where they are.
enum Models {
  /// What `encode` takes where nothing else is asked for.
  static let defaultName = "vampc-default-3"

  static func library() -> ModelLibrary {
    let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return ModelLibrary.standard(
      environment: ProcessInfo.processInfo.environment,
      executablePath: executable ?? Bundle.main.executableURL?.resolvingSymlinksInPath().path)
  }
}

/// The machine's share.
struct MachineOptions: ParsableArguments {
  @Option(
    name: [.customShort("T"), .long],
    help: ArgumentHelp("Threads that compute. Default: all cores. Does not change the result.", valueName: "count"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Instruction set of the kernels: baseline, avx2 or avx512. Default: the best of this machine. Generated sound can "
        + "differ between instruction sets.",
      valueName: "set"))
  var instructionSet: InstructionSet?

  func validate() throws {
    if let threads, !(1...1_024).contains(threads) { throw ValidationError("-T takes 1 to 1024 threads") }
    if let instructionSet, !instructionSet.isAvailable {
      throw ValidationError("this machine has no \(instructionSet.rawValue)")
    }
  }

  func context() -> ComputeContext {
    ComputeContext(threadCount: threads ?? ComputeContext.coreCount, instructionSet: instructionSet)
  }
}

/// Where temporary files go.
enum TemporaryFolder {
  static var path: String {
    let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
    return folder.isEmpty ? "/tmp" : folder
  }
}
