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

  /// The same two bags with names of other languages: the encoding, its iconv name, and the names.
  private static let foreign: [(ReadOptions.Encoding, String, [String])] = [
    (.windows1251, "cp1251", ["\u{440}\u{430}\u{43a}", "\u{43d}\u{43e}\u{440}\u{43c}\u{430}"]),
    (.koi8R, "koi8-r", ["\u{440}\u{430}\u{43a}", "\u{43d}\u{43e}\u{440}\u{43c}\u{430}"]),
    (.macRoman, "macintosh", ["M\u{fc}ller", "\u{e9}l\u{e8}ve"]),
    (.windows1250, "cp1250", ["\u{17c}\u{f3}\u{142}ty", "Pawe\u{142}"]),
    (.shiftJIS, "cp932", ["\u{60a3}\u{8005}1", "\u{6b63}\u{5e38}"]),
    (.gb18030, "gb18030", ["\u{75c5}\u{4eba}", "\u{6b63}\u{5e38}"]),
    (.big5, "big5", ["\u{75c5}\u{4eba}", "\u{6b63}\u{5e38}"]),
    (.eucKR, "cp949", ["\u{d658}\u{c790}", "\u{c815}\u{c0c1}"]),
  ]

  /// The bytes of the names, as Python encodes them.
  private static let bytes: [ReadOptions.Encoding: [[UInt8]]] = [
    .windows1251: [[0xf0, 0xe0, 0xea], [0xed, 0xee, 0xf0, 0xec, 0xe0]],
    .koi8R: [[0xd2, 0xc1, 0xcb], [0xce, 0xcf, 0xd2, 0xcd, 0xc1]],
    .macRoman: [[0x4d, 0x9f, 0x6c, 0x6c, 0x65, 0x72], [0x8e, 0x6c, 0x8f, 0x76, 0x65]],
    .windows1250: [[0xbf, 0xf3, 0xb3, 0x74, 0x79], [0x50, 0x61, 0x77, 0x65, 0xb3]],
    .shiftJIS: [[0x8a, 0xb3, 0x8e, 0xd2, 0x31], [0x90, 0xb3, 0x8f, 0xed]],
    .gb18030: [[0xb2, 0xa1, 0xc8, 0xcb], [0xd5, 0xfd, 0xb3, 0xa3]],
    .big5: [[0xaf, 0x66, 0xa4, 0x48], [0xa5, 0xbf, 0xb1, 0x60]],
    .eucKR: [[0xc8, 0xaf, 0xc0, 0xda], [0xc1, 0xa4, 0xbb, 0xf3]],
  ]

  private static func table(_ names: [[UInt8]]) -> [UInt8] {
    Array("bag,label,a\n".utf8) + names[0] + Array(",1,.5\n".utf8) + names[1] + Array(",0,.25\n".utf8)
  }

  @Test("Other encodings are named by how the text reads in them, and read where they are asked for")
  func otherLanguages() throws {
    for (encoding, name, names) in Self.foreign {
      let bytes = Self.table(try #require(Self.bytes[encoding]))
      let error = try failure(bytes)
      #expect(error.contains(encoding.rawValue) && !error.contains("latin-1"), "\(error)")
      #expect(names.contains { error.contains("\"\($0)\"") }, "\(error)")
      #expect(error.contains("'iconv -f ") && error.contains(" -t utf-8 FILE' converts it"), "\(error)")
      #expect(ReadOptions.Encoding(named: name) == encoding, "\(name)")
      let loaded = try load(bytes, encoding)
      #expect(loaded.dataset.bagNames == names && loaded.dataset.labels == [1, 0], "\(encoding)")
      #expect(encodings(loaded) == ["\(encoding.rawValue), as was asked for"])
      // A wrong choice is carried out, and said.
      let wrong = try encodings(load(bytes, .latin1))
      #expect(wrong.first?.hasPrefix("latin-1, as was asked for, in which it reads ") == true, "\(wrong)")
    }
  }

  @Test("Signs of units and letters of Western Europe get one encoding")
  func western() throws {
    for (text, name) in [("area_\u{b5}m\u{b2}", "latin-1"), ("20\u{b0}C", "latin-1"), ("gr\u{f6}\u{df}er", "latin-1")] {
      let error = try failure(Self.table([text.unicodeScalars.map { UInt8($0.value) }, [0x62]]))
      #expect(error.contains("; --encoding \(name) reads \"\(text)\"") && error.contains("iconv -f latin1"), "\(error)")
    }
    let quote = try failure(Self.table([Array("O".utf8) + [0x92] + Array("Brien".utf8), [0x66, 0x80]]))
    #expect(quote.contains("; --encoding windows-1252 reads \"") && !quote.contains("latin-1"), "\(quote)")
  }

  @Test("Bytes that are words in no encoding get the general way, and no name of an encoding")
  func words() throws {
    let error = try failure(Self.table([[0xac, 0xb6, 0xa4, 0xac, 0xa6], [0x62]]))
    #expect(!error.contains("--encoding") && error.contains("iconv -f NAME -t utf-8"), "\(error)")
  }

  @Test("Bytes that are invalid in the encoding that was asked for are refused with their line")
  func invalid() throws {
    let error = try failure(Self.table([Array("caf".utf8) + [0xe9], [0x62]]), .shiftJIS)
    #expect(error.contains("line 2: found bytes that are no shift-jis"), "\(error)")
    #expect(error.contains("--encoding latin-1 reads \"caf\u{e9}\""), "\(error)")
  }

  @Test("Encodings have their usual names")
  func aliases() {
    let names: [(String, ReadOptions.Encoding?)] = [
      ("CP1251", .windows1251), ("Windows-1251", .windows1251), ("GBK", .gb18030), ("gb2312", .gb18030),
      ("Shift_JIS", .shiftJIS), ("EUC-KR", .eucKR), ("latin1", .latin1), ("ISO-8859-1", .latin1),
      ("mac-roman", .macRoman), ("UTF8", .utf8), ("utf-17", nil),
    ]
    for (name, encoding) in names { #expect(ReadOptions.Encoding(named: name) == encoding, "\(name)") }
    for encoding in ReadOptions.Encoding.allCases {
      #expect(ReadOptions.Encoding(named: encoding.rawValue) == encoding)
    }
  }
}
