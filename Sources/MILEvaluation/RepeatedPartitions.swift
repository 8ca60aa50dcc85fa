import MILBags

extension FoldAssignment {
  /// Returns the first two of the given number of repeats, from 1, with the same partition up to the numbering of
  /// folds.
  ///
  /// Whole groups in as many folds as there are groups, or single bags in as many folds as bags, have only one
  /// partition. Repeating it adds no information.
  func repeatedPartition(among repeats: Int) -> (first: Int, second: Int)? {
    // Folds that leave bags out are not decided by their partition.
    if leftOut != nil { return nil }
    var known: [[Int]: Int] = [:]
    for (index, folds) in assignment.prefix(repeats).enumerated() {
      // Folds are renumbered in the order in which they first appear.
      var numbers: [Int: Int] = [:]
      let partition = folds.map { fold in
        let number = numbers[fold] ?? numbers.count
        numbers[fold] = number
        return number
      }
      if let first = known[partition] { return (first, index + 1) }
      known[partition] = index + 1
    }
    return nil
  }

  /// Throws if two repeats have the same partition.
  ///
  /// - Parameters:
  ///   - repeats: the number of repeats that are run.
  ///   - name: the name of the data set for the user; the assignment has only a name by content.
  ///   - experiment: the experiment's name.
  /// - Throws: ``EvaluationError`` naming the two and the way out.
  func refuseRepeatedPartitions(among repeats: Int, of name: String, experiment: String) throws {
    guard let same = repeatedPartition(among: repeats) else { return }
    throw EvaluationError(
      "experiment \(experiment): repetitions \(same.first) and \(same.second) divide \(name) into the same \(foldCount) "
        + "folds, so that the second adds nothing; expected different folds: use \(same.second - 1) "
        + "repeat\(same.second == 2 ? "" : "s"), or another number of folds, fewer than groups (or bags)")
  }
}
