import MILBags
import UserInput

/// The codes of nominal feature values: their indices, from 0, in the declared list.
///
/// If a kept model has its own list of a feature's names, that list applies instead of the file's.
struct NominalCodes {
  /// The codes by name for each attribute or column; nil for a numeric one.
  private(set) var codes: [[String: Float]?]
  /// The lists of names, by feature.
  private(set) var lists: [String: [String]] = [:]
  private let titles: [String]
  private let isKnown: Bool

  /// Creates the codes of attributes; `isFeature` marks those that are features.
  ///
  /// - Throws: ``ReadError`` for a feature with names here and numbers in the model.
  init(
    _ attributes: [AttributeHeader.Attribute], isFeature: [Bool], options: ReadOptions, file: String, line: Int
  ) throws {
    let known = options.columns.areRemembered ? options.nominals : nil
    titles = attributes.map(\.name)
    isKnown = known?.isEmpty == false
    codes = [[String: Float]?](repeating: nil, count: attributes.count)
    for (index, attribute) in attributes.enumerated() where isFeature[index] {
      if let list = known?[attribute.name] {
        take(list, index)
      } else if let names = attribute.names {
        guard known != nil, options.columns.features?.contains(attribute.name) == true else {
          take(names, index)
          continue
        }
        // Names that are numbers keep their values if the model has numbers.
        let numbers = names.compactMap { Float($0) }.filter(\.isFinite)
        guard numbers.count == names.count else {
          throw ReadError(
            file: file, at: .line(line),
            found: "the names \(Self.shown(names)) as values of attribute \(ReadError.quoted(attribute.name.utf8))",
            expected: "numbers, as it has in the training bags of the model")
        }
        codes[index] = Dictionary(zip(names, numbers), uniquingKeysWith: { first, _ in first })
      }
    }
  }

  /// Creates the codes of a table's columns, which are nominal only in a kept model.
  init(columns: [String]?, options: ReadOptions) {
    titles = columns ?? []
    let known = options.columns.areRemembered ? options.nominals ?? [:] : [:]
    isKnown = !known.isEmpty
    codes = [[String: Float]?](repeating: nil, count: titles.count)
    for (index, name) in titles.enumerated() { if let list = known[name] { take(list, index) } }
  }

  /// Whether no feature is nominal.
  var isEmpty: Bool { lists.isEmpty && codes.allSatisfy { $0 == nil } }

  private mutating func take(_ list: [String], _ index: Int) {
    lists[titles[index]] = list
    codes[index] = Dictionary(zip(list, list.indices.map { Float($0) }), uniquingKeysWith: { first, _ in first })
  }

  /// Returns the code of a name in a nominal column; nil for an unknown name.
  func code(of name: String, in column: Int) -> Float? {
    guard let codes = codes[column] else { return nil }
    if let code = codes[name] { return code }
    // A number is one value in any notation.
    guard let number = Double(name), let same = codes.keys.sorted().first(where: { Double($0) == number }) else {
      return nil
    }
    return codes[same]
  }

  /// Returns the allowed values of a nominal column, for errors.
  func expectation(of column: Int) -> String {
    let names = codes[column]?.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key) ?? []
    return (isKnown ? "one of the names that the model knows, " : "one of the names declared for it, ")
      + Self.shown(names)
  }

  /// The decision that names become numbers; nil if there are no nominal features.
  var decision: ReadDecision? {
    let named = lists.sorted { $0.key < $1.key }
    guard !named.isEmpty else { return nil }
    let shown = named.shortList(3, rest: .count) { name, list in
      let values = list.indices.shortList(4) { "\(list[$0]) \($0)" }
      return "\(ReadError.quoted(name.utf8)) (\(values))"
    }
    return ReadDecision(
      .columns,
      "names become numbers, \(isKnown ? "as in the model" : "their places in the list declared"): "
        + shown,
      option: "--ignore-column")
  }

  private static func shown(_ names: [String]) -> String {
    names.shortList(8) { ReadError.quoted($0.utf8) }
  }
}
