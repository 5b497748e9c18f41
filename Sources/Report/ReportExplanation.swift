/// Explanation of a metric and its limits, for the last section of the page.
public struct ReportExplanation: Equatable, Sendable {
  /// Heading above the explanation, as plain text.
  public var title: String
  /// Paragraph of the explanation, as plain text.
  public var text: String

  /// Explanation with the given heading and paragraph.
  public init(title: String, text: String) {
    self.title = title
    self.text = text
  }
}
