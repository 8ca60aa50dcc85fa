import Foundation

extension Metric {
  /// The mean over classes of the AUC of each against all others.
  package static let macroAreaUnderCurve = {
    var metric = Metric(id: "macroAUC", title: "macro AUC") { outcomes in
      // Without one output per class, outputs do not rank a class against the rest.
      guard outcomes.outputs.count == outcomes.targets.classCount else { return nil }
      let areas = outcomes.outputs.indices.compactMap { label in
        Metrics.areaUnderCurve(labels: outcomes.labels.map { $0 == label ? 1 : 0 }, scores: outcomes.outputs[label])
      }
      // A class without a bag, or with all of them, has no area; a mean over the others would answer another question.
      return areas.count == outcomes.outputs.count ? mean(areas) : nil
    }
    (metric.kinds, metric.isCompared, metric.needs) = ([.classes], true, "all classes")
    return metric
  }()

  /// The mean over classes of the share of correctly predicted bags, over all bags of a repetition.
  package static let macroRecall = {
    var metric = Metric(id: "macroRecall", title: "balanced accuracy") { outcomes in
      let counts = ClassCounts(outcomes)
      let shares = counts.ofClass.indices.filter { counts.ofClass[$0] > 0 }.map {
        Double(counts.table[$0][$0]) / Double(counts.ofClass[$0])
      }
      return mean(shares)
    }
    (metric.kinds, metric.scope) = ([.classes], .repetitions)
    return metric
  }()

  /// Cohen's kappa with quadratic weights over all bags of a repetition, for classes that are grades.
  ///
  /// 1 - sum w_ij o_ij / sum w_ij e_ij with w_ij = (i - j)^2. o_ij is the number of bags of class i that are predicted
  /// as class j, and e_ij its expectation from the margins.
  ///
  /// Source: J. Cohen, Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial
  /// credit, Psychological Bulletin 70(4), 1968, doi:10.1037/h0026256.
  package static let quadraticKappa = {
    var metric = Metric(id: "quadraticKappa", title: "quadratic kappa") { outcomes in
      let counts = ClassCounts(outcomes)
      let bags = Double(outcomes.labels.count)
      var (observed, expected) = (0.0, 0.0)
      for label in counts.table.indices {
        for call in counts.table.indices {
          let weight = Double((label - call) * (label - call))
          observed += weight * Double(counts.table[label][call])
          expected += weight * Double(counts.ofClass[label]) * Double(counts.calledClass[call]) / bags
        }
      }
      return expected > 0 ? 1 - observed / expected : nil
    }
    (metric.kinds, metric.scope) = ([.classes], .repetitions)
    return metric
  }()

  /// The mean of -log p of the true class over all bags of a repetition, with p at least 1e-15.
  package static let classLogLoss = {
    var metric = Metric(id: "classLogLoss", title: "log loss") { outcomes in
      guard outcomes.areProbabilities, outcomes.outputs.count == outcomes.targets.classCount else { return nil }
      return mean(outcomes.labels.enumerated().map { -log(max(outcomes.outputs[$0.element][$0.offset], 1e-15)) })
    }
    (metric.kinds, metric.scope, metric.better, metric.style) = ([.classes], .repetitions, .smaller, .decimals(3))
    return metric
  }()
}

/// The number of bags of each true and predicted class.
struct ClassCounts {
  /// The number of bags by true class (row) and predicted class (column).
  private(set) var table: [[Int]]

  init(_ outcomes: Outcomes) {
    let count = max(outcomes.targets.classCount, outcomes.outputs.count)
    table = Array(repeating: Array(repeating: 0, count: count), count: count)
    for (label, call) in zip(outcomes.labels, outcomes.calls) { table[label][call] += 1 }
  }

  /// The number of bags of each true class.
  var ofClass: [Int] { table.map { $0.reduce(0, +) } }
  /// The number of bags of each predicted class.
  var calledClass: [Int] { table.indices.map { call in table.reduce(0) { $0 + $1[call] } } }
}
