/// Link of a chained Ogg file: one stream, or several streams side by side. A file of another format counts as one
/// link.
struct OggLink: Equatable {
  var byteRange: Range<Int>
  /// Whether the file ends inside a page of this link.
  var isCut = false
  /// First damage of the link; `nil` for an intact link.
  var damage: OggDamage?
}

/// Damage of a link.
struct OggDamage: Equatable {
  /// Number of samples before the damage, by the last intact granule position.
  var sample: Int
  /// Description of the damage.
  var reason: String
}
