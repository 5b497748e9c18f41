import Archive
import Bitstream
import Foundation
import SystemCalls
import TestSupport
import Testing

/// Tests in which every call of the system fails once: a full disk, a failing disk, a disk that stays broken.
@Suite struct FailingCallTests {
  /// Runs `body` with the calls of the system; returns the number of calls and the error.
  private func run(
    failing: (Int, RecordedFileCalls.Fault)?, _ body: () throws -> Void
  ) -> (callCount: Int, error: (any Error)?) {
    let calls = RecordedFileCalls(failing: failing)
    var thrown: (any Error)?
    SystemFileCalls.$current.withValue(calls) {
      do { try body() } catch { thrown = error }
    }
    return (calls.callCount, thrown)
  }

  @Test(arguments: RecordedFileCalls.Fault.allCases)
  func appendLosesNothing(_ fault: RecordedFileCalls.Fault) throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 95)
    var streams: [[UInt8]] = []
    do {
      let writer = try place.writer()
      for index in 0..<15 {
        streams.append(try TestStream.bytes(using: &random))
        try writer.append("r\(index)", hour(index), streams[index])
      }
      // Something to mend.
      try writer.begin(name: "killed", start: hour(40))
      try writer.append(Array(try TestStream.bytes(using: &random).dropLast(4)))
    }
    let before = try place.bytes()
    let long = try TestStream.bytes(TestStream.header(codebooks: 14), blockCount: 4, blockFrames: 150, using: &random)
    func append() throws {
      let writer = try ArchiveWriter(path: place.archive)
      try writer.append("new", hour(50), long)
      try writer.append("newer", hour(51), long)
    }
    let callCount = run(failing: nil, append).callCount
    #expect(callCount > 20)
    for index in 0..<callCount {
      try place.write(before)
      let error = run(failing: (index, fault), append).error
      let comment = "call \(index), \(fault)"
      #expect(error == nil || error is ArchiveError, "\(comment): \(String(describing: error))")
      let bytes = try place.bytes()
      let reader = try ArchiveReader(bytes, search: .complete)
      // Closing a file that has been flushed loses nothing.
      if error == nil {
        for name in ["new", "newer"] { #expect(try reader.stream(named: name) == long, "\(comment): \(name)") }
      }
      for (number, stream) in streams.enumerated() {
        #expect(try reader.stream(named: "r\(number)") == stream, "\(comment)")
      }
      try place.writer().append("next", hour(60), streams[0])
      let mended = try ArchiveReader(try place.bytes())
      for (number, stream) in streams.enumerated() {
        #expect(try mended.stream(named: "r\(number)") == stream, "\(comment)")
      }
      #expect(try mended.stream(named: "next") == streams[0])
      if let new = try mended.recording(named: "new"), new.state == .complete {
        #expect(try mended.stream(named: "new") == long, "\(comment)")
      }
      #expect(try verification(of: try place.bytes()).faults.map(\.description) == [], "\(comment)")
    }
  }

  /// A writer that has failed accepts nothing more: it cannot know what the disk has.
  @Test func failedFlushEndsTheWriter() throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 96)
    let stream = try TestStream.bytes(using: &random)
    try ArchiveWriter(path: place.archive).append("a", hour(0), stream)
    let calls = run(failing: nil) { try ArchiveWriter(path: place.archive).append("b", hour(1), stream) }.callCount
    for index in 0..<calls {
      try place.write([])
      try ArchiveWriter(path: place.archive).append("a", hour(0), stream)
      var writer: ArchiveWriter?
      let error = run(failing: (index, .inputOutput)) {
        writer = try ArchiveWriter(path: place.archive)
        try writer?.append("b", hour(1), stream)
      }.error
      guard case ArchiveError.writeFailed? = error as? ArchiveError, let writer else { continue }
      #expect(throws: ArchiveError.self, "call \(index)") { try writer.finish() }
      #expect(try ArchiveReader(try place.bytes()).stream(named: "a") == stream)
    }
  }

  /// A new archive under its final name is whole or absent, at every failing call of a repair.
  @Test(arguments: RecordedFileCalls.Fault.allCases)
  func repairLeavesNoHalfFile(_ fault: RecordedFileCalls.Fault) throws {
    let place = try ArchivePlace()
    var random = SeededGenerator(seed: 97)
    do {
      let writer = try place.writer()
      for index in 0..<17 { try writer.append("r\(index)", hour(index), try TestStream.bytes(using: &random)) }
    }
    var damaged = try place.bytes()
    damaged[200] ^= 1
    try place.write(damaged)
    let target = place.folder + "/clean.vampa"
    func repair() throws {
      let bytes = try ArchiveFile(reading: place.archive).bytes()
      let file = try ReplacingFile(path: target, replaces: true)
      let writer = try ArchiveWriter(ArchiveFile(descriptor: file.descriptor, path: target), isDurable: false)
      var repair = ArchiveRepair(bytes, into: writer)
      _ = try repair.run { _ in }
      try file.commit()
    }
    let callCount = run(failing: nil, repair).callCount
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: target)))
    for index in 0..<callCount {
      for earlier in [nil, Array("earlier".utf8)] {
        try? FileManager.default.removeItem(atPath: target)
        if let earlier { try Data(earlier).write(to: URL(fileURLWithPath: target)) }
        let error = run(failing: (index, fault), repair).error
        let found = FileManager.default.contents(atPath: target).map { [UInt8]($0) }
        #expect(found == (error == nil ? whole : earlier) || found == whole, "call \(index), \(fault)")
        if error != nil, fault != .broken {
          let hidden = try FileManager.default.contentsOfDirectory(atPath: place.folder).filter {
            $0.contains("partial")
          }
          #expect(hidden.isEmpty, "call \(index), \(fault): \(hidden)")
          for name in hidden { try FileManager.default.removeItem(atPath: place.folder + "/" + name) }
        }
        #expect(try place.bytes() == damaged)
      }
    }
  }
}
