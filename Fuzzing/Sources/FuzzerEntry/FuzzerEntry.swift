import Foundation
import FuzzTargets

/// The target that `VAMPC_FUZZ_TARGET` names.
private let target: FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["VAMPC_FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget.named(name) else {
    fatalError("VAMPC_FUZZ_TARGET names none of: " + FuzzTarget.all.map(\.name).joined(separator: ", "))
  }
  return target
}()

/// What libFuzzer calls for every input (llvm.org/docs/LibFuzzer.html); a trap is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try target.check(Array(UnsafeBufferPointer(start: start, count: count)))
  } catch {
    fatalError("\(error)")
  }
  return 0
}
