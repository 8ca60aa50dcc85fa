import MILRecords

/// A mean over seeds with its 95% interval.
///
/// mean ± t(.975, n - 1) SD / sqrt(n), cut to 0 ... 1, with Student's t quantile and the sample standard deviation.
package struct MeanInterval: Sendable, Equatable {
  /// The mean.
  package let mean: Double
  /// The lower end.
  package let low: Double
  /// The upper end.
  package let high: Double

  /// Creates the interval of some shares in 0 ... 1; all of 0 ... 1 for a single share, nil for none.
  package init?(_ values: [Double]) {
    guard let mean = MILRecords.mean(values) else { return nil }
    let count = Double(values.count)
    let half = sampleDeviation(values).map {
      StudentDistribution(degreesOfFreedom: count - 1).quantile(0.975) * $0 / count.squareRoot()
    }
    self.mean = mean
    low = max(0, mean - (half ?? 1))
    high = min(1, mean + (half ?? 1))
  }
}

/// The verdict of an algorithmic test on a model.
///
/// The rule is this project's. Its logic is that of E. Raff, J. Holt, Reproducibility in multiple instance learning: a
/// case for algorithmic unit tests, NeurIPS 2023, arXiv:2310.17867. A model fails if it learned the training bags and
/// ranks the test bags in reverse.
package enum AuditVerdict: String, Sendable, Equatable, CaseIterable {
  /// The mean training AUC is below 0.7, so the test decides nothing.
  case notLearned = "not learned"
  /// The 95% interval of the mean test AUC lies below 0.5.
  case fail = "FAIL"
  /// The interval lies above 0.5, and the test AUC is less than 0.1 below the training AUC.
  case pass = "PASS"
  /// All other results.
  case partly = "partly"

  /// The smallest mean training AUC of a model that learned the training bags.
  package static let leastTrainingAUC = 0.7
  /// The largest loss from the mean training AUC to the mean test AUC of a model that passes.
  package static let largestLoss = 0.1
  /// The smallest number of seeds for a verdict.
  package static let leastSeeds = 5

  /// Creates the verdict on mean AUCs over seeds.
  package init(training: MeanInterval, test: MeanInterval) {
    if training.mean < Self.leastTrainingAUC {
      self = .notLearned
    } else if test.high < 0.5 {
      self = .fail
    } else if test.low > 0.5, training.mean - test.mean < Self.largestLoss {
      self = .pass
    } else {
      self = .partly
    }
  }
}

/// A model on one algorithmic test, over all seeds.
package struct AuditCell: Sendable, Equatable {
  /// The key that the runs share; its seed has no meaning.
  package let key: AuditKey
  /// The number of seeds with finished runs.
  package let seeds: Int
  /// The reasons for unfinished runs of other seeds, each once.
  package let problems: [String]
  /// The training AUC; nil without finished runs.
  package let training: MeanInterval?
  /// The test AUC; nil without finished runs.
  package let test: MeanInterval?

  /// The verdict; nil with too few seeds.
  package var verdict: AuditVerdict? {
    guard let training, let test, seeds >= AuditVerdict.leastSeeds else { return nil }
    return AuditVerdict(training: training, test: test)
  }

  /// Returns the cells of the records, in the order of their first appearance.
  package static func summaries(of records: [AuditRecord]) -> [AuditCell] {
    var groups: [(key: AuditKey, records: [AuditRecord])] = []
    var places: [AuditKey: Int] = [:]
    for record in records {
      var key = record.key
      key.seed = 0
      if let place = places[key] {
        groups[place].records.append(record)
      } else {
        places[key] = groups.count
        groups.append((key, [record]))
      }
    }
    return groups.map { AuditCell($0.key, $0.records) }
  }

  private init(_ key: AuditKey, _ records: [AuditRecord]) {
    self.key = key
    let finished = records.filter { $0.status == .finished }
    seeds = finished.count
    problems = Set(records.filter { $0.status != .finished }.map { $0.message ?? $0.status.rawValue }).sorted()
    training = MeanInterval(finished.compactMap(\.trainingAUC))
    test = MeanInterval(finished.compactMap(\.testAUC))
  }
}
