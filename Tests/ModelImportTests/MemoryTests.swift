import Foundation
import ModelImport
import TestSupport
import Testing

/// Peak memory of imports of hostile files by the built program.
@Suite struct MemoryTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private struct Cost {
    let status: Int32
    let peakByteCount: Int
  }

  /// Python program that starts the import from a small process, because a child inherits the peak of its parent
  /// (getrusage(2), ru_maxrss).
  private static let script = """
    import os, sys
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        os.execv(sys.argv[1], sys.argv[1:])
    _, status, usage = os.wait4(child, 0)
    print(os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024)
    """

  private func cost(of bytes: [UInt8]) throws -> Cost {
    let path = try folder.write(bytes, to: "input.pth")
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let vampc = URL(filePath: tests).deletingLastPathComponent().appending(path: "vampc").path
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.script, vampc, "model", "import", "-f", "--name", "hostile", path]
    process.environment = ProcessInfo.processInfo.environment.merging(["XDG_DATA_HOME": folder.path]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let words = text.split(whereSeparator: \.isWhitespace)
    try #require(words.count == 2, "\(text)")
    return try Cost(status: #require(Int32(words[0])), peakByteCount: #require(Int(words[1])))
  }

  private static let megabyte = 1 << 20
  /// Allowance for program pages that only hostile files need, and for memory kept by allocators.
  private static let allowance = 4 * megabyte

  /// Requires that an import takes no more memory than the import of a small file plus twice the file's size.
  private func expectCheap(_ bytes: [UInt8], status: Int32, _ what: String) throws {
    let small = try cost(of: TinyNetworks.codec().bytes())
    try #require(small.status == 0)
    let found = try cost(of: bytes)
    #expect(found.status == status, "\(what)")
    let growth = found.peakByteCount - small.peakByteCount
    #expect(growth <= 2 * bytes.count + Self.allowance, "\(what): \(growth) bytes for a file of \(bytes.count)")
  }

  @Test func picklesTakeBoundedMemory() throws {
    let count = 12 * Self.megabyte
    let memo = (0..<2 * Self.megabyte).flatMap { [UInt8(ascii: "r")] + little(UInt32($0)) }
    let texts = (0..<Self.megabyte).flatMap { _ in Array("X".utf8) + little(UInt32(4)) + Array("abcd".utf8) }
    for (what, opcodes) in [
      ("lists", [UInt8](repeating: UInt8(ascii: "]"), count: count)), ("memo", [UInt8(ascii: "]")] + memo),
      ("texts", texts), ("marks", [UInt8](repeating: UInt8(ascii: "("), count: count)),
      ("copies", [UInt8(ascii: "]")] + [UInt8](repeating: UInt8(ascii: "2"), count: count)),
    ] {
      try expectCheap(ZipBuilder([ZipBuilder.Entry("m/data.pkl", [0x80, 2] + opcodes)]).bytes(), status: 65, what)
    }
  }

  @Test func archivesTakeBoundedMemory() throws {
    let filling = ZipBuilder.Entry("m/filling", [UInt8](repeating: 7, count: 6 * Self.megabyte))
    let runCount = 11 * Self.megabyte / 258
    let zeros = [UInt8](repeating: 0, count: 258 * runCount + 1)
    let inflated = ZipBuilder.Entry.deflated("m/data.pkl", zeros, data: deflatedZeros(runCount: runCount))
    try expectCheap(ZipBuilder([inflated, filling]).bytes(), status: 65, "a pickle that inflates")

    // The storage inflates to nearly twice the file's size, and the network uses little of it.
    var codec = try TinyNetworks.codec()
    try #require(codec.state[1].0 == "encoder.block.0.bias")
    let storage = codec.storage([], type: "ByteStorage", elementCount: zeros.count)
    codec.state[1].1 = TestCheckpoint.tensor(storage, offset: 0, [2], [1])
    let key = "model/data/\(codec.storages.count - 1)"
    let entries = codec.entries.filter { $0.name != key }
    let large = ZipBuilder.Entry.deflated(key, zeros, data: deflatedZeros(runCount: runCount))
    try expectCheap(ZipBuilder(entries + [large, filling]).bytes(), status: 0, "a storage that inflates")

    var crowded = ZipBuilder((0..<60_000).map { ZipBuilder.Entry("m/\($0)", [UInt8](repeating: 0, count: 64)) })
    crowded.alignment = 1
    crowded.hasZip64End = true
    try expectCheap(crowded.bytes(), status: 65, "entries")
  }
}
