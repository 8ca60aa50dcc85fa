import MILExperiments
import MILRecords

/// The cells of runs, each with its origin: the user's own run, or the reference run that comes with the project.
struct MeasuredCells {
  private var cells: [CellKey: [(ours: CellSummary?, run: String?, expected: Int)]] = [:]
  /// The numbers of repetitions in the records of cells, by run.
  let repetitions: [String: ClosedRange<Int>]

  /// Creates the cells of records, some of which may come from a reference run, and those of the reference run.
  init(
    _ experiment: Experiment, _ records: [TrialRecord], reference: [TrialRecord], fromReference: Set<TrialKey>,
    _ metrics: [Metric]
  ) {
    let expected = experiment.trialsPerCell(recorded: records)
    let expectedOfReference = experiment.trialsPerCell(recorded: reference)
    let taken = Set(fromReference.map(\.cell))
    let own = taken.isEmpty ? [] : Set(records.filter { !fromReference.contains($0.key) }.map(\.cell))
    for cell in CellSummary.summaries(of: records, metrics: metrics) {
      let run = !taken.contains(cell.key) ? "own" : own.contains(cell.key) ? "own and reference" : "reference"
      cells[cell.key, default: []].append((cell, run, expected[cell.dataset] ?? 0))
    }
    for cell in CellSummary.summaries(of: reference, metrics: metrics) {
      cells[cell.key, default: []].append((cell, "reference", expectedOfReference[cell.dataset] ?? 0))
    }
    repetitions = ["own": records, "reference": reference].compactMapValues { records in
      let counts = Dictionary(grouping: records, by: \.cell).values.map { Set($0.map { $0.repetition }).count }
      guard let least = counts.min(), let most = counts.max() else { return nil }
      return least...most
    }
  }

  /// The keys of all cells, sorted.
  var keys: [CellKey] { cells.keys.sorted() }

  /// Returns the summaries of a cell with the expected number of trials, the user's own first.
  ///
  /// If no trial was run, the only element has nil for a summary.
  subscript(key: CellKey) -> [(ours: CellSummary?, run: String?, expected: Int)] { cells[key] ?? [(nil, nil, 0)] }
}

extension ComparisonTable {
  /// Whether the rows are of different runs, so that each must state its origin.
  var saysWhose: Bool { Set(rows.compactMap(\.run)).count > 1 || rows.contains { $0.run == "own and reference" } }

  /// The actual number of repetitions and folds of the cross-validation, in half a sentence.
  var crossValidationText: String {
    func text(_ counts: ClosedRange<Int>) -> String {
      let repeats =
        counts.lowerBound < counts.upperBound
        ? "\(counts.lowerBound) to \(counts.upperBound) times"
        : counts.upperBound == 1 ? "one" : "\(counts.upperBound) times"
      return "\(repeats) \(experiment.folds)-fold cross-validation"
    }
    if experiment.foldsAreOfTheData { return experiment.division }
    guard repetitions.count > 1 else {
      return text(repetitions.values.first ?? experiment.repeats...experiment.repeats)
    }
    return repetitions.sorted { $0.key < $1.key }.map { "\(text($0.value)) (\($0.key) run)" }.joined(separator: " and ")
  }
}
