import Foundation
import LinearAlgebra
import UserInput

/// A map from scores of two classes to probabilities of the positive class.
///
/// It is fitted on out-of-fold scores: no model scores the bags it was fitted on.
package struct ScoreCalibration: Sendable, Equatable {
  /// The method that fits the map.
  package enum Method: String, Sendable, CaseIterable {
    /// A logistic function of the score: Platt 1999, by the method of Lin, Lin and Weng 2007.
    case sigmoid
    /// A function of the score that never falls: Zadrozny and Elkan 2002, by pooling adjacent violators.
    case isotonic
  }

  /// The fitted function.
  enum Function: Sendable, Equatable {
    case sigmoid(SigmoidFit)
    case isotonic(IsotonicFit)
  }

  let function: Function
  /// The number of bags whose scores fitted the map.
  package let bags: Int
  /// The number of inner folds that these scores are from.
  package let folds: Int

  /// Fits a map.
  ///
  /// - Parameters:
  ///   - method: the method that fits it.
  ///   - scores: one for each bag, from a fit without the bag.
  ///   - labels: 0 or 1 for each bag.
  ///   - folds: the number of inner folds that the scores are from.
  /// - Throws: ``ModelError`` if one class is absent.
  package init(_ method: Method, scores: [Double], labels: [Int], folds: Int) throws {
    guard labels.contains(0), labels.contains(1) else {
      throw ModelError("bags of one class only, expected both to calibrate scores")
    }
    switch method {
    case .sigmoid: function = .sigmoid(SigmoidFit(scores: scores, labels: labels))
    case .isotonic: function = .isotonic(IsotonicFit(scores: scores, labels: labels))
    }
    (bags, self.folds) = (scores.count, folds)
  }

  /// The method that fitted the map.
  package var method: Method {
    switch function {
    case .sigmoid: .sigmoid
    case .isotonic: .isotonic
    }
  }

  /// Returns the probability of the positive class for a score.
  package func probability(_ score: Double) -> Double {
    switch function {
    case .sigmoid(let fit): fit.probability(score)
    case .isotonic(let fit): fit.probability(score)
    }
  }

  /// The map in words.
  package var words: String {
    let map =
      switch function {
      case .sigmoid(let fit):
        "sigmoid, 1 / (1 + exp(\(Float(fit.slope)) s + \(Float(fit.intercept)))) of a score s"
      case .isotonic(let fit): "isotonic, \(fit.scores.count) points"
      }
    return "\(map), fitted on scores of \(bags) training bags in \(folds) inner folds"
  }

  // MARK: - Keeping

  /// The state of the map for a model file.
  var state: ModelState {
    var state = ModelState(featureCount: 0)
    state.set("method", to: method.rawValue)
    state.set("bags", to: bags)
    state.set("folds", to: folds)
    switch function {
    case .sigmoid(let fit): state.set("sigmoid", to: [fit.slope, fit.intercept])
    case .isotonic(let fit):
      state.set("scores", to: fit.scores)
      state.set("probabilities", to: fit.probabilities)
    }
    return state
  }

  /// Restores the map of a model file.
  ///
  /// - Throws: ``ModelError`` for an unknown method, and for arrays that do not describe such a map.
  init(_ state: ModelState) throws {
    let name = try state.text("method")
    guard let method = Method(rawValue: name) else {
      throw ModelError(
        "its calibration is \"\(name.onOneLine(limit: 80))\", expected one of "
          + Method.allCases.map(\.rawValue).joined(separator: ", "))
    }
    (bags, folds) = (try state.integer("bags"), try state.integer("folds"))
    switch method {
    case .sigmoid:
      let numbers = try state.doubles("sigmoid", rows: 1, columns: 2)
      function = .sigmoid(SigmoidFit(slope: numbers[0, 0], intercept: numbers[0, 1]))
    case .isotonic:
      let scores = try state.doubles("scores", rows: 1).elements
      let probabilities = try state.doubles("probabilities", rows: 1, columns: scores.count).elements
      func ascends(_ values: [Double], _ isRight: (Double, Double) -> Bool) -> Bool {
        zip(values, values.dropFirst()).allSatisfy(isRight)
      }
      guard !scores.isEmpty, ascends(scores, <), ascends(probabilities, <=),
        probabilities.allSatisfy({ (0...1).contains($0) })
      else { throw ModelError("its calibration is no ascending list of scores with ascending probabilities") }
      function = .isotonic(IsotonicFit(scores: scores, probabilities: probabilities))
    }
  }
}

/// A logistic function of a score: p = 1 / (1 + exp(A s + B)).
///
/// A and B minimise the cross-entropy with targets (P + 1)/(P + 2) for the P positive and 1/(N + 2) for the N negative
/// bags, by Newton's method with halved steps on standardised scores.
///
/// Source: J. C. Platt, Probabilistic outputs for support vector machines and comparisons to regularized likelihood
/// methods, in: Advances in Large Margin Classifiers, MIT Press 1999; the method as H.-T. Lin, C.-J. Lin, R. C. Weng,
/// A note on Platt's probabilistic outputs for support vector machines, Machine Learning 68(3), 2007,
/// doi:10.1007/s10994-007-5018-6.
struct SigmoidFit: Sendable, Equatable {
  /// A, negative if positive bags have larger scores.
  let slope: Double
  /// B.
  let intercept: Double

  init(slope: Double, intercept: Double) { (self.slope, self.intercept) = (slope, intercept) }

