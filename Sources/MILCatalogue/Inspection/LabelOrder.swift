import Foundation
import LinearAlgebra
import MILBags
import MILRecords

/// Checks whether the labels match the bags, and in a file sorted by label, whether they change where the bags change.
///
/// Ridge regression predicts each bag's label from the standardised mean of its instances, fitted to all other bags.
/// Let H = K (K + s I)^-1 + 1/B, where K = Z Z' / d for the B x d matrix Z of standardised bag means, and s is the mean
/// of K's diagonal. Then the leave-one-out residual of bag i is (y_i - (H y)_i) / (1 - H_ii), for any labels y at once.
///
/// If the file lists one label first, the check tries every other border between two groups of consecutive bags. It
/// tests another border further if its leave-one-out residuals fit much better. Their sum of squares is relative to
/// that of the mean label alone. It must be at most 0.8 of the stated border's, and the residuals must explain at least
/// 0.3 of the labels' variance.
///
/// Such a border is a warning if its p-value, ``BorderTest/chance``, is at most .01. The p-value is how often a border
/// fits as well after a random permutation of the bags of each label (or their groups). So if the labels are right and
/// the order of bags is arbitrary, at most one file in a hundred causes a warning. Correct bags that are sorted within
/// a label by something strong, such as patients or series, can cause more. Features alone cannot distinguish them from
/// wrong labels, so the finding mentions both. With groups, the p-value is also valid for bags sorted by group.
///
/// The check cannot see that all labels of a set are swapped, since the border stays where it is. It cannot see a wrong
/// order in a file that is not sorted by label, nor anything in small or noisy sets.
///
/// Source of the residuals: D. M. Allen, The relationship between variable selection and data augmentation and a method
/// for prediction, Technometrics 16(1), 1974, doi:10.1080/00401706.1974.10489157.
enum LabelOrder {
  /// The largest number of bags for which the system is solved.
  static let largestBagCount = 1500

  /// The share of the stated border's error below which another border is suspicious.
  static let suspiciousRatio = 0.8

  /// The largest p-value of a warning.
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

  /// The number of bags before the stated border, and before the best one.
  let stated, best: Int
  /// The relative leave-one-out errors of both borders.
  let statedError, bestError: Double
  /// The share of random orders of the bags within their labels in which a border fits as well as the best one.
  ///
  /// The file's own order counts among them. Nil if no border is suspicious.
  let chance: Double?

  /// The best border's error as a share of the stated border's.
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

  /// Returns the share of random orders within the two labels in which a border has at most the given error.
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

  /// Returns the share of draws that are as extreme as the file, which counts as one; stops after 20 such draws.
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

  /// Returns the units of the permutation on each side of the border: bags, or the bags of a group.
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
