import Foundation
import Testing
import UserInput

@Suite("JSON5 documents")
struct DocumentTests {
  struct Item: Decodable {
    let name: String
    let size: Int?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case name, size
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
      name = try fields.decode(String.self, forKey: .name)
      size = try fields.decodeWholeIfPresent(Int.self, forKey: .size)
    }
  }

  private func read(_ text: String) throws -> [Item] {
    try decodeJSON5([String: [Item]].self, from: Data(text.utf8), file: "f.json5")["items"] ?? []
  }

  @Test("Comments, bare keys, single quotes and trailing commas are read")
  func reads() throws {
    let items = try read("// Two.\n{items: [{name: 'a', size: 0x10}, /* last */ {\"name\": \"b\",},],}")
    #expect(items.map(\.name) == ["a", "b"])
    #expect(items.map(\.size) == [16, nil])
  }

  @Test(
    "What does not fit is named on one line, with its key path or its line and column",
    arguments: [
      (
        "{items: [{name: 'a'}, {nam: 'b'}]}",
        "items[1]: unknown key \"nam\", expected one of name, size; did you mean \"name\"?"
      ),
      (
        "{items: [{name: 'a', siz: 1}]}",
        "items[0]: unknown key \"siz\", expected one of name, size; did you mean \"size\"?"
      ),
      ("{items: [{size: 1}]}", "items[0]: the key \"name\" is missing"),
      ("{items: [{name: 1}]}", "items[0].name: no text there"),
      ("{items: [{name: null}]}", "items[0].name: no text there"),
      ("{items: 'x'}", "items: no list or object there"),
      (
        "{items: [{name: 'a', size: 1.5}]}",
        "items[0].size: 1.5, expected a whole number from \(Int.min) to \(Int.max)"
      ),
      ("{items: [\n  {name: 'a' size: 1}]}", "line 2, column 14: found \"size: 1}]}\", expected a comma or }"),
      (
        "{items: [], 'items': []}",
        "line 1, column 13: found \"'items': []}\", expected a key that the object has not had yet; remove one of the two"
      ),
      ("{items [1]}", "line 1, column 8: found \"[1]}\", expected a colon after the key"),
      ("{items: [1, ", "line 1, column 13: found the end, expected a value"),
      ("{items: []} /* no end", "line 1, column 13: found \"/* no end\", expected a comment that ends"),
      ("{items: ['a", "line 1, column 10: found \"'a\", expected a text that ends on its line"),
      ("", "line 1, column 1: found the end, expected a value"),
      ("{'a\\u0007\\u2028b': [{name: 1}]}", "a\\u{07}\\u{2028}b[0].name: no text there"),
    ])
  func refusals(text: String, problem: String) throws {
    let error = #expect(throws: DocumentError.self) { try read(text) }
    #expect(error?.description == "f.json5: \(problem)")
  }

  @Test("Damaged documents are read or refused")
  func damaged() throws {
    let document = Array(
      "// \u{E9}\n{items: [{name: 'a\\u00e9', size: 0x1F}, {\"n\u{E4}me\": \"b\", size: -.5e3,},],}".utf8)
    // D. H. Lehmer's generator with the constants of Knuth's MMIX.
    var state: UInt64 = 7
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var refused = 0
    for _ in 0..<5000 {
      var bytes = document
      for _ in 0...random(3) {
        let place = random(bytes.count)
        switch random(4) {
        case 0: bytes[place] = UInt8(random(256))
        case 1: bytes.removeSubrange(place...)
        case 2: bytes.insert([0xff, 0xe2, 0x5c, 0x7b, 0x27, 0x2c][random(6)], at: place)
        default: bytes.remove(at: place)
        }
        if bytes.isEmpty { break }
      }
      do {
        _ = try decodeJSON5([String: [Item]].self, from: Data(bytes), file: "f")
      } catch {
        refused += 1
        #expect(!error.description.contains("\n"))
      }
    }
    #expect(refused > 1000)
  }

  @Test("Bytes that are no text are refused where they stand")
  func noText() {
    let bytes = Array("{items: [{na".utf8) + [0xe2, 0x28] + Array("me: 1}]}".utf8)
    let error = #expect(throws: DocumentError.self) {
      try decodeJSON5([String: [Item]].self, from: Data(bytes), file: "f")
    }
    #expect(error?.problem.hasPrefix("line 1, column 13: found ") == true)
    #expect(error?.problem.hasSuffix(", expected text in UTF-8") == true)
  }

  @Test("Lists nested without measure are refused")
  func depth() {
    let error = #expect(throws: DocumentError.self) { try read(String(repeating: "[", count: 100_000)) }
    #expect(error?.description.contains("nested less deeply") == true)
  }

  @Test("A text on one line has its control characters escaped and is cut at the limit")
  func oneLine() {
    #expect("a\r\n\tb é".onOneLine() == "a\\r\\n\\tb é")
    #expect("abcdef".onOneLine(limit: 3) == "abc...")
  }
}
