import Foundation
import LinearAlgebra

/// Whether the labels fit the bags, and in a file that is sorted by label whether they change where the bags do.
///
/// Ridge regression predicts each bag's label from the standardised mean of its instances, fitted to all other bags.
/// With H = K (K + s I)^-1 + 1/B, where K = Z Z' / d for the B x d matrix Z of standardised bag means and s is the mean
/// of K's diagonal, the leave-one-out residual of bag i is (y_i - (H y)_i) / (1 - H_ii), for any labels y at once.
///
/// Where the file lists one label first, every other border between two groups of consecutive bags is tried in place of
/// the stated one. When another border has leave-one-out residuals whose sum of squares, relative to that of the mean
/// label alone, is at most 0.8 of the stated border's, and explains at least 0.3 of the labels' variance, the labels
/// may have been sorted without the bags. Among the classical sets, the twenty newsgroups and UCSB, only UCSB as it
/// circulates comes below 0.8 (0.76; the next are MUSK1 with 0.82 and one newsgroup with 0.87).
///
/// This can neither see that all labels of a set are the other way round (the border stays where it is), nor a wrong
/// order in a file that is not sorted by label, nor, in small or noisy sets, anything. It is also met by bags that are
/// sorted by something stronger than the label, such as patients or series.
///
/// Source of the residuals: D. M. Allen, The relationship between variable selection and data augmentation and a method
/// for prediction, Technometrics 16(1), 1974, doi:10.1080/00401706.1974.10489157.
enum LabelOrder {
  /// The most bags for which a system of that order is solved.
  static let largestBagCount = 1500

  /// The share of the stated border's error below which another border is suspicious.
  static let suspiciousRatio = 0.8

  static func findings(in dataset: BagDataset, _ table: AuditedFeatures) -> [AuditFinding] {
    let labels = dataset.labels
    guard labels.count >= 12, labels.count <= largestBagCount, Set(labels).count == 2,
      let smoother = try? LeaveOneOutSmoother(table, bags: labels.count)
    else { return [] }
    var findings: [AuditFinding] = []
    let scores = smoother.predictions(for: labels.map { $0 == 1 ? 1 : -1 })
    if let area = DatasetAudit.areaUnderCurve(scores, labels: labels) {
      findings.append(
        AuditFinding(
          .labelSignal, .note,
          "A linear model of bag means, fitted to all other bags, ranks the bags with an AUC of "
            + String(format: "%.2f", area) + ".",
          ["auc": area]))
    }
    let changes = zip(labels, labels.dropFirst()).enumerated().filter { $1.0 != $1.1 }.map { $0.offset + 1 }
    if changes.count == 1, let stated = changes.first { findings.append(border(stated, labels, smoother)) }
    return findings
  }

  private static func border(_ stated: Int, _ labels: [Int], _ smoother: LeaveOneOutSmoother) -> AuditFinding {
    let errors = smoother.borderErrors()
    let margin = max(3, labels.count / 10)
    let candidates = margin...(labels.count - margin)
    let best = candidates.min { errors[$0] < errors[$1] } ?? stated
    let ratio = min(1, errors[best] / errors[stated])
    let numbers = [
      "border": Double(stated), "best_border": Double(best), "error": errors[stated], "best_error": errors[best],
      "ratio": ratio,
    ]
    let sorted = "The bags are sorted by label, which changes after bag \(stated)"
    guard ratio <= suspiciousRatio, errors[best] <= 0.7 else {
      return AuditFinding(.labelOrder, .note, sorted + ".", numbers)
    }
    return AuditFinding(
      .labelOrder, .warning,
      sorted + "; their features fit a change after bag \(best) better (leave-one-out error "
        + String(format: "%.2f instead of %.2f", errors[best], errors[stated])
        + "): the labels may have been sorted without the bags, or the bags by something else.", numbers)
  }
}

/// Ridge regression of any labels on bag means, each bag predicted from all others.
struct LeaveOneOutSmoother {
  private let hat: [Double]
  private let count: Int

  /// Solves for the smoother of a data set's bag means.
  ///
  /// - Throws: `LinearSolveError` when no feature of the bag means varies.
  init(_ table: AuditedFeatures, bags count: Int) throws {
    self.count = count
    let columns = table.columns
    var standardised = Matrix<Double>(rows: count, columns: columns)
    for column in 0..<columns {
      let values = (0..<count).map { table.bagMeans[$0 * columns + column] }
      let mean = values.reduce(0, +) / Double(count)
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
      // What varies by rounding only is constant.
      guard deviation > 1e-9 * (values.map(abs).max() ?? 0) else { continue }
      for bag in 0..<count { standardised[bag, column] = (values[bag] - mean) / deviation }
    }
    let kernel = standardised.gramOfRows()
    let penalty = (0..<count).reduce(0) { $0 + kernel[$1, $1] } / Double(count)
    var system = kernel
    for bag in 0..<count { system[bag, bag] += penalty }
    hat = try system.solvingPositiveDefinite(kernel).elements.map { $0 + 1 / Double(count) }
  }

  /// The prediction for each bag from all others.
  func predictions(for labels: [Double]) -> [Double] {
    labels.indices.map { bag in
      let fitted = labels.indices.reduce(0) { $0 + hat[bag * count + $1] * labels[$1] }
      return labels[bag] - (labels[bag] - fitted) / (1 - hat[bag * count + bag])
    }
  }

  /// For each number k of leading bags, the leave-one-out squared error of telling them from the rest, relative to
  /// that of predicting the mean of the other bags' labels; infinite at both ends.
  func borderErrors() -> [Double] {
    var fitted = [Double](repeating: 0, count: count)
    for bag in 0..<count { for other in 0..<count { fitted[bag] -= hat[bag * count + other] } }
    var errors = [Double](repeating: .infinity, count: count + 1)
    let size = Double(count)
    for leading in 1..<count {
      var sum = 0.0
      for bag in 0..<count {
        fitted[bag] += 2 * hat[bag * count + leading - 1]
        let label = bag < leading ? 1.0 : -1.0
        let residual = (label - fitted[bag]) / (1 - hat[bag * count + bag])
        sum += residual * residual
      }
      let share = Double(leading) / size
      let scale = size / (size - 1)
      errors[leading] = sum / (4 * share * (1 - share) * size * scale * scale)
    }
    return errors
  }
}
