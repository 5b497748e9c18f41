/// Conversion between the channel order of Vorbis and Opus and the channel order of WAV, which vampc uses.
///
/// Sources: Vorbis I specification, section 4.3.9; RFC 7845, section 5.1.1.2 (mapping family 1).
enum ChannelOrder {
  /// Returns the Vorbis index of each WAV channel; `nil` if the two orders are equal, or for more than 8 channels,
  /// which have no defined order.
  static func vorbisIndices(channelCount: Int) -> [Int]? {
    switch channelCount {
    case 3: [0, 2, 1]  // L C R → L R C
    case 5: [0, 2, 1, 3, 4]  // L C R Ls Rs → L R C Ls Rs
    case 6: [0, 2, 1, 5, 3, 4]  // L C R Ls Rs LFE → L R C LFE Ls Rs
    case 7: [0, 2, 1, 6, 5, 3, 4]  // L C R SL SR BC LFE → L R C LFE BC SL SR
    case 8: [0, 2, 1, 7, 5, 6, 3, 4]  // L C R SL SR BL BR LFE → L R C LFE BL BR SL SR
    default: nil
    }
  }

  /// Sorts channels from Vorbis order to WAV order.
  static func fromVorbis(_ channels: [[Float]]) -> [[Float]] {
    guard let order = vorbisIndices(channelCount: channels.count) else { return channels }
    return order.map { channels[$0] }
  }

  /// Sorts channels from WAV order to Vorbis order.
  static func toVorbis(_ channels: [[Float]]) -> [[Float]] {
    guard let order = vorbisIndices(channelCount: channels.count) else { return channels }
    var result = channels
    for (wavIndex, vorbisIndex) in order.enumerated() { result[vorbisIndex] = channels[wavIndex] }
    return result
  }
}
