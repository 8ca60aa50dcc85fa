extension ColumnNames {
  /// A kind of column that is not a feature, by its name.
  enum Kind: CaseIterable {
    case times, folds, runs, weights, bookkeeping, places, labels

    /// The kind, in the words of a decision on a column "whose name is ...".
    var title: String {
      switch self {
      case .times: "that of a survival time or its event"
      case .folds: "that of folds"
      case .runs: "that of a run or repetition"
      case .weights: "that of a weight of rows"
      case .bookkeeping: "bookkeeping's"
      case .places: "that of a place"
      case .labels: "a label's"
      }
    }

    /// The options that give such a column another role.
    var options: String {
      switch self {
      case .times: "--task survival, --keep-column"
      case .folds, .runs: "--fold-column, --keep-column"
      case .places: "--coordinate-columns, --keep-column"
      case .bookkeeping, .weights: "--keep-column"
      case .labels: "--label-column, --instance-label-column, --keep-column"
      }
    }
  }

  /// Returns the kind of each column; nil for features, and for columns whose role has a name of its own.
  ///
  /// Times and events are a survival time beside each other only, and `x`, `left` or `cx` are places beside `y`, `top`
  /// or `cy`.
  static func kinds(of names: [String]) -> [Kind?] {
    let plain = names.map(plain)
    let areOfSurvival = plain.contains(where: time.contains) && plain.contains(where: event.contains)
    let places = places(of: names)
    return names.indices.map { index in
      let name = names[index]
      if areOfSurvival, time.contains(plain[index]) || event.contains(plain[index]) { return .times }
      if isFolds(name) { return .folds }
      if isRun(name) { return .runs }
      if isWeight(name) { return .weights }
      if isBookkeeping(name) { return .bookkeeping }
      if let own = places[index], places.contains(where: { $0?.word == own.word && $0?.axis != own.axis }) {
        return .places
      }
      return isLabelOrDiagnosis(name) ? .labels : nil
    }
  }
}
