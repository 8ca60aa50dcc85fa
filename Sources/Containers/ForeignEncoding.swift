import Foundation
import UserInput

/// The encodings of languages and systems, which Foundation decodes.
extension ReadOptions.Encoding {
  /// The encoding as Foundation has it; nil for UTF-16, whose byte order the bytes tell.
  private var foundation: String.Encoding? {
    switch self {
    case .utf8: .utf8
    case .utf16: nil
    case .latin1: .isoLatin1
    case .windows1250: .windowsCP1250
    case .windows1251: .windowsCP1251
    case .windows1252: .windowsCP1252
    case .windows1253: .windowsCP1253
    case .windows1254: .windowsCP1254
    // Foundation numbers the encodings of Core Foundation, which have no names in it, from this bit on. Its own
    // macOSRoman decodes other characters on Linux.
    case .macRoman: String.Encoding(rawValue: 1 << 31)
    case .windows1255: String.Encoding(rawValue: 1 << 31 | 0x0505)
    case .windows1256: String.Encoding(rawValue: 1 << 31 | 0x0506)
    case .koi8R: String.Encoding(rawValue: 1 << 31 | 0x0a02)
    case .shiftJIS: String.Encoding(rawValue: 1 << 31 | 0x0420)
    case .eucKR: String.Encoding(rawValue: 1 << 31 | 0x0422)
    case .gb18030: String.Encoding(rawValue: 1 << 31 | 0x0632)
    case .big5: String.Encoding(rawValue: 1 << 31 | 0x0a03)
    }
  }

  /// The name that iconv knows on every system.
  var iconvName: String {
    switch self {
    case .utf8: "utf-8"
    case .utf16: "utf-16"
    case .latin1: "latin1"
    case .windows1250: "cp1250"
    case .windows1251: "cp1251"
    case .windows1252: "cp1252"
    case .windows1253: "cp1253"
    case .windows1254: "cp1254"
    case .windows1255: "cp1255"
    case .windows1256: "cp1256"
    case .macRoman: "macintosh"
    case .koi8R: "koi8-r"
    case .shiftJIS: "cp932"
    case .eucKR: "cp949"
    case .gb18030: "gb18030"
    case .big5: "big5"
    }
  }

  /// Decodes bytes; nil if they are invalid in the encoding.
  func text(of bytes: some Sequence<UInt8>) -> String? { foundation.flatMap { String(bytes: bytes, encoding: $0) } }

  /// The areas of the pairs of bytes that encode common characters: first bytes, and the least second byte.
  typealias Pairs = (first: [ClosedRange<UInt8>], second: UInt8)

  /// The areas of common characters of an encoding of pairs; nil for all others.
  ///
  /// Most pairs of bytes are some character. These are the signs and the first level of each standard.
  ///
  /// Source: K. Lunde, CJKV information processing, O'Reilly, 2nd edition, 2009, chapters 3 and 4.
  var commonPairs: Pairs? {
    switch self {
    // The second level of kanji has characters of medicine.
    case .shiftJIS: ([0x81...0x9f, 0xe0...0xea], 0x40)
    case .gb18030: ([0xa1...0xa3, 0xb0...0xf7], 0xa1)
    case .eucKR: ([0xa1...0xa3, 0xb0...0xc8], 0xa1)
    case .big5: ([0xa1...0xc6], 0x40)
    default: nil
    }
  }
}
