import Foundation
import LinearAlgebra
import MILBags
import MILRecords

/// Whether the labels fit the bags, and in a file that is sorted by label whether they change where the bags do.
///
/// Ridge regression predicts each bag's label from the standardised mean of its instances, fitted to all other bags.
/// With H = K (K + s I)^-1 + 1/B, where K = Z Z' / d for the B x d matrix Z of standardised bag means and s is the mean
/// of K's diagonal, the leave-one-out residual of bag i is (y_i - (H y)_i) / (1 - H_ii), for any labels y at once.
///
/// Where the file lists one label first, every other border between two groups of consecutive bags is tried in place of
/// the stated one. Another border is looked into when its leave-one-out residuals have a sum of squares, relative to that
/// of the mean label alone, of at most 0.8 of the stated border's, and explain at least 0.3 of the labels' variance. It is a
/// warning when its chance, ``BorderTest/chance``, is at most .01: how often another border fits as well when the bags of
/// each label (or their groups) are put in a random order. So where the labels are right and that order says nothing, at
/// most one file in a hundred is warned of. Bags that are right but sorted within a label by something strong, such as
/// patients or series, can be warned of more often; features alone cannot tell them from wrong labels, which is why the
/// finding says both. Naming groups makes the chance hold for bags sorted by group.
///
/// This can neither see that all labels of a set are the other way round (the border stays where it is), nor a wrong
/// order in a file that is not sorted by label, nor, in small or noisy sets, anything.
///
/// Source of the residuals: D. M. Allen, The relationship between variable selection and data augmentation and a method
/// for prediction, Technometrics 16(1), 1974, doi:10.1080/00401706.1974.10489157.
enum LabelOrder {
  /// The most bags for which a system of that order is solved.
  static let largestBagCount = 1500

  /// The share of the stated border's error below which another border is suspicious.
  static let suspiciousRatio = 0.8

  /// The chance up to which another border is a warning.
  static let level = 0.01

  static func findings(in dataset: BagDataset, _ table: AuditedFeatures) -> [AuditFinding] {
    let labels = dataset.labels
    guard labels.count >= 12, labels.count <= largestBagCount, Set(labels).count == 2,
      let smoother = try? LeaveOneOutSmoother(table, bags: 0..<labels.count)
    else { return [] }
    var findings: [AuditFinding] = []
    let scores = smoother.predictions(for: labels.map { $0 == 1 ? 1 : -1 })
    if let area = Metrics.areaUnderCurve(labels: labels, scores: scores) {
      findings.append(
        AuditFinding(
          .labelSignal, .note,
          "A linear model of bag means, fitted to all other bags, ranks the bags with an AUC of "
            + String(format: "%.2f", area) + ".",
          ["auc": area]))
    }
    let changes = zip(labels, labels.dropFirst()).enumerated().filter { $1.0 != $1.1 }.map { $0.offset + 1 }
    if changes.count == 1, let stated = changes.first {
      let test = BorderTest(stated: stated, groups: dataset.groups, smoother)
      findings.append(finding(test))
    }
    return findings
  }

  private static func finding(_ test: BorderTest) -> AuditFinding {
    var numbers = [
      "border": Double(test.stated), "best_border": Double(test.best), "error": test.statedError,
      "best_error": test.bestError, "ratio": test.ratio,
    ]
    numbers["chance"] = test.chance
    let sorted = "The bags are sorted by label, which changes after bag \(test.stated)"
    guard let chance = test.chance, chance <= level else {
      return AuditFinding(.labelOrder, .note, sorted + ".", numbers)
    }
    let better =
      sorted + "; their features fit a change after bag \(test.best) better (leave-one-out error "
      + String(format: "%.2f instead of %.2f; ", test.bestError, test.statedError)
      + "chance \(text(chance)) if labels are right and the bags of each label in random order)"
    return AuditFinding(
      .labelOrder, .warning,
      better
        + ": the labels may have been sorted without the bags, or the bags of one label by something else, such as "
        + "patient or series; compare labels with the source.", numbers)
  }

  private static func text(_ chance: Double) -> String { String(format: "%.3f", chance) }
}

/// The test of a stated border between two labels against all others.
struct BorderTest {
  /// The number of random orders.
  static let orders = 999

  /// The number of bags before the stated border, and before the one that fits best.
  let stated, best: Int
  /// The relative leave-one-out errors of both.
  let statedError, bestError: Double
  /// The share of random orders of the bags within their labels, the file's among them, in which a border fits as well as
  /// the best one; nil if no border is suspicious.
  let chance: Double?

  /// The best border's error as a share of the stated one's.
  var ratio: Double { min(1, bestError / statedError) }

  init(stated: Int, groups: [String]?, _ smoother: LeaveOneOutSmoother) {
    let count = smoother.count
    let errors = smoother.borderErrors()
    let margin = max(3, count / 10)
    let candidates = margin...(count - margin)
    let best = candidates.min { errors[$0] < errors[$1] } ?? stated
    self.stated = stated
    self.best = best
    statedError = errors[stated]
    bestError = errors[best]
    guard bestError / statedError <= LabelOrder.suspiciousRatio, bestError <= 0.7, best != stated else {
      chance = nil
      return
    }
    chance = Self.chance(stated: stated, error: bestError, among: candidates, groups: groups, smoother)
  }

  /// The share of random orders within the two labels in which a border has at most the given error.
  static func chance(
    stated: Int, error: Double, among candidates: ClosedRange<Int>, groups: [String]?, _ smoother: LeaveOneOutSmoother
  ) -> Double {
    let count = smoother.count
    var generator = RandomGenerator(seed: Seed.derive(from: 1, ["label-order", "\(count)", "\(stated)"]))
    let blocks = blocks(stated: stated, count: count, groups: groups)
    return share {
      var order: [Int] = []
      for var side in blocks {
        generator.permute(&side)
        order += side.flatMap(\.self)
      }
      return smoother.smallestBorderError(order: order, among: candidates) <= error * (1 + 1e-9)
    }
  }

  /// The share of draws that are as extreme as the file, itself among them; after 20 such draws no more are made.
  ///
  /// Source of stopping early: J. Besag, P. Clifford, Sequential Monte Carlo p-values, Biometrika 78(2), 1991,
  /// doi:10.1093/biomet/78.2.301.
  private static func share(_ isExtreme: () -> Bool) -> Double {
    var extreme = 0
    for draw in 1...orders {
      if isExtreme() { extreme += 1 }
      if extreme == 20 { return Double(extreme) / Double(draw) }
    }
    return Double(extreme + 1) / Double(orders + 1)
  }

  /// What is put in order on each side of the border: bags, or the bags of a group.
  private static func blocks(stated: Int, count: Int, groups: [String]?) -> [[[Int]]] {
    [0..<stated, stated..<count].map { side in
      guard let groups else { return side.map { [$0] } }
      var places: [String: Int] = [:]
      var blocks: [[Int]] = []
      for bag in side {
        if let place = places[groups[bag]] {
          blocks[place].append(bag)
        } else {
          places[groups[bag]] = blocks.count
          blocks.append([bag])
        }
      }
      return blocks
    }
  }
}
