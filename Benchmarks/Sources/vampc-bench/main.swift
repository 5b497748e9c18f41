// Times vampc's networks on command, for `compare`.
//
//     vampc-bench serve MODEL.safetensors [--threads N] [--instruction-set SET] [--block SECONDS]
import Foundation
import Kernels
import ModelStore

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("vampc-bench: error: \(message)\n".utf8))
  exit(1)
}

do {
  let options = try BenchmarkOptions(CommandLine.arguments.dropFirst())
  let context = ComputeContext(threadCount: options.threadCount, instructionSet: options.instructionSet)
  let network = try BenchmarkedNetwork(
    ModelFile(path: options.modelPath), blockSeconds: options.blockSeconds, context: context)
  while let line = readLine() {
    let words = line.split(separator: " ").map(String.init)
    guard let command = words.first else { continue }
    let answer =
      switch command {
      case "peak": String(format: "%.1f", context.measurePeakGFLOPS())
      case "level": context.instructionSet.rawValue
      default: String(format: "%.6f", try network.seconds(of: command, amount: words.last ?? ""))
      }
    // Not `print`: a pipe would keep the answer back.
    FileHandle.standardOutput.write(Data((answer + "\n").utf8))
  }
} catch {
  fail("\(error)")
}
