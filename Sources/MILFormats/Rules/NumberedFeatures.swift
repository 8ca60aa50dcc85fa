import MILBags
import UserInput

/// Features without columns: each has a name, or its array and its number from 1 (`X:4`).
///
/// Sparse text has no arrays, and a feature is `#4` there.
struct NumberedFeatures {
  /// The name of the array; nil if there is none.
  var array: String?
  /// The names of the features, if the file has them.
  var names: [String]?
  /// The number of features.
  let count: Int
  /// The file, for errors.
  let file: String

  /// The features' spelling for the user.
  var titles: [String] {
    let prefix = array.map { $0 + ":" } ?? "#"
    return names ?? (1...max(count, 1)).map { prefix + String($0) }
  }

  /// Returns the indices, from 0, of features that the user, or a kept model, leaves out.
  ///
  /// - Parameters:
  ///   - entries: the values of `--ignore-column`.
  ///   - columns: the column options; remembered ones may name an array of another file, and list the known features.
  /// - Throws: ``ReadError`` for a feature that does not exist, or if none is left.
  func places(of entries: [String], _ columns: CSVColumns) throws -> Set<Int> {
    var places: Set<Int> = []
    for entry in entries {
      if let place = try place(of: entry, isRemembered: columns.mayBeMissing(entry)) { places.insert(place) }
    }
    if columns.areRemembered, let known = columns.features, let names {
      try require(known, names)
      places.formUnion(names.indices.filter { !known.contains(names[$0]) })
    }
    guard places.count < count else {
      throw ReadError(
        file: file, found: "no feature left of \(count)", expected: "at least one after --ignore-column")
    }
    return places
  }

  /// Refuses a file whose features lack one that the model was trained on.
  private func require(_ known: [String], _ names: [String]) throws {
    let own = Set(names)
    let missing = known.filter { !own.contains($0) }
    guard !missing.isEmpty else { return }
    func list(_ names: [String]) -> String {
      names.shortList(6) { ReadError.quoted($0.utf8) }
    }
    throw ReadError(
      file: file, found: "no feature \(list(missing)) among \(list(names))",
      expected: "the \(known.count) features that the model was trained on, in any order")
  }

  private func place(of entry: String, isRemembered: Bool) throws -> Int? {
    let text = ColumnReference.name(in: entry)
    if let place = names?.firstIndex(of: text) { return place }
    let number: Substring
    if let colon = text.lastIndex(of: ":") {
      let isHere = array?.lowercased() == text[..<colon].lowercased()
      number = isHere || isRemembered ? text[text.index(after: colon)...] : ""
    } else {
      number = array == nil ? text.drop { $0 == "#" } : ""
    }
    if let place = Int(number), (1...max(count, 1)).contains(place) { return place - 1 }
    // Names of another file need not exist here.
    if isRemembered, Int(number) == nil { return nil }
    if isRemembered {
      throw ReadError(
        file: file,
        found:
          "\(count) features, and no \(ReadError.quoted(text.utf8)), which was left out when the model was trained",
        expected: "all features of the training bags in their order, those that are left out too")
    }
    throw ReadError(
      file: file, found: "no feature \(ReadError.quoted(text.utf8))",
      expected: "one from \(titles[0]) to \(titles[titles.count - 1])")
  }

  /// Returns the features, from 0, that are none by their names: folds, bookkeeping, labels, and a pair of places.
  ///
  /// - Parameter columns: The features to keep whatever their names; the features of a kept model are all kept.
  /// - Throws: ``ReadError`` if a feature to keep does not exist.
  func bookkeeping(_ columns: CSVColumns) throws -> Set<Int> {
    guard let names, !(columns.areRemembered && columns.features != nil) else { return [] }
    let kept = try Set(columns.kept.compactMap { try place(of: $0, isRemembered: columns.mayBeMissing($0)) })
    let kinds = ColumnNames.kinds(of: names)
    // A lone pair of places may be all features.
    let hasOthers = names.indices.contains { kept.contains($0) || kinds[$0] == nil }
    return Set(
      names.indices.filter { !kept.contains($0) && kinds[$0] != nil && (kinds[$0] != .places || hasOthers) })
  }

  /// Returns the decision that some were left out, and why; nil if none were.
  func decision(
    _ places: Set<Int>, because why: String? = nil, option: ReadOption = .ignoreColumn
  ) -> ReadDecision? {
    guard !places.isEmpty else { return nil }
    let all = titles
    let shown = places.sorted().shortList(6, rest: .count) { all[$0].onOneLine(limit: 60) }
    return ReadDecision(
      .leftOut, "feature\(places.count > 1 ? "s" : "") \(shown)" + (why.map { ", " + $0 } ?? ""),
      option: option.spelling)
  }

  /// Returns rows of features without some of them.
  static func without(_ places: Set<Int>, of columns: Int, _ values: [Float]) -> [Float] {
    guard !places.isEmpty else { return values }
    let kept = (0..<columns).filter { !places.contains($0) }
    var result: [Float] = []
    result.reserveCapacity(values.count / max(columns, 1) * kept.count)
    for start in stride(from: 0, to: values.count, by: columns) {
      for column in kept { result.append(values[start + column]) }
    }
    return result
  }

  /// Returns the remaining indices.
  func kept(without places: Set<Int>) -> [Int] { (0..<count).filter { !places.contains($0) } }
}
