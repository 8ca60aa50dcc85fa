extension FoldAssignment {
  /// Returns leave-one-out folds: each bag is tested once by a model trained on all others.
  ///
  /// If bags have groups, all bags of one group are tested together (leave-one-group-out). Folds are numbered in the
  /// order of bags, or of the first bag of each group. There is one such partition, so there are no repetitions.
  ///
  /// - Throws: ``FoldError`` for fewer than two bags or groups.
  package static func leaveOneOut(of dataset: BagDataset) throws -> FoldAssignment {
    let folds: [Int]
    if let groups = dataset.groups {
      var numbers: [String: Int] = [:]
      folds = groups.map { group in
        let number = numbers[group] ?? numbers.count + 1
        numbers[group] = number
        return number
      }
    } else {
      folds = Array(1...max(dataset.bagCount, 1))
    }
    let count = folds.max() ?? 0
    guard count >= 2 else {
      throw FoldError(
        place: "folds of \(dataset.name)",
        problem: dataset.groups == nil
          ? "one bag, leave-one-out needs at least 2"
          : "all bags are of one group, leaving out one group needs at least 2")
    }
    return FoldAssignment(
      dataset: dataset.seedName, bagCount: dataset.bagCount, scheme: .leaveOneOut, foldCount: count, repeats: 1,
      seed: 0,
      assignment: [folds])
  }
}
