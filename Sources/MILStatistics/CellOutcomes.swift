import MILRecords

/// The outcomes of one model on each fold of one data set, for finished trials.
struct CellOutcomes {
  /// One finished trial; a class, since every pair of models copies the folds that they share.
  final class Fold: Sendable {
    let repetition: Int
    let fold: Int
    let dataHash: String
    let foldsHash: String
    let bags: [Int]
    /// The number of training bags, if the record says.
    let trainingBags: Int?
    /// Whether the prediction of each test bag is correct.
    let isRight: [Bool]
    /// Whether all test bags have one score, as with a model that learns from labels alone.
    let hasOneScore: Bool
    /// The defined metrics of the fold.
    private let values: [(id: String, value: Double)]

    init(_ record: TrialRecord, _ metrics: [Metric]) {
      let outcomes = Outcomes([record])
      repetition = record.repetition
      fold = record.fold
      dataHash = record.dataHash
      foldsHash = record.foldsHash
      bags = record.bags
      trainingBags = record.trainingBags
      isRight = zip(outcomes.calls, outcomes.labels).map { $0 == $1 }
      hasOneScore = outcomes.outputs.allSatisfy { column in column.allSatisfy { $0 == column.first } }
      values = metrics.compactMap { metric in metric.value(outcomes).map { (metric.id, $0) } }
    }

    func value(_ metric: Metric) -> Double? { values.first { $0.id == metric.id }?.value }

    /// The order of the trials.
    var place: (Int, Int) { (repetition, fold) }

    /// Returns whether the other fold tests the same bags of the same data after the same split.
    func isSame(as other: Fold) -> Bool {
      dataHash == other.dataHash && foldsHash == other.foldsHash && bags == other.bags
    }
  }

  /// The finished trials, sorted by repetition and fold.
  let folds: [Fold]
  /// The number of folds of one repetition.
  let foldCount: Int

  /// Whether every trial scores all its test bags alike: a floor that any model must beat.
  var isFloor: Bool { !folds.isEmpty && folds.allSatisfy(\.hasOneScore) }

  init(_ records: [TrialRecord], _ metrics: [Metric]) {
    folds = records.filter(\.hasResult).sorted { $0.key < $1.key }.map { Fold($0, metrics) }
    // A journal from elsewhere may state other settings; then the largest fold number decides.
    foldCount = records.first?.statedFolds ?? records.map { $0.fold }.max() ?? 0
  }
}

/// The folds that both models finished, after the same split of the same data.
struct SharedFolds {
  let pairs: [(a: CellOutcomes.Fold, b: CellOutcomes.Fold)]
  /// Why no comparison is possible, as half a sentence; nil if one is.
  let problem: String?

  init(_ a: CellOutcomes, _ b: CellOutcomes) {
    var met: [(a: CellOutcomes.Fold, b: CellOutcomes.Fold)] = []
    var place = 0
    for fold in a.folds {
      while place < b.folds.count, b.folds[place].place < fold.place { place += 1 }
      if place < b.folds.count, b.folds[place].place == fold.place { met.append((fold, b.folds[place])) }
    }
    pairs = met.filter { $0.a.isSame(as: $0.b) }
    problem = Self.problem(a, b, met: met, pairs: pairs)
  }

  private static func problem(
    _ a: CellOutcomes, _ b: CellOutcomes, met: [(a: CellOutcomes.Fold, b: CellOutcomes.Fold)],
    pairs: [(a: CellOutcomes.Fold, b: CellOutcomes.Fold)]
  ) -> String? {
    if a.folds.isEmpty { return "a has no finished trial" }
    if b.folds.isEmpty { return "b has no finished trial" }
    if met.isEmpty { return "they finished on no common fold" }
    if met.allSatisfy({ $0.a.dataHash != $0.b.dataHash }) { return "they ran on different data" }
    if pairs.isEmpty { return "they ran on different folds" }
    if pairs.count < 2 { return "they finished on one common fold, two are needed" }
    let knowsSizes = pairs.allSatisfy { $0.a.trainingBags != nil }
    return a.foldCount < 2 && !knowsSizes ? "a repetition has one fold, two are needed" : nil
  }

  /// Returns the size of the test part divided by that of the training part.
  ///
  /// It is 1/(k - 1) for k folds that divide the bags, and otherwise the ratio of the mean sizes.
  func testPerTraining(foldCount: Int) -> Double {
    let training = pairs.compactMap(\.a.trainingBags)
    guard training.count == pairs.count, !training.isEmpty else { return 1 / Double(max(foldCount - 1, 1)) }
    return Double(pairs.reduce(0) { $0 + $1.a.bags.count }) / Double(max(training.reduce(0, +), 1))
  }

  /// The number of repetitions among the shared folds.
  var repeats: Int { Set(pairs.map(\.a.repetition)).count }

  /// Returns one difference (a minus b) for each shared fold; omits folds on which the metric is not defined.
  func differences(_ metric: Metric) -> [Double] {
    pairs.compactMap { pair in
      guard let a = pair.a.value(metric), let b = pair.b.value(metric) else { return nil }
      return a - b
    }
  }

  /// Returns the number of repetitions in which a has the better mean over shared folds, ties half, and the number of
  /// repetitions in which the metric is defined.
  func repetitionsAhead(_ metric: Metric) -> (ahead: Double, of: Int) {
    var sums: [Int: Double] = [:]
    for pair in pairs {
      guard let a = pair.a.value(metric), let b = pair.b.value(metric) else { continue }
      sums[pair.a.repetition, default: 0] += metric.better.sign * (a - b)
    }
    return (sums.values.reduce(0) { $0 + WinRate.share($1) }, sums.count)
  }

  /// The shares of tests in which each model was correct, for each bag in shared folds, in the order of the bags.
  var bagShares: [(a: Double, b: Double)] {
    var counts: [Int: (tests: Int, a: Int, b: Int)] = [:]
    for (a, b) in pairs {
      for (bag, isRight) in zip(a.bags, zip(a.isRight, b.isRight)) {
        let old = counts[bag] ?? (0, 0, 0)
        counts[bag] = (old.tests + 1, old.a + (isRight.0 ? 1 : 0), old.b + (isRight.1 ? 1 : 0))
      }
    }
    return counts.sorted { $0.key < $1.key }.map { _, count in
      (Double(count.a) / Double(count.tests), Double(count.b) / Double(count.tests))
    }
  }
}
