import MILBags

extension FoldAssignment {
  /// The first two of the given number of repeats, from 1, that divide the bags alike up to the numbering of folds.
  ///
  /// Where whole groups go into as many folds as there are groups, or single bags into as many folds as bags, there is one
  /// partition alone, and a repetition of it adds no information.
  func repeatedPartition(among repeats: Int) -> (first: Int, second: Int)? {
    // Folds that leave bags out are more than their partition.
    if leftOut != nil { return nil }
    var known: [[Int]: Int] = [:]
    for (index, folds) in assignment.prefix(repeats).enumerated() {
      // Folds are numbered anew in the order in which the bags meet them.
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

  /// Refuses repeats of which two are the same partition.
  ///
  /// - Parameters:
  ///   - repeats: the number of repeats that are run.
  ///   - name: what the reader calls the data set; the assignment knows it by its content.
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
