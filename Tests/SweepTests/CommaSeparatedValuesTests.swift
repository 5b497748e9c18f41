import Sweep
import Testing

@Suite struct CommaSeparatedValuesTests {
  @Test(arguments: [
    ("song.wav", "song.wav"), ("-3.2", "-3.2"), ("+4", "+4"), ("-1.5e-07", "-1.5e-07"), ("", ""),
    ("=1+1", "'=1+1"), ("+1+1", "'+1+1"), ("-1+1", "'-1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("-", "'-"), ("+.", "'+."),
    ("-inf", "'-inf"), ("-0x1p3", "'-0x1p3"),
    ("\t=1", "'\t=1"), ("\r=1", "\"'\r=1\""), ("\n=1", "\"'\n=1\""), ("\u{FF1D}1", "'\u{FF1D}1"),
    ("=HYPERLINK(\"a\",\"b\")", "\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\""),
    ("a,=1", "\"a,=1\""), ("'a", "'a"), ("'=1", "''=1"), ("''=1", "'''=1"), ("a\"\u{301}b", "\"a\"\"\u{301}b\""),
  ])
  func fieldsAreNoFormulas(field: String, written: String) {
    #expect(CommaSeparatedValues.line([field]) == written)
    #expect(CommaSeparatedValues.line(["x", field]) == "x," + written)
    #expect(CommaSeparatedValues.rows(of: "x,\(written)\n") == [["x", field]])
  }
}
