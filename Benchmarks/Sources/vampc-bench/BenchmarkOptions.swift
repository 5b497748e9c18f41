import Kernels

/// What stands on the command line.
struct BenchmarkOptions {
  let modelPath: String
  private(set) var threadCount = 2
  private(set) var instructionSet: InstructionSet?
  /// Audio that a codec is given at a time; nil leaves it at what streams are given.
  private(set) var blockSeconds: Double?

  init(_ arguments: some Collection<String>) throws {
    var rest = Array(arguments)
    guard rest.count >= 2, rest.removeFirst() == "serve" else { throw BenchmarkError.usage }
    modelPath = rest.removeFirst()
    while !rest.isEmpty {
      let name = rest.removeFirst()
      guard !rest.isEmpty else { throw BenchmarkError.usage }
      let value = rest.removeFirst()
      switch name {
      case "--threads":
        guard let count = Int(value), count > 0 else { throw BenchmarkError.invalid(name, value) }
        threadCount = count
      case "--instruction-set", "--level":
        guard let chosen = InstructionSet(rawValue: value), chosen.isAvailable else {
          throw BenchmarkError.invalid(name, value)
        }
        instructionSet = chosen
      case "--block":
        guard let seconds = Double(value), seconds > 0 else { throw BenchmarkError.invalid(name, value) }
        blockSeconds = seconds
      default: throw BenchmarkError.usage
      }
    }
  }
}

/// Reason why nothing can be measured.
enum BenchmarkError: Error, CustomStringConvertible {
  case usage
  case invalid(String, String)
  case unknownCommand(String)
  /// Networks of this kind have no benchmark.
  case notMeasured(kind: String)

  var description: String {
    switch self {
    case .usage: "usage: vampc-bench serve MODEL.safetensors [--threads N] [--instruction-set SET] [--block SECONDS]"
    case .invalid(let name, let value): "no such value for \(name) on this machine: \(value)"
    case .unknownCommand(let command): "this network has no command '\(command)'"
    case .notMeasured(let kind): "networks of kind \(kind) have no benchmark"
    }
  }
}
