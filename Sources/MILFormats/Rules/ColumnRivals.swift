import UserInput

/// Columns that compete for the label, and features that a model was not trained on.
extension ColumnRoles {
  /// Refuses a label column beside others whose names are a label's, unless its own name says label.
  ///
  /// - Parameters:
  ///   - column: the column that would be the label; nil if there is none.
  ///   - isNamed: whether its name says so, not its place.
  func refuseRivals(of column: Int?, isNamed: Bool) throws {
    guard let names, let column, names.indices.contains(column), !columns.areRemembered else { return }
    let isClear = ColumnNames.plain(names[column]).contains("label")
    guard !(isNamed && isClear) else { return }
    let rivals = names.indices.filter { index in
      guard isFree(index), index != column else { return false }
      // A numbered class beside a class is another of its kind, but a diagnosis may be what is asked for.
      return ColumnNames.diagnoses.contains(ColumnNames.plain(names[index]))
        || !isNamed && ColumnNames.isLabel(names[index])
    }
    guard !rivals.isEmpty else { return }
    let all = (rivals + [column]).sorted().map { quoted(names[$0]) }
    throw error(
      found: "\(all.count) columns that may be the label, \(all.joined(separator: ", "))",
      expected: "--label-column NAME, which leaves out the others; --keep-column makes a feature of one")
  }

  /// Leaves out all features that the model was not trained on.
  mutating func keepOnly(_ features: [String], _ names: [String]) throws {
    let known = Set(features)
    let free = names.indices.filter { roles[$0] == .feature }
    let missing = known.subtracting(free.map { names[$0] }).sorted()
    guard missing.isEmpty else {
      let shown = missing.shortList(6, quoted)
      throw error(
        found: "no column \(shown) among \(list)",
        expected: "the \(features.count) features that the model was trained on, in any order")
    }
    if let twice = free.first(where: { known.contains(names[$0]) && names.firstIndex(of: names[$0]) != $0 }) {
      throw error(
        found: "column \(twice + 1) called \(quoted(names[twice])) as one before it, a feature of the model",
        expected: "one column of that name; --ignore-column \(twice + 1) leaves this one out")
    }
    let extra = free.filter { !known.contains(names[$0]) && !isKept[$0] }
    for index in extra { roles[index] = .ignored }
    if !extra.isEmpty {
      let shown = extra.shortList(6) { quoted(names[$0]) }
      decisions.append(
        ReadDecision(
          .leftOut, "columns \(shown), which the model was not trained on",
          names: extra.count > 6 ? extra.map { names[$0] } : nil))
    }
  }
}
