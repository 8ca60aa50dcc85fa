import LinearAlgebra
import MILBags
import MILRecords

/// Folds of training bags for choosing a model's parameters: stratified, with the bags of a group kept together.
struct InnerCrossValidation {
  /// One fold: its training bags, its test bags, and the seed of the fit.
  struct Fold {
    let training: [Int]
    let test: [Int]
    let seed: UInt64
  }

  /// A choice, with its number of correctly predicted bags or another merit.
  struct Choice: Equatable {
    /// The candidate's position.
    let candidate: Int
    /// The position among the outcomes of that candidate.
    let outcome: Int
    /// The merit over all folds: with classes the number of correctly predicted bags.
    let right: Double
  }

  /// The folds; empty if all bags are of one group, which leaves no basis for a choice.
  let folds: [Fold]
  private let bagCount: Int
  private let hasClasses: Bool

  /// Draws folds of training bags, fewer than requested if there are fewer bags or groups of bags.
  init(of bags: BagDataset, folds count: Int, seed: UInt64) throws {
    bagCount = bags.bagCount
    hasClasses = bags.targets.classCount > 0
    let count = min(count, bags.groups.map { Set($0).count } ?? bags.bagCount)
    guard count > 1 else {
      folds = []
      return
    }
    let assignment = try FoldAssignment(
      for: bags, scheme: .stratified, folds: count, repeats: 1, seed: Seed.derive(from: seed, ["inner folds"]))
    folds = (1...count).map { fold in
      Fold(
        training: assignment.trainingBags(repeat: 1, fold: fold), test: assignment.testBags(repeat: 1, fold: fold),
        seed: Seed.derive(from: seed, ["inner", String(fold)]))
    }
  }

  /// Returns the outcome with the most correct bags over all folds; ties go to the first.
  ///
  /// - Parameters:
  ///   - count: the number of candidates.
  ///   - right: returns, for each candidate, the number of test bags of a fold that each of its outcomes (for example
  ///     one per epoch) predicts correctly.
  func best(among count: Int, _ right: (_ fold: Fold) throws -> [[Double]]) rethrows -> Choice {
    var totals = Array(repeating: [0.0], count: count)
    for (place, fold) in folds.enumerated() {
      let counts = try right(fold)
      totals = place == 0 ? counts : zip(totals, counts).map { zip($0, $1).map(+) }
    }
    var best = Choice(candidate: 0, outcome: 0, right: -.infinity)
    for (candidate, outcomes) in totals.enumerated() {
      for (outcome, total) in outcomes.enumerated() where total > best.right {
        best = Choice(candidate: candidate, outcome: outcome, right: total)
      }
    }
    return best
  }

  /// Returns the description of a choice for the journal.
  func words(for choice: Choice) -> String {
    if folds.isEmpty { return "the first of the grid: one group of bags leaves nothing to choose by" }
    guard hasClasses, let right = Int(exactly: choice.right) else {
      return "a merit of \(Float(choice.right)) in \(folds.count) inner folds"
    }
    return "\(right) of \(bagCount) bags right in \(folds.count) inner folds"
  }
}
