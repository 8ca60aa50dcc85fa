/// What a cross-validation would have printed that tests one and the same fold in place of all folds.
///
/// The first public code of MI-Net (github.com/yanyongluan/MINNs, commit c2aed96) took the fold by the number of the run,
/// so that each run trained and tested ten times on one fold. From a journal of sound trials: repetition r counts with
/// the accuracy of one of its folds alone, k times over for k folds. The noise between trainings on one fold is not in
/// the journal, which has one of each, so the spread is without it.
package struct RepeatedFoldFigures: Codable, Sendable, Equatable {
  /// By how much the fold's number is ahead of the repetition's; 0 is the fault as it was.
  package let shift: Int
  /// The mean that would have been printed.
  package let mean: Double
  /// The standard deviation over all runs and folds, as NumPy takes it: divided by their number.
  package let deviation: Double

  /// The figures for each shift, from 0 to one less than the number of folds.
  ///
  /// Fold numbers are arbitrary, so every shift is as good a draw of what might have been printed; together they show by
  /// how much that varies.
  /// - Parameter records: the trials of one cell; empty where a fold of a repetition has not finished.
  package static func figures(of records: [TrialRecord]) -> [RepeatedFoldFigures] {
    let finished = records.filter(\.hasResult)
    let folds = finished.map(\.fold).max() ?? 0
    let repetitions = Set(finished.map(\.repetition)).sorted()
    var accuracy: [Int: [Int: Double]] = [:]
    for record in finished {
      accuracy[record.repetition, default: [:]][record.fold] = record.leadingValue(afterEpoch: record.epochCount - 1)
    }
    guard repetitions.allSatisfy({ accuracy[$0]?.count == folds }), folds > 0 else { return [] }
    return (0..<folds).map { shift in
      let values = repetitions.enumerated().compactMap { run, repetition in
        accuracy[repetition]?[(run + shift) % folds + 1]
      }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      return RepeatedFoldFigures(shift: shift, mean: mean, deviation: variance.squareRoot())
    }
  }
}
