import Bitstream

/// Step of decoding or repairing a stream, derived from the events of its reader.
enum StreamStep: Equatable {
  /// A stream begins.
  case header(StreamHeader)
  /// The first frame of the open stream is known. `absentFrameCount` frames before it were never in the input; nil
  /// where the input holds the stream from its beginning.
  case start(frame: Int, absentFrameCount: Int?)
  /// The next block of the open stream has been received.
  case block(StreamBlock)
  /// The next frames, given by their absolute numbers, are lost. If these frames are the beginning of the stream,
  /// `next` is the block behind them; otherwise `next` is nil.
  case lost(Range<Int>, StreamDamage, next: StreamBlock?)
  /// Damage that adds no lost frames to the output. `lost` are the absolute numbers of the frames that the damage took
  /// from the input; nil where no such frames are known.
  case damage(StreamDamage, lost: Range<Int>?)
  /// The open stream has ended. `sampleCount` is the length that its trailer states, in samples per channel at the
  /// source's rate; nil where the trailer is lost.
  case end(sampleCount: Int?)
}

/// Interpreter that turns a reader's events into steps. The interpreter decides which frames are lost and which were
/// never in the input.
struct StreamInterpreter {
  /// Phase of reading an input.
  enum State: Equatable {
    /// No stream is open.
    case idle
    /// A stream is open, but its first frame is not known. `beginning` is damage that took frames in front of the first
    /// intact block; nil without such damage.
    case awaitingFirstBlock(StreamHeader, beginning: StreamDamage?)
    /// Frames of a stream have been received.
    case decoding(StreamHeader)
  }

  private(set) var state = State.idle

  /// Interpreter of an input from its beginning.
  init() {}

  /// Interpreter of an input that begins inside a stream.
  init(inside header: StreamHeader) { state = .decoding(header) }

  /// Steps that follow from the next event, in order.
  mutating func steps(for event: StreamEvent) -> [StreamStep] {
    switch event {
    case .header(let header):
      let before = end(sampleCount: nil)
      state = .awaitingFirstBlock(header, beginning: nil)
      return before + [.header(header)]
    case .block(let block): return steps(for: block)
    case .trailer(let trailer): return end(sampleCount: trailer.sampleCount)
    case .damage(let damage): return steps(for: damage)
    }
  }

  /// Steps that end the open stream; none where no stream is open.
  ///
  /// - Parameter sampleCount: Samples per channel of the recording at the source's rate, as the trailer states them;
  ///   nil where the trailer is lost.
  mutating func end(sampleCount: Int?) -> [StreamStep] {
    defer { state = .idle }
    switch state {
    case .idle: return []
    case .decoding: return [.end(sampleCount: sampleCount)]
    case .awaitingFirstBlock(_, let beginning):
      let damage = beginning.map { StreamStep.damage($0, lost: $0.lostFrames) }
      return [damage].compactMap(\.self) + [.end(sampleCount: sampleCount)]
    }
  }

  private mutating func steps(for block: StreamBlock) -> [StreamStep] {
    switch state {
    case .idle: return []
    case .decoding: return [.block(block)]
    case .awaitingFirstBlock(let header, let beginning):
      state = .decoding(header)
      guard let beginning, let lost = beginning.lostFrames else {
        return [.start(frame: block.firstFrame, absentFrameCount: nil), .block(block)]
      }
      guard LossPolicy.wasInInput(lost, beginning, next: block, header) else {
        return [
          .damage(beginning, lost: nil), .start(frame: block.firstFrame, absentFrameCount: lost.count), .block(block),
        ]
      }
      return [
        .start(frame: lost.lowerBound, absentFrameCount: nil), .lost(lost, beginning, next: block), .block(block),
      ]
    }
  }

  private mutating func steps(for damage: StreamDamage) -> [StreamStep] {
    guard let lost = damage.lostFrames else { return [.damage(damage, lost: nil)] }
    switch state {
    case .idle: return [.damage(damage, lost: nil)]
    case .awaitingFirstBlock(let header, _):
      state = .awaitingFirstBlock(header, beginning: damage)
      return []
    case .decoding: return [.lost(lost, damage, next: nil)]
    }
  }
}
