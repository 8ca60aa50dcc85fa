/// The figures that a cross-validation would print if it tested one and the same fold in place of all folds.
///
/// The first public code of MI-Net (github.com/yanyongluan/MINNs, commit c2aed96) took the fold by the number of the
/// run. So each run trained and tested ten times on one fold.
///
/// The figures are from a journal of correct trials. Repetition r counts with the accuracy of one of its folds alone, k
/// times over for k folds. The journal has one training of each fold, so the spread lacks the noise between trainings
/// on one fold.
package struct RepeatedFoldFigures: Codable, Sendable, Equatable {
  /// The difference between the fold's number and the repetition's; 0 is the original fault.
  package let shift: Int
  /// The mean in print.
  package let mean: Double
  /// The standard deviation over all runs and folds, divided by their number as in NumPy.
  package let deviation: Double

  /// Returns the figures for each shift, from 0 to one less than the number of folds.
  ///
  /// Fold numbers are arbitrary, so every shift is an equally likely result in print. Together they show how much the
  /// result varies.
  /// - Parameter records: the trials of one cell.
  /// - Returns: the figures; empty if a fold of a repetition is not finished.
  package static func figures(of records: [TrialRecord]) -> [RepeatedFoldFigures] {
    let finished = records.filter(\.hasResult)
    let folds = finished.map { $0.fold }.max() ?? 0
    let repetitions = Set(finished.map { $0.repetition }).sorted()
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
