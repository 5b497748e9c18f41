import Signal

internal import CSndfile

/// Input and output callbacks of libsndfile for a ``VirtualFile``.
let sndfileCalls = SF_VIRTUAL_IO(
  get_filelen: { $0.map { Int64(VirtualFile.from($0).byteCount()) } ?? 0 },
  seek: { offset, whence, data in data.map { Int64(VirtualFile.from($0).seek(Int(offset), whence)) } ?? -1 },
  read: { target, count, data in
    guard let target, let data else { return 0 }
    return Int64(VirtualFile.from(data).read(into: target, count: Int(count)))
  },
  write: { source, count, data in
    guard let source, let data else { return 0 }
    return Int64(VirtualFile.from(data).write(source, count: Int(count)))
  },
  tell: { $0.map { Int64(VirtualFile.from($0).position) } ?? -1 })

/// String kinds of libsndfile and the tag name of each.
let sndfileStringKinds: [(kind: Int32, name: String)] = [
  (Int32(SF_STR_TITLE), "TITLE"), (Int32(SF_STR_ARTIST), "ARTIST"), (Int32(SF_STR_ALBUM), "ALBUM"),
  (Int32(SF_STR_DATE), "DATE"), (Int32(SF_STR_TRACKNUMBER), "TRACKNUMBER"), (Int32(SF_STR_GENRE), "GENRE"),
  (Int32(SF_STR_COMMENT), "COMMENT"), (Int32(SF_STR_COPYRIGHT), "COPYRIGHT"), (Int32(SF_STR_LICENSE), "LICENSE"),
  (Int32(SF_STR_SOFTWARE), "SOFTWARE"),
]

/// Channel map values of libsndfile and the loudspeaker of each.
private let sndfileSpeakers: [Int: SpeakerPosition] = [
  SF_CHANNEL_MAP_MONO: .frontCentre, SF_CHANNEL_MAP_LEFT: .frontLeft, SF_CHANNEL_MAP_RIGHT: .frontRight,
  SF_CHANNEL_MAP_CENTER: .frontCentre, SF_CHANNEL_MAP_FRONT_LEFT: .frontLeft,
  SF_CHANNEL_MAP_FRONT_RIGHT: .frontRight, SF_CHANNEL_MAP_FRONT_CENTER: .frontCentre,
  SF_CHANNEL_MAP_REAR_CENTER: .backCentre, SF_CHANNEL_MAP_REAR_LEFT: .backLeft,
  SF_CHANNEL_MAP_REAR_RIGHT: .backRight, SF_CHANNEL_MAP_LFE: .lowFrequency,
  SF_CHANNEL_MAP_FRONT_LEFT_OF_CENTER: .frontLeftOfCentre,
  SF_CHANNEL_MAP_FRONT_RIGHT_OF_CENTER: .frontRightOfCentre, SF_CHANNEL_MAP_SIDE_LEFT: .sideLeft,
  SF_CHANNEL_MAP_SIDE_RIGHT: .sideRight, SF_CHANNEL_MAP_TOP_CENTER: .topCentre,
  SF_CHANNEL_MAP_TOP_FRONT_LEFT: .topFrontLeft, SF_CHANNEL_MAP_TOP_FRONT_RIGHT: .topFrontRight,
  SF_CHANNEL_MAP_TOP_FRONT_CENTER: .topFrontCentre, SF_CHANNEL_MAP_TOP_REAR_LEFT: .topBackLeft,
  SF_CHANNEL_MAP_TOP_REAR_RIGHT: .topBackRight, SF_CHANNEL_MAP_TOP_REAR_CENTER: .topBackCentre,
].reduce(into: [:]) { $0[Int($1.key)] = $1.value }

/// Returns the loudspeakers that a file, such as a CAF file, names; `nil` if the file names none, or names a channel
/// that is no loudspeaker.
func sndfileSpeakerLayout(of handle: OpaquePointer, channelCount: Int) -> SpeakerLayout? {
  var map = [Int32](repeating: 0, count: channelCount)
  let byteCount = Int32(channelCount * MemoryLayout<Int32>.size)
  let isKnown = map.withUnsafeMutableBytes {
    sf_command(handle, Int32(SFC_GET_CHANNEL_MAP_INFO), $0.baseAddress, byteCount)
  }
  let positions = map.compactMap { sndfileSpeakers[Int($0)] }
  return isKnown != 0 && positions.count == channelCount ? SpeakerLayout(positions) : nil
}

/// Returns an error text of libsndfile as a lower-case phrase without a full stop.
func sndfileReason(_ text: String) -> String {
  var reason = text.prefix(1).lowercased() + text.dropFirst()
  while reason.hasSuffix(".") || reason.hasSuffix(" ") { reason.removeLast() }
  return reason
}
