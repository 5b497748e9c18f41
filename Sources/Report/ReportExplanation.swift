/// What a figure can and cannot tell, for the page's last section.
public struct ReportExplanation: Equatable, Sendable {
  public var title: String
  public var text: String

  public init(title: String, text: String) {
    self.title = title
    self.text = text
  }
}
