import Foundation
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Encodings of text")
struct TextEncodingTests {
  private static let text = "bag,label,a\ncaf\u{e9},1,.5\ncaf\u{e8},0,.25\n"

  private func load(_ bytes: [UInt8], _ encoding: ReadOptions.Encoding? = nil) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    options.encoding = encoding
    return try Fixture.withFile(bytes) { try BagReader.read($0, options: options) }
  }

  private func failure(_ bytes: [UInt8], _ encoding: ReadOptions.Encoding? = nil) throws -> String {
    try #require(#expect(throws: ReadError.self) { try load(bytes, encoding) }).description
  }

  private static func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
    text.utf16.flatMap { bigEndian ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
  }

  private func encodings(_ loaded: LoadedDataset) -> [String] {
    (loaded.dataset.reading?.decisions ?? []).filter { $0.subject == .encoding }.map(\.statement)
  }

  @Test("Latin-1 is refused with its line and the option, which keeps two names two bags")
  func latin1() throws {
    let bytes = Self.text.unicodeScalars.map { UInt8($0.value) }
    #expect(try failure(bytes).contains("line 2: found the byte 0xe9, which is no UTF-8"))
    #expect(try failure(bytes).contains("--encoding latin-1"))
    for encoding in [ReadOptions.Encoding.latin1, .windows1252] {
      let loaded = try load(bytes, encoding)
      #expect(loaded.dataset.bagNames == ["caf\u{e9}", "caf\u{e8}"] && loaded.dataset.labels == [1, 0])
      #expect(encodings(loaded) == ["\(encoding.rawValue), as was asked for"])
    }
  }

  @Test("UTF-16 is told by its byte order mark, in both orders", arguments: [false, true])
  func marked(bigEndian: Bool) throws {
    let loaded = try load(Self.utf16("\u{feff}" + Self.text, bigEndian: bigEndian))
    #expect(loaded.dataset.bagNames == ["caf\u{e9}", "caf\u{e8}"])
    #expect(encodings(loaded) == ["utf-16, as its byte order mark says"])
  }

  @Test("UTF-16 without a mark is refused by name, and read where it is asked for", arguments: [false, true])
  func unmarked(bigEndian: Bool) throws {
    let bytes = Self.utf16(Self.text, bigEndian: bigEndian)
    #expect(try failure(bytes).contains("UTF-16 without a byte order mark"))
    #expect(try failure(bytes).contains("--encoding utf-16"))
    let loaded = try load(bytes, .utf16)
    #expect(loaded.dataset.bagNames == ["caf\u{e9}", "caf\u{e8}"])
    #expect(
      encodings(loaded) == ["utf-16, as was asked for; \(bigEndian ? "big" : "little")-endian, without a mark"])
  }

  @Test("UTF-16 is named where another encoding is asked for", arguments: [false, true])
  func askedOtherwise(bigEndian: Bool) throws {
    for encoding in [ReadOptions.Encoding.latin1, .windows1252, .utf8] {
      for (mark, said) in [("\u{feff}", "begins with its byte order mark"), ("", "without a byte order mark")] {
        let error = try failure(Self.utf16(mark + Self.text, bigEndian: bigEndian), encoding)
        #expect(error.contains("UTF-16") && error.contains(said) && error.contains("--encoding utf-16"), "\(error)")
        #expect(error.contains("text in \(encoding.rawValue) as was asked for"), "\(error)")
      }
    }
  }

  @Test("UTF-8 needs no word, and half a pair or an odd byte is an error")
  func others() throws {
    #expect(try encodings(load(Array(Self.text.utf8))).isEmpty)
    #expect(try encodings(load(Array(("\u{feff}" + Self.text).utf8))).isEmpty)
    #expect(try failure([0xff, 0xfe, 0x61]).contains("an odd number"))
    #expect(try failure([0xff, 0xfe, 0x00, 0xd8]).contains("surrogate"))
  }
}
