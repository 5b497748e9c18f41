public import AudioIO

/// Changes to the tags of an input on their way into a stream.
public struct TagChanges: Equatable, Sendable {
  /// Whether the tags of the input are kept.
  public var keepsInputTags: Bool
  /// Tags to store in place of all input tags with the same name. A tag with an empty value only removes the input tags
  /// of this name.
  public var replacements: [AudioTag]

  /// No changes, unless the parameters say otherwise.
  public init(keepsInputTags: Bool = true, replacements: [AudioTag] = []) {
    self.keepsInputTags = keepsInputTags
    self.replacements = replacements
  }

  /// Tags of the stream: the input's tags that are kept and not replaced, then the replacements with a value, in order.
  func apply(to tags: [AudioTag]) -> [AudioTag] {
    let replaced = Set(replacements.map(\.name))
    let kept = keepsInputTags ? tags.filter { !replaced.contains($0.name) } : []
    return kept + replacements.filter { !$0.value.isEmpty }
  }
}
