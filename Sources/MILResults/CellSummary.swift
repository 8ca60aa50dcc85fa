/// What trials have in common that are averaged together; ordered by its parts in the order of the properties.
public struct CellKey: Hashable, Comparable, Sendable {
  /// The data set's name.
  public var dataset: String
  /// The model id.
  public var model: String
  /// The protocol's name.
  public var `protocol`: String

  /// A key from its parts.
  public init(dataset: String, model: String, protocol: String) {
    self.dataset = dataset
    self.model = model
    self.protocol = `protocol`
  }

  /// Whether the left key sorts before the right one.
  public static func < (left: CellKey, right: CellKey) -> Bool {
    (left.dataset, left.model, left.protocol) < (right.dataset, right.model, right.protocol)
  }
}

extension TrialRecord {
  /// The cell to which the trial belongs.
  public var cell: CellKey { CellKey(dataset: dataset, model: model, protocol: `protocol`) }
}

/// What the trials of one model on one data set under one protocol amount to: one cell of a table.
///
/// Finished trials alone are averaged; the others are counted. Accuracies are means of fold accuracies, as the papers
/// print them. Everything that needs at least one finished trial is nil without one.
public struct CellSummary: Codable, Sendable, Equatable {
  /// The data set's name.
  public let dataset: String
  /// The model id.
  public let model: String
  /// The protocol's name.
  public let `protocol`: String

  /// The number of trials recorded.
  public let trials: Int
  /// The number of trials that finished.
  public let finished: Int
  /// The number of trials whose loss or scores were no longer finite.
  public let diverged: Int
  /// The number of trials that ended with an error.
  public let failed: Int
  /// The number of repetitions with a finished trial.
  public let repeats: Int
  /// The number of different test bags in all trials.
  public let bags: Int

  /// The mean of the fold accuracies after the last epoch.
  public let accuracy: Double?
  /// The sample standard deviation of the fold accuracies over all folds of all repetitions; nil for one fold.
  public let accuracySDFolds: Double?
  /// The sample standard deviation of the repetitions' mean accuracies; nil for one repetition.
  public let accuracySDRepeats: Double?
  /// The binomial standard error of ``accuracy``, sqrt(p (1 - p) / bags): what other bags of the same number would change.
  public let accuracyBinomialStandardError: Double?
  /// The standard error of ``accuracy`` over folds, corrected for the training bags that they share, see
  /// ``CorrectedError``; nil for one fold.
  public let accuracyCorrectedStandardError: Double?
  /// The share of the bags of a repetition called right, averaged over repetitions: each bag counts alike, whatever the
  /// size of its fold.
  public let accuracyOverBags: Double?
  /// The lower end of Wilson's 95% interval of ``accuracyOverBags``, see ``BinomialError``.
  public let accuracyOverBagsLow: Double?
  /// The upper end of the interval.
  public let accuracyOverBagsHigh: Double?

  /// The mean over folds of the accuracy after the fold's best epoch, chosen on the test bags; nil, as the next two, for
  /// a model without epochs.
  public let oracleAccuracy: Double?
  /// The mean accuracy after the one epoch that is best for all folds together, chosen on the test bags.
  public let oracleCommonAccuracy: Double?
  /// That epoch, from 1; the earliest of equals.
  public let oracleCommonEpoch: Int?

  /// Which classes the folds have.
  public let classes: FoldClasses
  /// The mean AUC of the folds whose test bags have both classes; nil when there are none.
  public let auc: Double?
  /// The AUC of all scores of a repetition together, averaged over repetitions; biased where folds leave out another
  /// share of positive bags than they keep, see ``FoldClasses/trainingShareAUC``.
  public let aucPooled: Double?
  /// The balanced accuracy over all bags of a repetition, averaged over repetitions.
  public let balancedAccuracy: Double?
  /// The F1 score over all bags of a repetition, averaged over repetitions.
  public let f1: Double?
  /// The log loss over all bags of a repetition, averaged over repetitions; nil if any scores are no probabilities.
  public let logLoss: Double?
  /// The Brier score over all bags of a repetition, averaged over repetitions; nil if any scores are no probabilities.
  public let brier: Double?

  /// The mean seconds of training a trial.
  public let seconds: Double?
  /// The seconds of training divided by the training steps of all trials; nil without steps.
  public let secondsPerStep: Double?
  /// The number of trained parameters; the largest when it differs between folds.
  public let parameters: Int?
  /// The records that do not belong into the cell, by reason; nil without any.
  public private(set) var leftOut: [LeftOutRecords]?

  /// The data set, model and protocol.
  public var key: CellKey { CellKey(dataset: dataset, model: model, protocol: `protocol`) }

  /// One summary for each (data set, model, protocol) in the records, sorted by these.
  ///
  /// - Parameters:
  ///   - records: the trials, one record each, of one set of settings a cell; see ``RecordSelection``.
  ///   - leftOut: what was left out of them, which cells tell.
  public static func summaries(of records: [TrialRecord], leftOut: [LeftOutRecords] = []) -> [CellSummary] {
    let others = Dictionary(grouping: leftOut) { CellKey(dataset: $0.dataset, model: $0.model, protocol: $0.protocol) }
    let groups = Dictionary(grouping: records, by: \.cell).merging(others.mapValues { _ in [] }) { own, _ in own }
    return groups.sorted { $0.key < $1.key }.map { cell, records in
      var summary = CellSummary(cell, records)
      summary.leftOut = others[cell]
      return summary
    }
  }

