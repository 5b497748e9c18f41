/// Explanation of a figure and its limits, for the last section of the page.
public struct ReportExplanation: Equatable, Sendable {
  /// Title of the explanation.
  public var title: String
  /// Text of the explanation.
  public var text: String

  /// Creates an explanation.
  public init(title: String, text: String) {
    self.title = title
    self.text = text
  }
}
