import MILBags

/// Folds or splits from the user's own file or column, before they become a `FoldAssignment`.
package enum GivenFolds: Equatable {
  /// In each repetition, the fold (from 1) that tests each bag; 0 for a bag that is always trained on.
  case folds([[Int]])
  /// Splits into training and test bags.
  case splits([GivenSplit])

  /// Converts them to an assignment, with notes for the user.
  ///
  /// Splits with disjoint test sets are the folds of one repetition. Splits whose test sets overlap, such as random
  /// draws, are repetitions of one fold each.
  /// - Throws: `FoldError` for repetitions with different numbers of folds, or a duplicate split.
  package func assignment(
    for dataset: BagDataset, place: String, source: String
  ) throws -> (folds: FoldAssignment, notes: [String]) {
    switch self {
    case .folds(let table): try Self.repeated(table, dataset, place, source)
    case .splits(let splits): try Self.split(splits, dataset, place, source)
    }
  }

  private static func repeated(
    _ table: [[Int]], _ dataset: BagDataset, _ place: String, _ source: String
  ) throws -> (folds: FoldAssignment, notes: [String]) {
    let counts = table.map { $0.max() ?? 0 }
    guard let count = counts.first, count >= 1 else { throw FoldError(place: place, problem: "no bag is in any fold") }
    if let other = counts.firstIndex(where: { $0 != count }) {
      throw FoldError(
        place: place,
        problem: "repetition 1 has \(count) folds, but repetition \(other + 1) has \(counts[other]); give repetitions "
          + "with different numbers of folds in files of their own")
    }
    for (round, row) in table.enumerated() {
      if let other = table[..<round].firstIndex(of: row) {
        throw FoldError(
          place: place,
          problem: "repetition \(round + 1) has the folds of repetition \(other + 1); remove one of the two, which say "
            + "the same twice")
      }
      guard count > 1 || row.contains(0) else {
        throw FoldError(
          place: place,
          problem: "all bags are in one fold, so none is left to train on; expected two folds, or -1 for bags that are "
            + "trained on")
      }
      for fold in 1...count {
        let test = row.indices.filter { row[$0] == fold }
        let training = row.indices.filter { row[$0] != fold }
        if let problem = dataset.partedGroup(training: training, test: test) {
          throw FoldError(place: "\(place), repetition \(round + 1), fold \(fold)", problem: problem)
        }
      }
    }
    let folds = FoldAssignment(
      dataset: dataset.seedName, bagCount: dataset.bagCount, scheme: .given, foldCount: count, repeats: table.count,
      seed: 0, source: source, assignment: table)
    return (folds, ["folds of \(source): \(table.count) x \(count)"] + untested(folds, dataset))
  }

  private static func split(
    _ splits: [GivenSplit], _ dataset: BagDataset, _ place: String, _ source: String
  ) throws -> (folds: FoldAssignment, notes: [String]) {
    for (index, split) in splits.enumerated() {
      let same = splits[..<index].first { $0.test == split.test && $0.training == split.training }
      if let same {
        throw FoldError(
          place: split.place,
          problem: "it is the split of \(same.place); remove one of the two, which say the same twice")
      }
    }
    let tested = splits.flatMap(\.test)
    let areDisjoint = Set(tested).count == tested.count
    var assignment: [[Int]] = areDisjoint ? [Array(repeating: 0, count: dataset.bagCount)] : []
    for (index, split) in splits.enumerated() {
      if !areDisjoint { assignment.append(Array(repeating: 0, count: dataset.bagCount)) }
      for bag in split.test { assignment[assignment.count - 1][bag] = areDisjoint ? index + 1 : 1 }
    }
    let out = areDisjoint ? [splits.map(\.leftOut)] : splits.map { [$0.leftOut] }
    let folds = FoldAssignment(
      dataset: dataset.seedName, bagCount: dataset.bagCount, scheme: .given, foldCount: areDisjoint ? splits.count : 1,
      repeats: assignment.count, seed: 0, source: source, assignment: assignment,
      leftOut: splits.allSatisfy(\.leftOut.isEmpty) ? nil : out)
    var notes: [String] = []
    if splits.count == 1, let only = splits.first {
      notes.append(
        "split of \(source): one fixed split, \(only.training.count) bags trained on, \(only.test.count) tested")
    } else if areDisjoint {
      notes.append(
        "splits of \(source): \(splits.count) with disjoint test bags, taken as the folds of one repetition")
    } else {
      notes.append(
        "splits of \(source): the test bags of the \(splits.count) splits overlap, so they are taken as "
          + "\(splits.count) repetitions of one fold each")
    }
    for (index, split) in splits.enumerated() {
      let new = split.notes.filter { note in !splits[..<index].contains { $0.notes.contains(note) } }
      notes += new.map { splits.count == 1 ? $0 : "\(split.place): \($0)" }
    }
    let unused = Set(splits.flatMap(\.leftOut))
    if !unused.isEmpty {
      let bags = unused.count == 1 ? "1 bag under val is" : "\(unused.count) bags under val are"
      notes.append("\(bags) neither trained on nor tested in their split")
    }
    return (folds, notes + untested(folds, dataset))
  }

  private static func untested(_ folds: FoldAssignment, _ dataset: BagDataset) -> [String] {
    let never = dataset.labels.indices.count { bag in folds.assignment.allSatisfy { $0[bag] == 0 } }
    return never == 0 ? [] : ["\(never) of \(dataset.bagCount) bags are never tested"]
  }
}
