import MILExperiments
import MILRecords
import MILStatistics

/// A data set and model, with all known figures.
public struct ComparisonRow: Sendable, Equatable {
  /// The data set, model and protocol.
  package let key: CellKey
  /// The paper's name of the data set.
  public let datasetTitle: String
  /// The paper's name of the model.
  package let modelLabel: String
  /// The name of the row among those of its data set: that of the model, with what its protocol differs in.
  public let label: String
  /// The paper's figure.
  package let paper: PublishedFigure?
  /// The summary of our trials; nil if there are none.
  package let ours: CellSummary?
  /// The figures of replications.
  package let replications: [PublishedFigure]
  /// Whether the data set is unavailable, so that nothing can be run.
  package let isWithoutData: Bool
  /// The origin of our trials: "own", "reference" or both; nil if there are none.
  package var run: String?
  /// The number of trials of a complete cell; 0 if there are none of ours.
  let expected: Int

  /// The data set's name.
  public var dataset: String { key.dataset }
  /// The model id.
  public var model: String { key.model }
  /// The protocol's name.
  public var `protocol`: String { key.protocol }

  /// A figure of our finished trials by its key, such as a metric's: the mean over folds. It is nil if there is none.
  public subscript(figure: String) -> Double? { ours?[figure] }

  /// The comparison of our accuracy with the paper's; nil if either is missing or the paper's has no sampling error.
  package var verdict: PaperVerdict? {
    guard let paper, let ours, let mean = ours.leading.mean else { return nil }
    // A paper's deviation over repetitions counts as one over as many repetitions as ours, as far as papers say.
    let spread = paper.spreads.first { $0.kind == .repeatDeviation }?.spread
    return PaperVerdict(
      paper: RepeatedMean(paper.mean, deviation: spread, repetitions: max(ours.repeats, 2)),
      ours: RepeatedMean(mean, deviation: ours.leading.deviationOverRepeats, repetitions: ours.repeats),
      oracle: ours.leading.oracle, bags: ours.bags)
  }
}
