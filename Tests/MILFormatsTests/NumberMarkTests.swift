import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Numbers in the notation of programs")
struct NumberMarkTests {
  private func load(_ text: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    change(&options)
    return try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }
  }

  @Test("What the C library of Windows writes is a missing value or infinity", arguments: [",", ";", "\t", " "])
  func windows(separator: String) throws {
    for word in ["1.#QNAN", "-1.#IND", "1.#QNAN0", "-1.#IND00"] {
      let text = "bag,label,f,g\na,1,2,\(word)\na,1,3,1\nb,0,3,4\n".replacing(",", with: separator)
      let line = try Fixture.failure(reading: text)
      #expect(line.contains("--missing") && !line.contains("comment"), "\(line)")
      #expect(try load(text) { $0.missing = .dropInstances }.dataset.instanceCount == 2)
    }
    for word in ["1.#INF", "-1.#INF00"] {
      let text = "bag,label,f,g\na,1,2,\(word)\na,1,3,1\nb,0,3,4\n".replacing(",", with: separator)
      let line = try Fixture.failure(reading: text)
      #expect(line.contains("--missing-code") && !line.contains("comment"), "\(line)")
      let number = word.hasPrefix("-") ? -Double.infinity : .infinity
      let loaded = try load(text) { ($0.missing, $0.missingCodes) = (.dropInstances, [number]) }
      #expect(loaded.dataset.instanceCount == 2)
    }
    let declared =
      "@relation r\n@attribute bag string\n@attribute label {0,1}\n@attribute f numeric\n@data\na,1,1.#QNAN\na,1,2\nb,0,3\n"
    #expect(try load(declared) { $0.missing = .dropInstances }.dataset.instanceCount == 2)
    let sparse = "0:a:1 1:1.#QNAN\n1:a:1 1:2\n2:b:0 1:3\n"
    #expect(try load(sparse) { $0.missing = .dropInstances }.dataset.instanceCount == 2)
  }

  @Test("Marks between thousands beside a decimal comma are told, and not the option that was given")
  func thousands() throws {
    for (value, part) in [
      ("1.000,5", "without points between thousands"), ("1 000,5", "without marks between thousands, blanks here"),
      ("1\u{a0}000,5", "without marks between thousands, no-break blanks here"),
      ("1\u{202f}000,5", "without marks between thousands, no-break blanks here"),
      ("1,000.5", "without commas between thousands"),
    ] {
      let text = "bag;label;f;g\na;1;2,5;\(value)\nb;0;3,5;4,5\n"
      let line = try #require(
        #expect(throws: ReadError.self) { try load(text) { $0.decimalMark = .comma } }
      ).description
      #expect(line.contains(part), "\(line)")
      #expect(!line.contains("; --decimal comma") && !line.contains("and --decimal comma"), "\(line)")
      let plain = try Fixture.failure(reading: text)
      #expect(plain.contains(part), "\(plain)")
    }
    let points = "bag;label;f;g\na;1;2,5;1.000\nb;0;3,5;4,5\n"
    let line = try #require(
      #expect(throws: ReadError.self) { try load(points) { $0.decimalMark = .comma } }
    ).description
    #expect(line.contains("between thousands, which are to be removed"), "\(line)")
  }
}
