import Foundation

/// Parses the JSON of one line with a known layout, without building a tree.
///
/// It accepts the form that this program writes: no white space, no escapes except JSON's short ones. Each function
/// returns nil for anything else. The line is then left to Foundation's reader, which accepts all of JSON and describes
/// errors.
struct LineParser {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var place = 0

  /// Creates a parser at the start of a line, whose last byte cannot be part of a number, such as a bracket.
  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Whether all bytes are read.
  var isAtEnd: Bool { place == bytes.count }

  /// Reads the next byte if it is this one; returns whether it is.
  mutating func take(_ byte: UInt8) -> Bool {
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  /// Reads the next bytes if they are these; returns whether they are.
  mutating func take(_ text: [UInt8]) -> Bool {
    guard bytes.count - place >= text.count else { return false }
    for offset in text.indices where bytes[place + offset] != text[offset] { return false }
    place += text.count
    return true
  }

  /// Reads the bytes of a text between its quotes, unchanged, and whether some are escaped.
  private mutating func rawText() -> (bytes: Slice<UnsafeBufferPointer<UInt8>>, isEscaped: Bool)? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = place
    var isEscaped = false
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        place += 1
        return (bytes[start..<place - 1], isEscaped)
      }
      if byte < 0x20 { return nil }
      if byte == UInt8(ascii: "\\") {
        isEscaped = true
        place += 1
      }
      place += 1
    }
    return nil
  }

  /// Reads a text.
  mutating func text() -> String? {
    guard let (raw, isEscaped) = rawText() else { return nil }
    return Self.text(raw, isEscaped)
  }

  /// Reads a text that many lines share.
  mutating func text(_ shared: inout SharedValues<String>) -> String? {
    guard let (raw, isEscaped) = rawText() else { return nil }
    return shared.value(of: raw) { Self.text($0, isEscaped) }
  }

  private static func text(_ raw: Slice<UnsafeBufferPointer<UInt8>>, _ isEscaped: Bool) -> String? {
    guard isEscaped else { return String(validating: raw, as: UTF8.self) }
    var plain: [UInt8] = []
    plain.reserveCapacity(raw.count)
    var rest = raw.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "\\") else {
        plain.append(byte)
        continue
      }
      switch rest.next() {
      case UInt8(ascii: "\""): plain.append(UInt8(ascii: "\""))
      case UInt8(ascii: "\\"): plain.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "/"): plain.append(UInt8(ascii: "/"))
      case UInt8(ascii: "n"): plain.append(10)
      case UInt8(ascii: "t"): plain.append(9)
      case UInt8(ascii: "r"): plain.append(13)
      default: return nil
      }
    }
    return String(validating: plain, as: UTF8.self)
  }

  /// Skips a number in the syntax of JSON, and returns its start and whether it is an integer.
  private mutating func number() -> (start: Int, isWhole: Bool)? {
    let start = place
    var isWhole = true
    _ = take(UInt8(ascii: "-"))
    let digits = place
    skipDigits()
    // A JSON number never begins with a zero before another digit.
    guard place > digits, place == digits + 1 || bytes[digits] != UInt8(ascii: "0") else { return nil }
    if take(UInt8(ascii: ".")) {
      isWhole = false
      let fraction = place
      skipDigits()
      if place == fraction { return nil }
    }
    if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      place += 1
      if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
      let exponent = place
      skipDigits()
      if place == exponent { return nil }
    }
    // The system's conversion reads up to a byte that cannot be part of a number.
    return place < bytes.count ? (start, isWhole) : nil
  }

  private mutating func skipDigits() {
    while place < bytes.count, bytes[place] &- UInt8(ascii: "0") < 10 { place += 1 }
  }

  /// Reads an integer.
  mutating func integer() -> Int? {
    guard let (start, isWhole) = number(), isWhole, place - start < 19 else { return nil }
    let isNegative = bytes[start] == UInt8(ascii: "-")
    var value = 0
    for index in (isNegative ? start + 1 : start)..<place {
      value = value &* 10 &+ Int(bytes[index] &- UInt8(ascii: "0"))
    }
    return isNegative ? -value : value
  }

  /// Reads a number in double precision.
  mutating func double() -> Double? {
    guard let (start, isWhole) = number(), let base = bytes.baseAddress else { return nil }
    if isWhole, place - start < 16 {
      let end = place
      place = start
      defer { place = end }
      // Minus zero is not an integer.
      return integer().flatMap { $0 == 0 && bytes[start] == UInt8(ascii: "-") ? -0.0 : Double($0) }
    }
    if let value = short(from: start) { return value }
    let value = (base + start).withMemoryRebound(to: CChar.self, capacity: place - start) { strtod($0, nil) }
    return value.isFinite ? value : nil
  }

  /// The powers of ten that a double stores exactly.
  private static let powers: [Double] = (0...22).map { power in (0..<power).reduce(1) { value, _ in value * 10 } }

  /// Returns the number between `start` and the current place if it has few digits and no exponent.
  ///
  /// Its digits and the power of ten are then exact, so that the quotient is rounded once.
  ///
  /// Source: W. D. Clinger, How to read floating point numbers accurately, PLDI 1990, doi:10.1145/93542.93557.
  private func short(from start: Int) -> Double? {
    guard place - start <= 18 else { return nil }
    let isNegative = bytes[start] == UInt8(ascii: "-")
    var (digits, fraction, isFraction) = (0, 0, false)
    for index in (isNegative ? start + 1 : start)..<place {
      if bytes[index] == UInt8(ascii: ".") {
        isFraction = true
        continue
      }
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      digits = digits * 10 + Int(digit)
      if isFraction { fraction += 1 }
    }
    guard digits <= 1 << 53 else { return nil }
    let value = Double(digits) / Self.powers[fraction]
    return isNegative ? -value : value
  }

  /// Reads a number in single precision, rounded once.
  mutating func float() -> Float? {
    guard let (start, _) = number(), let base = bytes.baseAddress else { return nil }
    // A double that is halfway between two floats may itself be rounded, and would then be rounded twice.
    if let value = short(from: start), value.bitPattern & 0x1fff_ffff != 0x1000_0000,
      value == 0 || value.magnitude >= Double(Float.leastNormalMagnitude)
    {
      return Float(value)
    }
    let value = (base + start).withMemoryRebound(to: CChar.self, capacity: place - start) { strtof($0, nil) }
    return value.isFinite ? value : nil
  }

  /// Reads true or false.
  mutating func bool() -> Bool? { take(Array("true".utf8)) ? true : take(Array("false".utf8)) ? false : nil }

  /// Reads a list.
  mutating func list<Element>(_ element: (inout LineParser) -> Element?) -> [Element]? {
    guard take(UInt8(ascii: "[")) else { return nil }
    if take(UInt8(ascii: "]")) { return [] }
    var elements: [Element] = []
    while true {
      guard let next = element(&self) else { return nil }
      elements.append(next)
      if take(UInt8(ascii: "]")) { return elements }
      guard take(UInt8(ascii: ",")) else { return nil }
    }
  }

  /// Reads a list of integers; one of at most `length` bytes is stored once for all lines with the same bytes.
  mutating func integers(_ shared: inout SharedValues<[Int]>, upTo length: Int = .max) -> [Int]? {
    guard let end = bytes[place...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
    let raw = bytes[place...end]
    guard raw.count <= length else { return list { $0.integer() } }
    let list = shared.value(of: raw) { raw in
      var parser = LineParser(UnsafeBufferPointer(rebasing: raw))
      return parser.list { $0.integer() }.flatMap { parser.isAtEnd ? $0 : nil }
    }
    if list != nil { place = end + 1 }
    return list
  }

  /// Reads a value of any kind with another reader, once for all lines with the same bytes.
  mutating func value<Value: Decodable>(_ shared: inout SharedValues<Value>) -> Value? {
    let start = place
    var depth = 0
    repeat {
      guard place < bytes.count else { return nil }
      switch bytes[place] {
      case UInt8(ascii: "\""): if rawText() == nil { return nil }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        place += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        place += 1
      default: place += 1
      }
    } while depth > 0
    guard depth == 0 else { return nil }
    return shared.value(of: bytes[start..<place]) { raw in
      try? JSONDecoder().decode(Value.self, from: Data(raw))
    }
  }
}

/// Values that many lines share, by their bytes, so that each is created and stored once.
struct SharedValues<Value> {
  /// The largest number of shared values: if there are more, they differ from line to line.
  private static var limit: Int { 1 << 16 }
  private var known: [Int: [(bytes: [UInt8], value: Value)]] = [:]
  private var count = 0

  /// Returns the value of these bytes.
  mutating func value(
    of bytes: Slice<UnsafeBufferPointer<UInt8>>, _ make: (Slice<UnsafeBufferPointer<UInt8>>) -> Value?
  ) -> Value? {
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes)))
    let hash = hasher.finalize()
    if let found = known[hash]?.first(where: { $0.bytes.elementsEqual(bytes) }) { return found.value }
    guard let value = make(bytes) else { return nil }
    if count < Self.limit {
      known[hash, default: []].append((Array(bytes), value))
      count += 1
    }
    return value
  }
}
