extension Metric {
  /// The root of the mean squared difference between predicted and true numbers.
  package static let rootMeanSquaredError = {
    var metric = Metric(id: "rmse", title: "RMSE") { Metrics.rootMeanSquaredError($0) }
    (metric.kinds, metric.isCompared, metric.better, metric.style) = ([.numbers], true, .smaller, .decimals(3))
    return metric
  }()

  /// The share of the variance of all bags of a repetition that predictions explain.
  ///
  /// 1 - sum (y - p)^2 / sum (y - mean)^2.
  package static let explainedVariance = {
    var metric = Metric(id: "r2", title: "R²") { outcomes in
      guard case .numbers(let values) = outcomes.targets, let mean = mean(values) else { return nil }
      let total = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let rest = zip(values, outcomes.scores).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return total > 0 ? 1 - rest / total : nil
    }
    (metric.kinds, metric.scope) = ([.numbers], .repetitions)
    return metric
  }()

  /// Spearman's correlation of ranks over all bags of a repetition; equal values share the mean of their ranks.
  package static let rankCorrelation = {
    var metric = Metric(id: "spearman", title: "Spearman") { outcomes in
      guard case .numbers(let values) = outcomes.targets else { return nil }
      return Metrics.rankCorrelation(values, outcomes.scores)
    }
    (metric.kinds, metric.scope) = ([.numbers], .repetitions)
    return metric
  }()
}

extension Metrics {
  static func rootMeanSquaredError(_ outcomes: Outcomes) -> Double? {
    guard case .numbers(let values) = outcomes.targets, !values.isEmpty else { return nil }
    let squares = zip(values, outcomes.scores).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (squares / Double(values.count)).squareRoot()
  }

  /// Returns Spearman's correlation, that of the ranks; nil if one of the lists has one value throughout.
  ///
  /// Source: C. Spearman, The proof and measurement of association between two things, American Journal of Psychology
  /// 15(1), 1904, doi:10.2307/1412159.
  static func rankCorrelation(_ left: [Double], _ right: [Double]) -> Double? {
    guard left.count == right.count, left.count > 1 else { return nil }
    let (a, b) = (ranks(left), ranks(right))
    let middle = Double(left.count + 1) / 2
    func product(_ x: [Double], _ y: [Double]) -> Double {
      zip(x, y).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - middle) }
    }
    let scale = (product(a, a) * product(b, b)).squareRoot()
    return scale > 0 ? product(a, b) / scale : nil
  }

  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = Array(repeating: 0.0, count: values.count)
    var first = 0
    while first < order.count {
      let end = order[first...].firstIndex { values[$0] != values[order[first]] } ?? order.count
      for place in first..<end { ranks[order[place]] = Double(first + 1 + end) / 2 }
      first = end
    }
    return ranks
  }
}
