import Foundation
import LinearAlgebra
import MILFormats
import TestSupport
import Testing

@Suite("Decimal numbers")
struct DecimalNumberTests {
  private func parse(_ text: String) -> (value: Double?, length: Int) {
    let bytes = Array(text.utf8)
    var position = 0
    let value = DecimalNumber.parse(bytes, at: &position, end: bytes.count)
    return (value, position)
  }

  @Test("Every text becomes the nearest double, as in Python")
  func golden() throws {
    for pair in try Fixture.json("decimals.json", as: [[String]].self) {
      let bits = try #require(UInt64(pair[1], radix: 16))
      #expect(parse(pair[0]).value?.bitPattern == bits, "\(pair[0])")
    }
  }

  @Test("Random decimals agree with the standard library")
  func random() {
    var generator = RandomGenerator(seed: 2)
    for _ in 0..<20_000 {
      let digits = String(generator.next() >> UInt64(generator.integer(below: 64)))
      let point = generator.integer(below: digits.count + 1)
      let text = "\(digits.prefix(point)).\(digits.dropFirst(point))e\(generator.integer(below: 60) - 30)"
      #expect(parse(text).value == Double(text), "\(text)")
    }
  }

  @Test(
    "A number ends where it ends",
    arguments: [("12,3", 2), ("1e5x", 3), ("1e", 1), ("1e+", 1), ("1.2.3", 3), ("-4-", 2)])
  func ends(text: String, length: Int) {
    #expect(parse(text).length == length)
    #expect(parse(text).value != nil)
  }

  @Test("What is no number is none", arguments: ["", "-", ".", "e5", "nan", "inf", "+-1", "x", " 1"])
  func refusals(text: String) {
    #expect(parse(text).value == nil)
    #expect(parse(text).length == 0)
  }

  @Test("Endless digits and exponents do not overflow")
  func long() {
    #expect(parse(String(repeating: "9", count: 5000)).value == .infinity)
    #expect(parse("1e" + String(repeating: "9", count: 5000)).value == .infinity)
    #expect(parse("1e-" + String(repeating: "9", count: 5000)).value == 0)
    #expect(parse("0." + String(repeating: "0", count: 5000) + "1e5001").value == 1)
  }
}