  private init(_ cell: CellKey, _ unsorted: [TrialRecord]) {
    let records = unsorted.sorted { $0.key < $1.key }
    let finished = records.filter { $0.status == .finished && !$0.bags.isEmpty && !$0.correctByEpoch.isEmpty }
    let repetitions = Dictionary(grouping: finished, by: \.repetition).sorted { $0.key < $1.key }.map(\.value)

    dataset = cell.dataset
    model = cell.model
    `protocol` = cell.protocol
    trials = records.count
    self.finished = finished.count
    diverged = records.count { $0.status == .diverged }
    failed = records.count - finished.count - diverged
    repeats = repetitions.count
    bags = Set(records.flatMap(\.bags)).count

    let accuracies = finished.map(\.lastAccuracy)
    accuracy = mean(accuracies)
    accuracySDFolds = sampleDeviation(accuracies)
    accuracySDRepeats = sampleDeviation(repetitions.compactMap { mean($0.map(\.lastAccuracy)) })
    let tested = Set(finished.flatMap(\.bags)).count
    accuracyBinomialStandardError = accuracy.flatMap { BinomialError.standardError(accuracy: $0, bags: tested) }
    accuracyCorrectedStandardError = accuracySDFolds.flatMap { deviation in
      CorrectedError.testPerTraining(finished).map {
        CorrectedError.standardError(deviation: deviation, count: finished.count, testPerTraining: $0)
      }
    }

    let hasEpochs = finished.contains { $0.correctByEpoch.count > 1 || !$0.lossByEpoch.isEmpty }
    oracleAccuracy = hasEpochs ? mean(finished.map(\.bestAccuracy)) : nil
    let common = hasEpochs ? bestCommonEpoch(finished) : nil
    oracleCommonAccuracy = common?.accuracy
    oracleCommonEpoch = common?.epoch

    classes = FoldClasses(records, finished: finished)
    auc = mean(finished.compactMap { Metrics.areaUnderCurve(labels: $0.labels, scores: $0.scores) })
    let pooled = repetitions.map(PooledScores.init)
    aucPooled = mean(pooled.compactMap { Metrics.areaUnderCurve(labels: $0.labels, scores: $0.scores) })
    accuracyOverBags = mean(pooled.compactMap(\.confusion.accuracy))
    let interval = accuracyOverBags.flatMap { BinomialError.wilsonInterval(accuracy: $0, bags: tested) }
    accuracyOverBagsLow = interval?.lowerBound
    accuracyOverBagsHigh = interval?.upperBound
    balancedAccuracy = mean(pooled.compactMap(\.confusion.balancedAccuracy))
    f1 = mean(pooled.compactMap(\.confusion.f1))
    let areProbabilities = finished.allSatisfy(\.scoresAreProbabilities)
    let probable = areProbabilities ? pooled : []
    logLoss = mean(probable.compactMap { Metrics.logLoss(labels: $0.labels, probabilities: $0.scores) })
    brier = mean(probable.compactMap { Metrics.brierScore(labels: $0.labels, probabilities: $0.scores) })

    seconds = mean(finished.map(\.seconds))
    let steps = finished.reduce(0.0) { $0 + Double($1.steps) }
    secondsPerStep = steps > 0 ? finished.reduce(0) { $0 + $1.seconds } / steps : nil
    parameters = finished.map(\.parameters).max()
  }
}

extension TrialRecord {
  /// The share of the test bags called right after epoch `epoch`, from 0; a model that stopped early stays as it was.
  fileprivate func accuracy(afterEpoch epoch: Int) -> Double {
    guard let last = correctByEpoch.last, !bags.isEmpty else { return 0 }
    return Double(epoch < correctByEpoch.count ? correctByEpoch[epoch] : last) / Double(bags.count)
  }

  fileprivate var lastAccuracy: Double { accuracy(afterEpoch: correctByEpoch.count) }
  fileprivate var bestAccuracy: Double { Double(correctByEpoch.max() ?? 0) / Double(max(bags.count, 1)) }
}

/// The scores of one repetition's test bags, all folds together.
private struct PooledScores {
  let labels: [Int]
  let scores: [Double]
  /// Each fold's bags are called by the fold's own threshold.
  let confusion: ConfusionMatrix

  init(_ records: [TrialRecord]) {
    labels = records.flatMap(\.labels)
    scores = records.flatMap(\.scores)
    confusion = records.reduce(ConfusionMatrix()) {
      $0 + ConfusionMatrix(labels: $1.labels, scores: $1.scores, threshold: $1.threshold)
    }
  }
}

private func bestCommonEpoch(_ records: [TrialRecord]) -> (accuracy: Double, epoch: Int)? {
  var best: (accuracy: Double, epoch: Int)?
  for epoch in 0..<(records.map(\.correctByEpoch.count).max() ?? 0) {
    guard let accuracy = mean(records.map { $0.accuracy(afterEpoch: epoch) }) else { return nil }
    // Sums of fractions differ in their last bits between epochs that are equally good.
    if accuracy > (best?.accuracy ?? -1) + 1e-12 { best = (accuracy, epoch + 1) }
  }
  return best
}

extension TrialKey {
  /// The cell of a table that the trial belongs to.
  public var cell: CellKey { CellKey(dataset: dataset, model: model, protocol: `protocol`) }
}
