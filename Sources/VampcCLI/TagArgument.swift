import ArgumentParser
import AudioIO
import Bitstream

/// Argument of `--tag`: a tag as `KEY=VALUE`, which a stream can hold.
struct TagArgument: ExpressibleByArgument {
  /// Tag, whose key has been converted to capitals.
  let tag: AudioTag

  /// Bytes that a key may have, as in a Vorbis comment (Vorbis I, section 5.2.2).
  private static let keyCharacters: ClosedRange<UInt8> = 0x20...0x7D

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "=") else { return nil }
    tag = AudioTag(name: String(argument[..<equals]), value: String(argument[argument.index(after: equals)...]))
    guard StreamLimits.tagKeyByteCount.contains(tag.name.utf8.count),
      tag.name.utf8.allSatisfy(Self.keyCharacters.contains),
      StreamLimits.tagValueByteCount.contains(tag.value.utf8.count)
    else { return nil }
  }
}
