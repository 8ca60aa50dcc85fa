import MILBags
import UserInput

/// The header of an ARFF or KEEL file: the attributes of an instance, in the order of the columns.
struct AttributeHeader {
  /// One column.
  struct Attribute {
    let name: String
    let kind: Kind
  }

  /// The values that a column may hold.
  enum Kind {
    case numeric
    /// One of a list of names; the dictionary has their indices.
    case nominal([String: Int])
    case string
    /// A date, which is not a number.
    case date
    /// The instances of a bag, each with these attributes.
    case relational([Attribute])
  }

  /// The columns.
  private(set) var attributes: [Attribute] = []
  /// The names after `@inputs` and after `@outputs`.
  private(set) var inputs: [String] = []
  private(set) var outputs: [String] = []
  /// Whether there is a line that occurs only in KEEL's files.
  private(set) var isKEEL = false
  /// The number of attributes with a weight.
  private(set) var weights = 0
  /// The scanner at the line of `@data`.
  private(set) var text: TextScanner
  /// The name of the relational attribute being read.
  private var openRelation: String?
  /// The attributes of the relational attribute being read.
  private var members: [Attribute] = []

  /// Reads a header up to its `@data` line.
  ///
  /// - Throws: ``ReadError`` at a line that is not a declaration, or if `@data` is missing.
  init(_ text: TextScanner) throws {
    self.text = text.restarted(separator: UInt8(ascii: " "), commentMarks: [UInt8(ascii: "%")])
    while self.text.nextLine() {
      AttributeComment.cut(&self.text)
      var words = AttributeWords(self.text)
      let keyword = try words.word().lowercased()
      switch keyword {
      case "@relation": break
      case "@attribute": try readAttribute(&words)
      case "@end": try endRelation()
      case "@inputs", "@input":
        isKEEL = true
        inputs = try words.list()
      case "@outputs", "@output":
        isKEEL = true
        outputs = try words.list()
      case "@data":
        guard openRelation == nil else { throw words.error(found: "@data", expected: "@end before it") }
        guard !attributes.isEmpty else { throw words.error(found: "@data", expected: "@attribute lines before it") }
        try checkLists()
        return
      default:
        throw words.error(
          found: ReadError.quoted(keyword.utf8), expected: "@relation, @attribute, @end, @inputs, @outputs or @data")
      }
    }
    throw ReadError(file: text.file, found: "no @data line", expected: "a header that ends with one")
  }

  /// Whether a text that begins with a declaration has lines that occur only in KEEL's files.
  static func isKEEL(_ text: TextScanner) -> Bool {
    var text = text.restarted(separator: UInt8(ascii: " "), commentMarks: [UInt8(ascii: "%")])
    while text.nextLine(), let word = try? text.text() {
      let keyword = String(decoding: word.prefix(16), as: UTF8.self).lowercased()
      if keyword == "@data" { return false }
      if ["@inputs", "@input", "@outputs", "@output"].contains(keyword) { return true }
    }
    return false
  }

  /// Refuses names in the lists of inputs and outputs that no attribute has, or that are in both.
  private func checkLists() throws {
    let names = attributes.map(\.name)
    func error(_ found: String, _ expected: String) -> ReadError {
      ReadError(file: text.file, at: .line(text.line), found: found, expected: expected)
    }
    for (list, title) in [(inputs, "@inputs"), (outputs, "@outputs")] {
      for name in list where !names.contains(name) {
        let near =
          Spelling.nearest(to: name, in: names).first.map { "; did you mean \(ReadError.quoted($0.utf8))?" } ?? ""
        throw error("\(ReadError.quoted(name.utf8)) after \(title)", "the name of an attribute\(near)")
      }
    }
    if let both = inputs.first(where: outputs.contains) {
      throw error("\(ReadError.quoted(both.utf8)) after @inputs and after @outputs", "it after one of them")
    }
  }

  /// Returns the user's columns; if no label column is given, `@outputs` determines it.
  ///
  /// - Throws: ``ReadError`` for several outputs, of which the user must name the label.
  func heeding(_ columns: CSVColumns) throws -> CSVColumns {
    var columns = columns
    let isHere =
      !columns.areRemembered
      || columns.label.map { label in attributes.contains { "name:" + $0.name == label } } == true
    guard columns.hasLabels, !columns.holdTimes, columns.label == nil || !isHere, !outputs.isEmpty else {
      return columns
    }
    guard outputs.count == 1 else {
      throw ReadError(
        file: text.file, at: .line(text.line),
        found:
          "\(outputs.count) outputs, \(outputs.prefix(6).map { ReadError.quoted($0.utf8) }.joined(separator: ", "))",
        expected: "one, the label of the bags; --label-column names it")
    }
    columns.label = "name:" + outputs[0]
    return columns
  }