  /// Fits the function to bags of both classes.
  init(scores: [Double], labels: [Int]) {
    let count = Double(scores.count)
    let mean = scores.reduce(0, +) / count
    let deviation = (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    // Equal scores carry no information.
    let divisor = deviation > 0 && deviation.isFinite ? deviation : 1
    let (a, b) = Self.minimise(scores.map { deviation > 0 ? ($0 - mean) / divisor : 0 }, labels)
    slope = a / divisor
    intercept = b - a * mean / divisor
  }

  func probability(_ score: Double) -> Double { Self.logistic(slope * score + intercept) }

  /// 1 / (1 + exp(x)) without overflow.
  private static func logistic(_ x: Double) -> Double {
    x >= 0 ? exp(-x) / (1 + exp(-x)) : 1 / (1 + exp(x))
  }

  private static func minimise(_ scores: [Double], _ labels: [Int]) -> (a: Double, b: Double) {
    let positives = Double(labels.count { $0 == 1 })
    let negatives = Double(labels.count) - positives
    let targets = labels.map { $0 == 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2) }
    func loss(_ a: Double, _ b: Double) -> Double {
      zip(scores, targets).reduce(0) { sum, bag in
        let x = a * bag.0 + b
        // t x + log(1 + exp(-x)), written so that nothing overflows.
        return sum + (x >= 0 ? bag.1 * x + log1p(exp(-x)) : (bag.1 - 1) * x + log1p(exp(x)))
      }
    }
    var (a, b) = (0.0, log((negatives + 1) / (positives + 1)))
    var value = loss(a, b)
    for _ in 0..<100 {
      var (gradientA, gradientB) = (0.0, 0.0)
      // A little on the diagonal keeps the matrix invertible where all scores are alike.
      var (aa, ab, bb) = (1e-12, 0.0, 1e-12)
      for (score, target) in zip(scores, targets) {
        let p = logistic(a * score + b)
        gradientA += (target - p) * score
        gradientB += target - p
        let weight = p * (1 - p)
        aa += weight * score * score
        ab += weight * score
        bb += weight
      }
      if max(abs(gradientA), abs(gradientB)) < 1e-11 { break }
      let determinant = aa * bb - ab * ab
      let stepA = -(bb * gradientA - ab * gradientB) / determinant
      let stepB = -(aa * gradientB - ab * gradientA) / determinant
      let descent = gradientA * stepA + gradientB * stepB
      var size = 1.0
      while size >= 1e-10 {
        let next = loss(a + size * stepA, b + size * stepB)
        if next < value + 1e-4 * size * descent { break }
        size /= 2
      }
      guard size >= 1e-10 else { break }
      (a, b) = (a + size * stepA, b + size * stepB)
      value = loss(a, b)
    }
    return (a, b)
  }
}

/// The non-decreasing function of the score with the least squared distance to the labels.
///
/// Pooling adjacent violators fits it. Bags with equal scores count as one bag with their mean label. The function is
/// linear between its points and constant beyond them.
///
/// Source: M. Ayer, H. D. Brunk, G. M. Ewing, W. T. Reid, E. Silverman, An empirical distribution function for sampling
/// with incomplete information, Annals of Mathematical Statistics 26(4), 1955, doi:10.1214/aoms/1177728423; for scores
/// B. Zadrozny, C. Elkan, Transforming classifier scores into accurate multiclass probability estimates, KDD 2002,
/// doi:10.1145/775047.775151.
struct IsotonicFit: Sendable, Equatable {
  /// The points' scores, ascending, each once.
  let scores: [Double]
  /// Their probabilities, which never fall.
  let probabilities: [Double]

  init(scores: [Double], probabilities: [Double]) { (self.scores, self.probabilities) = (scores, probabilities) }

  /// Fits the function to at least one bag.
  init(scores: [Double], labels: [Int]) {
    /// Neighbours that share a value: their scores' ends, how many bags, and how many of them are positive.
    struct Block {
      var first, last: Double
      var bags, positives: Int
    }
    var distinct: [Block] = []
    for (score, label) in zip(scores, labels).sorted(by: { $0.0 < $1.0 }) {
      if distinct.last?.last == score {
        distinct[distinct.count - 1].bags += 1
        distinct[distinct.count - 1].positives += label
      } else {
        distinct.append(Block(first: score, last: score, bags: 1, positives: label))
      }
    }
    var blocks: [Block] = []
    for block in distinct {
      var joined = block
      // Shares compared as products of whole numbers, so that no rounding decides; equal ones are one block.
      while let before = blocks.last, before.positives * joined.bags >= joined.positives * before.bags {
        blocks.removeLast()
        joined = Block(
          first: before.first, last: joined.last, bags: before.bags + joined.bags,
          positives: before.positives + joined.positives)
      }
      blocks.append(joined)
    }
    var points: [(score: Double, probability: Double)] = []
    for block in blocks {
      let share = Double(block.positives) / Double(block.bags)
      points.append((block.first, share))
      if block.last > block.first { points.append((block.last, share)) }
    }
    self.scores = points.map(\.score)
    probabilities = points.map(\.probability)
  }

  func probability(_ score: Double) -> Double {
    guard let right = scores.firstIndex(where: { $0 >= score }) else { return probabilities.last ?? 0 }
    guard right > 0, scores[right] > score else { return probabilities[right] }
    let part = (score - scores[right - 1]) / (scores[right] - scores[right - 1])
    return probabilities[right - 1] + part * (probabilities[right] - probabilities[right - 1])
  }
}
