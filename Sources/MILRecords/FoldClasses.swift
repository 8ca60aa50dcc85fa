/// The classes of the test and training bags of a cell's trials, which decide whether an AUC exists and may be pooled.
package struct FoldClasses: Codable, Sendable, Equatable {
  /// The number of different positive test bags.
  package let positiveBags: Int
  /// The number of different negative test bags.
  package let negativeBags: Int
  /// The number of finished trials whose test bags have both classes, so that an AUC exists.
  package let aucFolds: Int
  /// The number of finished trials whose test bags have one class.
  package let oneClassTestFolds: Int
  /// The number of finished trials with a single test bag.
  package let singleBagTestFolds: Int
  /// The number of trials, finished or not, whose training bags have one class; nil if the records do not say.
  package let oneClassTrainingFolds: Int?
  /// The AUC over all bags of a repetition if each test bag's score is the share of positive training bags of its fold.
  ///
  /// The value is averaged over repetitions; nil with one class, and if the records do not say.
  ///
  /// It is .5 if folds leave out as many positive bags as they should. Leaving out a positive bag lowers the share of
  /// the remaining bags. So it is 0 with one bag in each fold, and the pooled scores of any model are drawn towards it.
  ///
  /// Source: B. J. Parker, S. Günter, J. Bedo, Stratification bias in low signal microarray studies, BMC Bioinformatics
  /// 8, 2007, doi:10.1186/1471-2105-8-326.
  package let trainingShareAUC: Double?

  /// The ``trainingShareAUC`` below which the AUC of pooled scores counts as biased.
  package static let leastTrainingShareAUC = 0.4

  /// Whether the share of positive training bags alone biases the AUC of pooled scores noticeably.
  package var pooledIsBiased: Bool { trainingShareAUC.map { $0 < Self.leastTrainingShareAUC } ?? isLeaveOneOut }

  /// Whether each test fold is a single bag.
  package var isLeaveOneOut: Bool { singleBagTestFolds > 0 && singleBagTestFolds == aucFolds + oneClassTestFolds }

  /// The one label of all test bags; nil with both classes or without bags.
  package var onlyLabel: Int? {
    guard (positiveBags == 0) != (negativeBags == 0) else { return nil }
    return positiveBags > 0 ? 1 : 0
  }

  /// Creates the counts from the trials of one cell, of which `finished` have scores.
  ///
  /// Trials of a task other than two classes count as trials without bags.
  init(_ all: [TrialRecord], finished allFinished: [TrialRecord]) {
    let (records, finished) = (all.filter(\.hasTwoClasses), allFinished.filter(\.hasTwoClasses))
    var labels: [Int: Int] = [:]
    for record in records { for (bag, label) in zip(record.bags, record.labels) { labels[bag] = label } }
    positiveBags = labels.values.count { $0 == 1 }
    negativeBags = labels.count - positiveBags
    aucFolds = finished.count { Set($0.labels).count > 1 }
    oneClassTestFolds = finished.count - aucFolds
    singleBagTestFolds = finished.count { $0.bags.count == 1 }
    let parts = TrainingParts(records)
    let shares = records.map(parts.share)
    oneClassTrainingFolds = shares.contains(nil) ? nil : shares.count { $0 == 0 || $0 == 1 }
    let repetitions = Dictionary(grouping: finished, by: \.repetition).sorted { $0.key < $1.key }.map(\.value)
    let areas = repetitions.map { folds -> Double? in
      let scores = folds.flatMap { fold in fold.labels.map { _ in parts.share(of: fold) } }
      let known = scores.compactMap { $0 }
      return known.count == scores.count
        ? Metrics.areaUnderCurve(labels: folds.flatMap { $0.labels }, scores: known) : nil
    }
    trainingShareAUC = areas.contains(nil) ? nil : mean(areas.compactMap { $0 })
  }
}

extension TrialRecord {
  fileprivate var hasTwoClasses: Bool { targets.kind == .twoClasses }
}

/// The training bags of a cell's trials, as far as the records contain them.
private struct TrainingParts {
  /// The number of bags and of positive bags of each repetition whose folds are complete.
  private let whole: [Int: (bags: Int, positives: Int)]

  init(_ records: [TrialRecord]) {
    // A cell has few settings, and reading their JSON is slow.
    var stated: [String: Int?] = [:]
    whole = Dictionary(grouping: records, by: \.repetition).compactMapValues { folds in
      guard let first = folds.first else { return nil }
      let said = stated[first.protocolSettings] ?? first.statedFolds
      stated[first.protocolSettings] = .some(said)
      let expected = said ?? folds.map { $0.fold }.max() ?? 0
      let bags = folds.flatMap { $0.bags }
      // If the record does not say, the training bags are those of the other folds.
      guard folds.count == expected, folds.allSatisfy({ !$0.bags.isEmpty }), Set(bags).count == bags.count else {
        return nil
      }
      return (bags.count, folds.reduce(0) { $0 + $1.labels.reduce(0, +) })
    }
  }

  /// The share of positive bags among the training bags of a trial; nil if the records do not say.
  func share(of record: TrialRecord) -> Double? {
    if let bags = record.trainingBags {
      return record.trainingPositives.map { Double($0) / Double(max(bags, 1)) }
    }
    guard let all = whole[record.repetition], all.bags > record.bags.count else { return nil }
    return Double(all.positives - record.labels.reduce(0, +)) / Double(all.bags - record.bags.count)
  }
}
