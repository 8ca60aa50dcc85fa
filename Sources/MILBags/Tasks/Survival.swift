import Autodiff
import LinearAlgebra
import MILRecords

extension Targets {
  /// Returns Harrell's concordance of risks with these times; one half if no pair is comparable.
  fileprivate func merit(ofRisks risks: [Double]) -> Double {
    guard case .survival(let times, let events) = self else { return 0 }
    return (Metrics.concordance(times: times, events: events, risks: risks) ?? 0.5) * Double(risks.count)
  }
}

/// The time of an event, by hazards of intervals that contain equal shares of the training events.
///
/// h_k = sigmoid(x_k) is the probability of the event in interval k for a bag without an event before it. The loss is
/// the negative log-likelihood. For an event in interval k it is `-log h_k - sum over j < k of log(1 - h_j)`. For a bag
/// followed into interval k and no longer it is `-sum over j <= k of log(1 - h_j)`. The prediction is a risk, larger
/// for an earlier event: `-sum over k of S_k` with S_k the probability of no event up to the end of interval k.
///
/// Sources: M. F. Gensheimer, B. Narasimhan, A scalable discrete-time survival model for neural networks, PeerJ 7,
/// 2019, doi:10.7717/peerj.6257; the risk as in the public code of R. J. Chen et al., Whole slide images are 2D point
/// clouds: context-aware survival prediction using patch-based graph convolutional networks, MICCAI 2021.
package struct DiscreteSurvival: BagTask {
  /// The name.
  package static let id = "survival"
  /// The ends of all intervals except the last: quantiles of the times of training events.
  package private(set) var ends: [Double] = []
  /// The number of intervals.
  package let intervals: Int

  /// Creates the task, not yet fitted.
  package init(intervals: Int = 4) { self.intervals = max(2, intervals) }

  /// The kind of targets that bags of the task have.
  package var targetKind: Targets.Kind { .survival }
  /// The number of network outputs per bag.
  package var outputColumns: Int { intervals }
  /// The number of predicted numbers per bag.
  package var predictionColumns: Int { 1 }
  /// The number of target columns that the loss reads.
  package var targetColumns: Int { intervals &* 2 }
  /// Whether predictions are probabilities.
  package var predictsProbabilities: Bool { false }

  /// Returns the task with intervals that end at the quantiles of these events' times.
  package func fitted(to targets: Targets) throws -> DiscreteSurvival {
    guard case .survival(let times, let events) = targets else { throw mismatch(targets) }
    let sorted = times.indices.filter { events[$0] }.map { times[$0] }.sorted()
    guard !sorted.isEmpty else {
      throw TaskError("none of the \(times.count) training bags has an event, expected one at least")
    }
    var result = self
    result.ends = (1..<intervals).map { part in
      let place = Double(part) / Double(intervals) * Double(sorted.count - 1)
      let (low, share) = (Int(place), place - Double(Int(place)))
      return sorted[low] + share * (sorted[min(low + 1, sorted.count - 1)] - sorted[low])
    }
    return result
  }

  /// Returns, for each interval, whether the bag was at risk in it, and then for each whether the event happened in it.
  package func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .survival(let times, let events) = targets else { throw mismatch(targets) }
    var result = Matrix<Float>(rows: times.count, columns: targetColumns)
    for bag in times.indices {
      let interval = ends.count { times[bag] > $0 }
      for earlier in 0...interval { result[bag, earlier] = 1 }
      if events[bag] { result[bag, intervals + interval] = 1 }
    }
    return result
  }

  /// Returns the sum over the intervals at risk of the logistic losses of the event.
  package func loss(_ output: Variable, _ targets: Variable) -> Variable {
    let (isAtRisk, event) = (targets.columns(0..<intervals), targets.columns(intervals..<2 * intervals))
    return (isAtRisk * output.softplus() - event * output).sumOverFeatures()
  }

  /// Returns the concordance, times the number of bags.
  package func merit(_ predictions: [Double], _ targets: Targets, threshold: Double) -> Double {
    targets.merit(ofRisks: predictions)
  }

  /// Returns the risk.
  package func prediction(_ output: Variable) -> Variable {
    let hazards = output.softplus()
    var (logarithm, risk): (Variable?, Variable?) = (nil, nil)
    for interval in 0..<intervals {
      let column = hazards.columns(interval..<interval + 1)
      let total = logarithm.map { $0 + column } ?? column
      let survived = (-total).exp()
      (logarithm, risk) = (total, risk.map { $0 - survived } ?? -survived)
    }
    return risk ?? output
  }
}

/// The order of events: a risk for each bag, by Cox's partial likelihood over the bags of a step.
///
/// Source: D. R. Cox, Regression models and life-tables, Journal of the Royal Statistical Society B 34(2), 1972,
/// doi:10.1111/j.2517-6161.1972.tb00899.x.
package struct CoxSurvival: BagTask {
  /// The name.
  package static let id = "cox"

  /// Creates the task.
  package init() {}

  /// The kind of targets that bags of the task have.
  package var targetKind: Targets.Kind { .survival }
  /// The number of network outputs per bag.
  package var outputColumns: Int { 1 }
  /// The number of predicted numbers per bag.
  package var predictionColumns: Int { 1 }
  /// The number of target columns that the loss reads.
  package var targetColumns: Int { 2 }
  /// Whether predictions are probabilities.
  package var predictsProbabilities: Bool { false }
  /// Two: the likelihood of a single bag is constant.
  package var leastBagsPerStep: Int { 2 }

  /// Returns the time of each bag, and whether its event happened then.
  package func numbers(_ targets: Targets) throws -> Matrix<Float> {
    guard case .survival(let times, let events) = targets else { throw mismatch(targets) }
    return Matrix(
      rows: times.count, columns: 2, elements: zip(times, events).flatMap { [Float($0), $1 ? 1 : 0] })
  }

  /// Returns the negative log partial likelihood of the bags of a step.
  package func loss(_ output: Variable, _ targets: Variable) -> Variable { output.coxPartialLikelihood(with: targets) }

  /// Returns the concordance, times the number of bags.
  package func merit(_ predictions: [Double], _ targets: Targets, threshold: Double) -> Double {
    targets.merit(ofRisks: predictions)
  }

  /// Returns the risk itself.
  package func prediction(_ output: Variable) -> Variable { output }
}
