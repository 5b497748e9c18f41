/// Step of decoding an MPEG stream.
enum MPEGStep {
  /// The next frame begins a file or follows a gap: the decoder forgets all earlier frames.
  case begin(MPEGFrameHeader)
  /// Decode a frame and keep a range of its samples, counted from the start of the frame.
  case decode(MPEGFrame, kept: Range<Int>)
  /// Decode a damaged frame only because later frames depend on it, and report `sampleCount` samples per channel as
  /// lost.
  case discard(MPEGFrame, sampleCount: Int, reason: String)
  /// Keep also the samples that were cut as padding from the end of the previous frames.
  case restoreEnd
  /// Report `sampleCount` samples per channel as lost.
  case lost(sampleCount: Int, reason: String)
  /// The stream ends before the `expectedSampleCount` samples per channel that it should have.
  case cutOff(expectedSampleCount: Int)
}

/// Timeline of an MPEG stream: which samples of each frame belong to the recording, and which samples are lost.
///
/// A stream consists of one file or of several joined files. A new file begins at an info frame, at a frame whose
/// format differs from the format of the current file, or at the first frame behind unknown bytes that follow the last
/// frame that the current file states. The timeline needs no decoded samples, so one pass without decoding gives the
/// length of an input.
struct MPEGTimeline {
  /// Number of lost frames in each gap, keyed by the byte offset of the frame behind the gap. The number for a gap that
  /// has no entry is estimated from the number of bytes in the gap.
  var gapFrameCounts: [Int: Int]
  /// Whether the end of a file, where the number of missing frames is known, corrects ``gapFrameCounts``.
  private var correctsGaps = false
  /// Number of samples per channel of the recording so far, lost samples included.
  private(set) var sampleCount = 0
  private var file: File?
  /// Number of bytes before the next frame that are neither frames nor tags.
  private var unknownByteCount = 0
  /// Whether one of the `unknownByteCount` bytes is not zero.
  private var hasUnknownSound = false
  /// Whether the input ends within a frame.
  private var hasIncompleteFrame = false

  /// Largest number of gaps of a file that are remembered, so that their lengths can be corrected.
  private static let largestGapCount = 65_536
  /// Largest number of unknown bytes at the end of an input that do not count as damage.
  private static let harmlessByteCount = 4096

  init(gapFrameCounts: [Int: Int]) { self.gapFrameCounts = gapFrameCounts }

  /// Returns a copy whose passage to the end of the input corrects ``gapFrameCounts``.
  func correctingGaps(from gapFrameCounts: [Int: Int]) -> MPEGTimeline {
    var copy = self
    copy.gapFrameCounts = gapFrameCounts
    copy.correctsGaps = true
    return copy
  }

  /// State of one of the joined files.
  private struct File {
    private static let largestReservoirByteCount = 511

    let header: MPEGFrameHeader
    var info: MPEGInfoFrame?
    /// Number of the next frame.
    var frameIndex = 0
    /// Number of samples per channel of the recording before the file.
    var sampleStart: Int
    /// Number of frames found so far; lost frames do not count.
    var foundFrameCount = 0
    /// Sum of the lengths of the frames found so far, in bytes.
    var foundByteCount = 0
    /// Number of main data bytes that the next frame may use.
    var reservoirByteCount = 0
    /// Whether a frame of the file had all bytes that it depends on.
    var hasSound = false
    /// Whether a checksum has been correct. Only then do wrong checksums count as damage, because some encoders never
    /// write a correct checksum.
    var hasCorrectChecksum = false
    var gaps: [(byteOffset: Int, byteCount: Int, frameCount: Int)] = []

    var statedFrameCount: Int? { info?.frameCount }

