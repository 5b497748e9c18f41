import Report
import Testing

@Suite struct MarkupTests {
  @Test func escapesStringsAndKeepsMarkup() {
    let name = "<script>&\"'"
    let inner: Markup = "<b>\(name)</b>"
    let outer: Markup = "<p title=\"\(name)\">\(inner) \(3) \(1.5)</p>"
    let escaped = "&lt;script&gt;&amp;&quot;&#39;"
    #expect(outer.text == "<p title=\"\(escaped)\"><b>\(escaped)</b> 3 1.5</p>")
  }

  @Test func replacesWhatXMLForbids() {
    #expect(Markup.escaped("a\u{0}b\u{1B}c\td\u{FFFF}") == "a\u{FFFD}b\u{FFFD}c\td\u{FFFD}")
  }

  @Test(arguments: [("VGGish", "vggish"), ("a/b  c", "a-b-c"), ("--", "unnamed"), ("../x", "x")])
  func makesFileNames(text: String, slug: String) {
    #expect(Slug.of(text) == slug)
  }
}
