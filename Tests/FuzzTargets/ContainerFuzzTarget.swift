import Bitstream
import Tokens

extension FuzzTarget {
  /// Readers of containers.
  ///
  /// Bit 0 of the input's first byte says whether the records of the rest get correct lengths and checksums first. Bits
  /// 1 to 7 give the size of the pushed chunks in bytes; 0 pushes all bytes at once.
  public static let container = FuzzTarget(name: "container") { input in
    guard let mode = input.first else { return }
    let rest = Array(input.dropFirst())
    let bytes = mode & 1 == 1 ? RecordRepair.repaired(rest) : rest
    let chunkByteCount = mode >> 1 == 0 ? max(1, bytes.count) : Int(mode >> 1)

    let strict = Reading(bytes, .strict, chunkByteCount: bytes.count)
    try require(
      Reading(bytes, .strict, chunkByteCount: chunkByteCount) == strict, "chunks of \(chunkByteCount) bytes differ")
    let lenient = Reading(bytes, .lenient, chunkByteCount: chunkByteCount)
    try requireAgreement(strict, lenient, byteCount: bytes.count)
    try StreamOrder.check(strict.events, byteCount: bytes.count)
    try StreamOrder.check(lenient.events, byteCount: bytes.count)
    try requireWalksAgree(bytes, strict)
    for run in BlockRun.all(of: lenient.events) { try run.requireRoundTrip() }
  }
}

/// Events and error of one reading of an input.
private struct Reading: Equatable {
  var events: [StreamEvent] = []
  var error: BitstreamError?

  init(_ bytes: [UInt8], _ policy: DamagePolicy, chunkByteCount: Int) {
    var decoder = StreamDecoder(policy: policy)
    do {
      for start in stride(from: 0, to: bytes.count, by: max(1, chunkByteCount)) {
        decoder.push(Array(bytes[start..<min(start + chunkByteCount, bytes.count)]))
        while let event = try decoder.next() { events.append(event) }
      }
      decoder.finish()
      while let event = try decoder.next() { events.append(event) }
    } catch let error as BitstreamError {
      self.error = error
    } catch {
      preconditionFailure("an error of another module: \(error)")
    }
  }
}

/// Requires that a lenient reader never throws, returns the events of a strict reader up to its fault, and reports
/// damage only if there is a fault.
private func requireAgreement(_ strict: Reading, _ lenient: Reading, byteCount: Int) throws {
  if let error = lenient.error { throw FuzzFinding("a lenient reader throws: \(error)") }
  let damages = lenient.events.compactMap { if case .damage(let damage) = $0 { damage } else { nil } }
  guard let error = strict.error else {
    return try require(lenient.events == strict.events, "an intact input reads otherwise when damage is allowed")
  }
  let offset = error.byteOffset ?? -1
  try require((0...byteCount).contains(offset), "fault at byte \(offset) of \(byteCount): \(error)")
  try require(damages.first?.reason == error, "\(error) becomes \(String(describing: damages.first))")
  try require(lenient.events.starts(with: strict.events), "events before the first fault differ")
}

/// Requires that walks survive any input, and agree with the reader on an intact one.
private func requireWalksAgree(_ bytes: [UInt8], _ strict: Reading) throws {
  var outlines: [StreamWalk.Outline] = []
  var walk = StreamWalk(bytes)
  do {
    while let outline = try walk.next() { outlines.append(outline) }
  } catch let error as BitstreamError {
    return try require(strict.error != nil, "a walk through an intact input throws: \(error)")
  }
  var records = RecordWalk(bytes)
  var header: StreamHeader?
  do {
    while let record = try records.next() {
      header = record.header ?? header
      if record.ancillaryType == nil { _ = try records.record(record, header: header) }
    }
  } catch let error as BitstreamError {
    return try require(strict.error != nil, "a record of an intact input: \(error)")
  }
  guard strict.error == nil else { return }
  let trailers = strict.events.compactMap { if case .trailer(let trailer) = $0 { trailer.sampleCount } else { nil } }
  try require(outlines.map(\.sampleCount) == trailers, "a walk and a reader find other streams")
  let blockCount = strict.events.count { if case .block = $0 { true } else { false } }
  try require(outlines.reduce(0) { $0 + $1.blockCount } == blockCount, "a walk and a reader find other blocks")
}

/// Checks of the order and content of events.
private struct StreamOrder {
  private var header: StreamHeader?
  private var nextFrame: Int?
  private var lastDamagedByte = 0