    /// Returns the number of samples per channel of the recording that the file has before a frame. `frameIndex` counts
    /// from 0, lost frames included and the info frame excluded.
    func position(_ frameIndex: Int) -> Int {
      let count = header.sampleCount
      guard let padding = info?.padding else { return frameIndex * count }
      guard let stated = statedFrameCount else { return max(0, frameIndex * count - padding.startSampleCount) }
      let end = min(frameIndex * count, stated * count - padding.endSampleCount)
      return max(0, end - padding.startSampleCount) + max(0, frameIndex - stated) * count
    }

    /// Returns the samples of a frame that belong to the recording, counted from the start of the frame.
    func kept(_ frameIndex: Int) -> Range<Int> {
      let count = position(frameIndex + 1) - position(frameIndex)
      let start = (info?.padding?.startSampleCount ?? 0) - frameIndex * header.sampleCount
      let lower = count == header.sampleCount ? 0 : min(header.sampleCount - count, max(0, start))
      return lower..<lower + count
    }

    /// Returns why a frame cannot be decoded; `nil` for an intact frame.
    ///
    /// The first frames of a stream that was cut out of another stream depend on bytes that are not there. These frames
    /// are decoded to silence and are no damage.
    func damage(_ frame: MPEGFrame, _ side: MPEGSideInformation?) -> String? {
      guard header.layer == 3 else { return nil }
      let place = "the MPEG frame at byte \(frame.byteOffset)"
      guard let side else { return "\(place) is damaged" }
      if hasCorrectChecksum, side.hasCorrectChecksum == false { return "bad checksum of \(place)" }
      if !side.isPossible { return "\(place) is damaged" }
      if hasSound, side.reservoirByteCount > reservoirByteCount { return "\(place) depends on lost bytes" }
      return nil
    }

    /// Counts a frame that was found.
    mutating func add(_ frame: MPEGFrame, _ side: MPEGSideInformation?) {
      frameIndex += 1
      foundFrameCount += 1
      foundByteCount += frame.bytes.count
      guard let side else { return }
      if side.reservoirByteCount <= reservoirByteCount { hasSound = true }
      if side.hasCorrectChecksum == true { hasCorrectChecksum = true }
      reservoirByteCount = min(Self.largestReservoirByteCount, reservoirByteCount + side.mainDataByteCount)
    }

    /// Adds the samples that were cut as padding at the end of the file to the recording, and returns their number per
    /// channel.
    mutating func keepEnd() -> Int {
      let count = position(frameIndex)
      info?.padding?.endSampleCount = 0
      return position(frameIndex) - count
    }
  }

  /// Number of samples per channel of the recording before the current file.
  var fileSampleStart: Int { file?.sampleStart ?? 0 }
  /// Number of samples per channel that the current file states; `nil` if the file states none.
  var statedSampleCount: Int? { file.flatMap { file in file.statedFrameCount.map(file.position) } }

  /// Returns the steps for the next item of a stream.
  mutating func add(_ item: MPEGItem) -> [MPEGStep] {
    switch item {
    case .info(let info):
      return begin(File(header: info.header, info: info, sampleStart: 0))
    case .frame(let frame):
      guard let header = file?.header, header.isSameStream(as: frame.header) else {
        return begin(File(header: frame.header, sampleStart: 0)) + add(frame)
      }
      return add(frame)
    case .tag:
      // Bytes in front of a tag are padding, not lost frames.
      (unknownByteCount, hasUnknownSound) = (0, false)
      return []
    case .unknown(let byteCount, let isZero):
      unknownByteCount += byteCount
      hasUnknownSound = hasUnknownSound || !isZero
      return []
    case .incompleteFrame:
      // A stream has no mark of its end: a stream that was recorded may end within a frame, which is no damage.
      hasIncompleteFrame = true
      return []
    }
  }

  /// Returns the steps behind the last item of a stream.
  mutating func finish() -> [MPEGStep] {
    guard let file else { return [] }
    if let expected = missingEnd() { return [.cutOff(expectedSampleCount: expected)] }
    guard hasUnknownSound, unknownByteCount > Self.harmlessByteCount, file.statedFrameCount == nil else { return [] }
    return [.lost(sampleCount: 0, reason: "\(unknownByteCount) bytes at the end are no MPEG frames")]
  }

