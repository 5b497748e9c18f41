/// Conversion of any text to a name for files and HTML ids.
package enum Slug {
  /// Name of the lower-case ASCII letters and digits of `text`. A hyphen replaces each run of other characters between
  /// them. A text without letters and digits becomes `unnamed`.
  package static func of(_ text: String) -> String {
    var slug = ""
    for scalar in text.lowercased().unicodeScalars {
      switch scalar {
      case "a"..."z", "0"..."9": slug.unicodeScalars.append(scalar)
      default: if !slug.isEmpty, !slug.hasSuffix("-") { slug += "-" }
      }
    }
    while slug.hasSuffix("-") { slug.removeLast() }
    return slug.isEmpty ? "unnamed" : slug
  }
}