  /// The attributes, by index, that the lists of inputs and outputs exclude from the features.
  var unlisted: Set<Int> {
    Set(
      attributes.indices.filter {
        inputs.isEmpty ? outputs.contains(attributes[$0].name) : !inputs.contains(attributes[$0].name)
      })
  }

  private mutating func readAttribute(_ words: inout AttributeWords) throws {
    let name = BagNames.trimmed(try words.word())
    guard !name.isEmpty else { throw words.error(found: "no name", expected: "@attribute, a name and a kind") }
    let kind: Kind
    if words.next == UInt8(ascii: "{") {
      kind = .nominal(try words.nominal())
    } else {
      let word = try words.word()
      switch word.lowercased() {
      case "numeric", "real", "integer": kind = .numeric
      case "string": kind = .string
      case "date": kind = .date
      case "relational": kind = .relational([])
      default:
        throw words.error(
          found: "the kind \(ReadError.quoted(word.utf8)) of attribute \(ReadError.quoted(name.utf8))",
          expected: "numeric, real, integer, string, date, relational or a list in braces")
      }
    }
    let attribute = Attribute(name: name, kind: kind)
    // A number in braces after the kind is a weight, which no model supports.
    if words.next == UInt8(ascii: "{") { weights += 1 }
    if case .relational = kind {
      guard openRelation == nil else { throw words.error(found: "a bag within a bag", expected: "@end before it") }
      openRelation = name
    } else if openRelation != nil {
      members.append(attribute)
    } else {
      attributes.append(attribute)
    }
  }

  private mutating func endRelation() throws {
    guard let name = openRelation, !members.isEmpty else {
      throw ReadError(
        file: text.file, at: .line(text.line), found: "@end",
        expected: "a relational attribute with attributes before it")
    }
    attributes.append(Attribute(name: name, kind: .relational(members)))
    openRelation = nil
    members = []
  }
}

/// Splits the words of a declaration.
private struct AttributeWords {
  private let text: TextScanner
  private var position: Int

  init(_ text: TextScanner) {
    self.text = text
    position = text.position
  }

  /// The next non-blank byte; nil at the end of the line.
  var next: UInt8? {
    mutating get {
      while position < text.lineEnd, TextScanner.isBlank(text.bytes[position]) { position += 1 }
      return position < text.lineEnd ? text.bytes[position] : nil
    }
  }

  /// Reads the next word, quoted or up to a blank, comma, brace or bracket; empty if there is none.
  mutating func word() throws -> String {
    guard let first = next else { return "" }
    if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") {
      guard let end = AttributeFields.endOfQuoted(text.bytes, from: position, to: text.lineEnd) else {
        throw error(found: "a quotation mark without end", expected: "a closing quotation mark")
      }
      let content = AttributeFields.unescaped(text.bytes[(position + 1)..<(end - 1)])
      position = end
      return String(decoding: content, as: UTF8.self)
    }
    let start = position
    while position < text.lineEnd, !Self.ends.contains(text.bytes[position]),
      !TextScanner.isBlank(text.bytes[position])
    {
      position += 1
    }
    return String(decoding: text.bytes[start..<position], as: UTF8.self)
  }

  /// Reads names separated by commas up to the end of the line.
  mutating func list() throws -> [String] {
    var names: [String] = []
    while next != nil {
      let name = try word()
      if !name.isEmpty { names.append(name) }
      if let byte = next, Self.ends.contains(byte) { position += 1 }
    }
    return names
  }

  /// Reads names in braces, with their indices.
  mutating func nominal() throws -> [String: Int] {
    var names: [String: Int] = [:]
    var count = 0
    position += 1
    while let byte = next, byte != UInt8(ascii: "}") {
      let start = position
      let name = try word()
      if position > start { names[name] = names[name] ?? count }
      count += 1
      if next == UInt8(ascii: ",") {
        position += 1
      } else if next != UInt8(ascii: "}"), position == start {
        break
      }
    }
    guard next == UInt8(ascii: "}"), !names.isEmpty else {
      throw error(found: "a list of names without end or names", expected: "names separated by commas in braces")
    }
    position += 1
    return names
  }

  func error(found: String, expected: String) -> ReadError {
    ReadError(file: text.file, at: .line(text.line), found: found, expected: expected)
  }

  private static let ends = Array(",{}[]".utf8)
}
