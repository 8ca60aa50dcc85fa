import MILBags
import UserInput

/// Features that have no column of their own: each is named, or spelled by the array that holds it and its number from 1,
/// as `X:4`; in sparse text, which has no arrays, as `#4`.
struct NumberedFeatures {
  /// What the array is called; nil where there is none.
  var array: String?
  /// The names of the features, where the file has them.
  var names: [String]?
  /// The number of features.
  let count: Int
  /// The file, for errors.
  let file: String

  /// How each feature is spelled for the user.
  var titles: [String] {
    let prefix = array.map { $0 + ":" } ?? "#"
    return names ?? (1...max(count, 1)).map { prefix + String($0) }
  }

  /// The features, from 0, that a user leaves out, or that were left out where a model was trained.
  ///
  /// - Parameters:
  ///   - entries: what was written after `--ignore-column`.
  ///   - columns: whether they are those of another file, whose array may have another name, and which features are known.
  /// - Throws: ``ReadError`` for a feature that is not there, and where none is left.
  func places(of entries: [String], _ columns: CSVColumns) throws -> Set<Int> {
    var places: Set<Int> = []
    for entry in entries {
      if let place = try place(of: entry, isRemembered: columns.mayBeMissing(entry)) { places.insert(place) }
    }
    if columns.areRemembered, let known = columns.features, let names {
      places.formUnion(names.indices.filter { !known.contains(names[$0]) })
    }
    guard places.count < count else {
      throw ReadError(
        file: file, found: "no feature left of \(count)", expected: "at least one after --ignore-column")
    }
    return places
  }

  private func place(of entry: String, isRemembered: Bool) throws -> Int? {
    let text = entry.hasPrefix("name:") ? String(entry.dropFirst(5)) : entry
    if let place = names?.firstIndex(of: text) { return place }
    let number: Substring
    if let colon = text.lastIndex(of: ":") {
      let isHere = array?.lowercased() == text[..<colon].lowercased()
      number = isHere || isRemembered ? text[text.index(after: colon)...] : ""
    } else {
      number = array == nil ? text.drop { $0 == "#" } : ""
    }
    if let place = Int(number), (1...max(count, 1)).contains(place) { return place - 1 }
    // Names of another file need not be here.
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

  /// The features, from 0, whose names say that they are none: those of folds, bookkeeping, labels and a pair of places.
  ///
  /// - Parameter columns: which features are kept whatever their names say. A kept model's features are its own.
  /// - Throws: ``ReadError`` for a feature to be kept that is not there.
  func bookkeeping(_ columns: CSVColumns) throws -> Set<Int> {
    guard let names, !(columns.areRemembered && columns.features != nil) else { return [] }
    let kept = try Set(columns.kept.compactMap { try place(of: $0, isRemembered: columns.mayBeMissing($0)) })
    let plain = names.map(ColumnNames.plain)
    let others = names.indices.filter {
      kept.contains($0) || !isBookkeeping(names[$0]) && !["x", "y"].contains(plain[$0])
    }
    let havePlaces = !others.isEmpty && ["x", "y"].allSatisfy { axis in plain.count { $0 == axis } == 1 }
    return Set(
      names.indices.filter {
        !kept.contains($0) && (isBookkeeping(names[$0]) || havePlaces && ["x", "y"].contains(plain[$0]))
      })
  }

  private func isBookkeeping(_ name: String) -> Bool {
    ColumnNames.isFolds(name) || ColumnNames.isBookkeeping(name) || ColumnNames.isLabel(name)
  }

  /// That some were left out, and why; nil where none are.
  func decision(
    _ places: Set<Int>, because why: String? = nil, option: ReadOption = .ignoreColumn
  ) -> ReadDecision? {
    guard !places.isEmpty else { return nil }
    let all = titles
    let shown = places.sorted().prefix(6).map { all[$0].onOneLine(limit: 60) }.joined(separator: ", ")
    let more = places.count > 6 ? " and \(places.count - 6) more" : ""
    return ReadDecision(
      .leftOut, "feature\(places.count > 1 ? "s" : "") \(shown)\(more)" + (why.map { ", " + $0 } ?? ""),
      option: option.spelling)
  }

  /// Rows of features without some of them.
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

  /// The places that are kept.
  func kept(without places: Set<Int>) -> [Int] { (0..<count).filter { !places.contains($0) } }
}
