import LinearAlgebra

/// A generator of changes to bytes, such as disks, transfers and attackers make.
struct Mutator {
  var generator: RandomGenerator

  mutating func mutate(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...generator.integer(below: 3) {
      guard !bytes.isEmpty else { break }
      let place = generator.integer(below: bytes.count)
      let length = min(1 + generator.integer(below: 16), bytes.count - place)
      switch generator.integer(below: 12) {
      case 0: bytes[place] ^= 1 << UInt8(generator.integer(below: 8))
      case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.removeSubrange(place..<(place + length))
      case 4: bytes.insert(contentsOf: bytes[place..<(place + length)], at: place)
      case 5: for index in place..<(place + length) { bytes[index] = 0xff }
      case 6: for index in place..<(place + length) { bytes[index] = 0 }
      case 7:
        bytes.insert(
          contentsOf: Array(["nan", "1e999", "-", ",", "\n", "\0", "9e"][generator.integer(below: 7)].utf8), at: place)
      case 8: bytes[place] = UInt8(ascii: "0") + UInt8(generator.integer(below: 10))
      case 9, 10:
        // Bytes from elsewhere in the file are more likely to be valid than noise.
        let source = generator.integer(below: bytes.count - length + 1)
        bytes.replaceSubrange(place..<(place + length), with: bytes[source..<(source + length)])
      default:
        // An integer of four bytes with a critical value, in either byte order.
        let values: [UInt32] = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 14, 15, 0x0001_0000]
        let value = values[generator.integer(below: values.count)]
        let start = place & ~3
        for index in 0..<4 where start + index < bytes.count {
          bytes[start + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
        }
      }
    }
    return bytes
  }
}

/// Changes texts like editors, exports and attackers: whole lines and fields, and characters with a meaning.
struct TextMutator {
  var generator: RandomGenerator

  private static let marks = [
    "\"", "'", ",", ";", "\t", " ", "\n", "\r\n", "{", "}", "%", "#", "@data", "@attribute x {", "@end", "?", "\\",
    "\\n", ":", "1:", "2147483647:1", "nan", "1e999", "-", "9e", "99999999999999999999", "\u{FEFF}", "\0",
    "\u{00E9}", ".",
  ]

  mutating func mutate(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...generator.integer(below: 3) {
      guard !bytes.isEmpty else { break }
      let place = generator.integer(below: bytes.count)
      let line = place..<(bytes[place...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count)
      switch generator.integer(below: 8) {
      case 0: bytes[place] ^= 1 << UInt8(generator.integer(below: 8))
      case 1: bytes.removeSubrange(place...)
      case 2: bytes.removeSubrange(line)
      case 3: bytes.insert(contentsOf: Array(bytes[line]), at: generator.integer(below: bytes.count))
      case 4: bytes.removeSubrange(..<place)
      case 5: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
      default: bytes.insert(contentsOf: Array(Self.marks[generator.integer(below: Self.marks.count)].utf8), at: place)
      }
    }
    return bytes
  }
}
