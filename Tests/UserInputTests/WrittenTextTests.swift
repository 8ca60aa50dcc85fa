import Testing
import UserInput

@Suite("Text that goes out")
struct WrittenTextTests {
  @Test("What a spreadsheet would run gets an apostrophe, numbers and other text do not")
  func guarded() {
    for text in [
      "=1+1", "=cmd|' /C calc'!A0", "+1-2", "-a", "@SUM(A1)", "\t=1", "\r=1", "--1", "-1.5.2", "+", "\u{FF1D}1",
    ] {
      let expected = text.count == 1 ? text : "'" + text
      #expect(SpreadsheetText.guarded(text) == expected, "\(text.debugDescription)")
    }
    for text in ["", "-1", "+1.5", "-.5", "-1e-5", "1=1", "a", " =1", "'a", "-", "@", "slide-1"] {
      #expect(SpreadsheetText.guarded(text) == text)
    }
  }

  @Test("Every text can be had back, and no two become one")
  func restored() {
    let parts = ["", "'", "''", "=", "-", "+", "@", "1", "-1", "=1", "'=1", "a", "\t", "\r\n", "-1.5"]
    let texts = Set(parts.flatMap { first in parts.map { first + $0 } })
    for text in texts { #expect(SpreadsheetText.restored(SpreadsheetText.guarded(text)) == text) }
    #expect(Set(texts.map(SpreadsheetText.guarded)).count == texts.count)
  }

  @Test("Control characters are made visible, other characters stay")
  func printable() {
    #expect("a\u{0}b\u{1B}[2Jc\u{7F}".printable == "a\u{2400}b\u{241B}[2Jc\u{2421}")
    #expect("\u{9B}\u{FFFF}\u{202E}".printable == "[U+009B][U+FFFF][U+202E]")
    for text in ["", "tab\tline\nreturn\r\n", "äé漢字👩‍👩‍👧 ±−"] { #expect(text.printable == text) }
  }

  @Test("Visible forms of different characters differ, and stay as they are")
  func printableStaysDistinct() {
    let codes = Array(0..<0x100) + Array(0x2020...0x2070) + [0xFFFD, 0xFFFE, 0xFFFF]
    let texts = codes.compactMap { Unicode.Scalar(UInt32($0)).map { String($0) } }
    #expect(texts.count == codes.count && Set(texts.map(\.printable)).count == texts.count)
    for text in texts { #expect(text.printable.printable == text.printable) }
  }
}