  static func check(_ events: [StreamEvent], byteCount: Int) throws {
    var order = StreamOrder()
    for event in events { try order.accept(event, byteCount: byteCount) }
  }

  private mutating func accept(_ event: StreamEvent, byteCount: Int) throws {
    switch event {
    case .header(let header):
      self.header = header
      nextFrame = nil
    case .block(let block):
      guard let header else { throw FuzzFinding("a block without a header") }
      try require(nextFrame == nil || nextFrame == block.firstFrame, "block at \(block.firstFrame), due \(nextFrame!)")
      nextFrame = block.frames.upperBound
      try Self.checkShape(of: block, header)
    case .trailer(let trailer):
      try require(header != nil, "a trailer without a header")
      try require((0...StreamLimits.sampleCount).contains(trailer.sampleCount), "\(trailer.sampleCount) samples")
      header = nil
    case .damage(let damage):
      let range = damage.byteRange
      try require(range.lowerBound >= lastDamagedByte && range.upperBound <= byteCount, "damage of bytes \(range)")
      lastDamagedByte = range.lowerBound
      guard let lost = damage.lostFrames else { return }
      try require(!lost.isEmpty && header != nil, "frames \(lost) lost of no stream")
      try require(nextFrame ?? 0 == lost.lowerBound, "frames \(lost) lost, due \(nextFrame ?? 0)")
      nextFrame = lost.upperBound
    }
  }

  private static func checkShape(of block: StreamBlock, _ header: StreamHeader) throws {
    try require((1...header.blockFrameLimit).contains(block.frameCount), "\(block.frameCount) frames")
    try require(block.grids.count == header.codedChannelCount, "\(block.grids.count) channels")
    try require((block.gain != nil) == (header.gain == .perBlock), "gain of a block")
    let mask = block.mask
    try require(mask.codebookCount == header.geometry.codebookCount, "\(mask.codebookCount) codebooks in a mask")
    let periodic = TokenMask(keeping: header.prompt, codebookCount: mask.codebookCount, frames: block.frames)
    if block.isLost(from: header.prompt) {
      // A lost block keeps nothing, whatever the period says.
    } else if header.hasBlockMasks {
      try require(
        zip(mask.keptFlags, periodic.keptFlags).allSatisfy { $0 || !$1 }, "a mask hides what the period keeps")
    } else {
      try require(mask == periodic, "a mask in a stream without masks")
    }
    for grid in block.grids {
      try require(
        grid.codebookCount == mask.codebookCount && grid.frameCount == mask.frameCount, "grid and mask differ in shape")
      try require(
        zip(grid.tokens, mask.keptFlags).allSatisfy { Int($0) < ($1 ? header.geometry.codebookSize : 1) },
        "token beyond its codebook")
    }
  }
}

/// Consecutive blocks of one stream.
private struct BlockRun {
  /// Largest number of tokens, masked ones included, that are written again. Writing takes most of the time.
  private static let tokenLimit = 16_384

  let header: StreamHeader
  var blocks: [StreamBlock] = []

  static func all(of events: [StreamEvent]) -> [BlockRun] {
    var runs: [BlockRun] = []
    for event in events {
      switch event {
      case .header(let header): runs.append(BlockRun(header: header))
      case .block(let block): runs[runs.count - 1].blocks.append(block)
      case .trailer: break
      case .damage(let damage):
        if damage.lostFrames != nil, let header = runs.last?.header { runs.append(BlockRun(header: header)) }
      }
    }
    return runs
  }

  /// Requires that the blocks can be written and are then read unchanged.
  func requireRoundTrip() throws {
    guard blocks.reduce(0, { $0 + $1.mask.keptFlags.count * $1.grids.count }) <= Self.tokenLimit else { return }
    var bytes: [UInt8] = []
    do {
      var encoder = try StreamEncoder(header: header)
      for block in blocks { bytes += try encoder.encode(block) }
      bytes += try encoder.finish(sampleCount: blocks.count)
    } catch {
      throw FuzzFinding("what was read cannot be written: \(error)")
    }
    let again = Reading(bytes, .strict, chunkByteCount: bytes.count)
    try require(again.error == nil, "what was written cannot be read: \(again.error!)")
    let expected = [.header(header)] + blocks.map { StreamEvent.block($0) }
    try require(Array(again.events.dropLast()) == expected, "what was written reads otherwise")
  }
}