  /// Returns the number of samples per channel of the recording up to the stated end of the current file; `nil` if the
  /// file has all frames that it states, or states no number of frames.
  private mutating func missingEnd() -> Int? {
    guard var file, let stated = file.statedFrameCount, stated != file.frameIndex else { return nil }
    // The longest gap is taken to have lost the frames that are missing.
    if correctsGaps, !hasIncompleteFrame, let gap = file.gaps.max(by: { $0.byteCount < $1.byteCount }),
      abs(stated - file.frameIndex) <= file.foundFrameCount
    {
      let frameCount = max(1, gap.frameCount + stated - file.frameIndex)
      gapFrameCounts[gap.byteOffset] = frameCount
      sampleCount -= file.position(file.frameIndex)
      file.frameIndex += frameCount - gap.frameCount
      sampleCount += file.position(file.frameIndex)
      self.file = file
    }
    // Encoders that do not write LAME's tag may count the info frame, too.
    guard stated > file.frameIndex + (file.info?.padding == nil ? 1 : 0) else { return nil }
    return file.sampleStart + file.position(stated)
  }

  private mutating func begin(_ next: File) -> [MPEGStep] {
    var steps: [MPEGStep] = []
    if let expected = missingEnd() {
      steps.append(lost(expected - sampleCount, "a joined file ends too early"))
    }
    var file = next
    file.sampleStart = sampleCount
    self.file = file
    (unknownByteCount, hasUnknownSound) = (0, false)
    return steps + [.begin(next.header)]
  }

  private mutating func lost(_ count: Int, _ reason: String) -> MPEGStep {
    sampleCount += count
    return .lost(sampleCount: count, reason: reason)
  }

  private mutating func add(_ frame: MPEGFrame) -> [MPEGStep] {
    var steps = gap(before: frame)
    guard var file else { return [] }
    let side = frame.sideInformation
    let index = file.frameIndex
    if index == file.statedFrameCount, let side, side.reservoirByteCount > 0,
      file.info?.padding?.endSampleCount ?? 0 > 0
    {
      // The stated number of frames is wrong: this frame continues the frames before.
      steps.append(.restoreEnd)
      sampleCount += file.keepEnd()
    }
    let kept = file.kept(index)
    if let reason = file.damage(frame, side) {
      steps.append(.discard(frame, sampleCount: kept.count, reason: reason))
    } else {
      steps.append(.decode(frame, kept: kept))
    }
    file.add(frame, side)
    sampleCount += kept.count
    self.file = file
    return steps
  }

  /// Returns the steps for unknown bytes before a frame.
  private mutating func gap(before frame: MPEGFrame) -> [MPEGStep] {
    defer { (unknownByteCount, hasUnknownSound) = (0, false) }
    guard unknownByteCount > 0, var file, file.info != nil || file.foundFrameCount > 0 else { return [] }
    if let stated = file.statedFrameCount, file.frameIndex >= stated {
      return begin(File(header: frame.header, sampleStart: 0))
    }
    let meanByteCount = Double(file.foundByteCount + frame.bytes.count) / Double(file.foundFrameCount + 1)
    let estimate = max(1, Int((Double(unknownByteCount) / meanByteCount).rounded()))
    let frameCount = gapFrameCounts[frame.byteOffset] ?? estimate
    if file.gaps.count < Self.largestGapCount { file.gaps.append((frame.byteOffset, unknownByteCount, frameCount)) }
    let count = file.position(file.frameIndex + frameCount) - file.position(file.frameIndex)
    file.frameIndex += frameCount
    file.reservoirByteCount = 0
    self.file = file
    let reason = "\(unknownByteCount) bytes before byte \(frame.byteOffset) are no MPEG frames"
    return [lost(count, reason), .begin(file.header)]
  }
}
