import LinearAlgebra
import MILBags
import MILModels
import MILRecords

/// Scores of training bags of two classes, each by a fit without the bag, by which a kept model is calibrated.
struct CalibrationScores {
  /// At most so many inner folds.
  static let mostFolds = 5

  /// The scores, fold by fold.
  private(set) var scores: [Double] = []
  /// The label of each of these bags.
  private(set) var labels: [Int] = []
  /// The number of inner folds.
  let folds: Int

  /// Draws inner folds, stratified and with the bags of a group kept together, and scores each by a fit on the others.
  ///
  /// - Parameters:
  ///   - bags: the training bags as they were read.
  ///   - seed: decides folds and fits.
  ///   - fit: a fit with a standardisation of its own and a seed, which gives what scores bags as they were read.
  /// - Throws: ``EvaluationError`` where the bags are not of two classes, or too few to part.
  init(
    of bags: BagDataset, seed: UInt64,
    by fit: (_ training: BagDataset, _ seed: UInt64) throws -> (BagDataset) throws -> [Double]
  ) throws {
    func refuse(_ problem: String) -> EvaluationError {
      EvaluationError("data set \(bags.name): \(problem)")
    }
    guard bags.targets.kind == .twoClasses, bags.task.predictionColumns == 1 else {
      throw refuse("--calibrate needs two classes, the bags have \(bags.targets.kind.title)")
    }
    let labels = bags.labels
    // A group of bags stays in one fold, so its class counts once.
    let groups = bags.groups ?? labels.indices.map { "\($0)" }
    let possible = [0, 1].map { label in Set(labels.indices.filter { labels[$0] == label }.map { groups[$0] }).count }
    folds = min(Self.mostFolds, possible.min() ?? 0)
    guard folds > 1 else {
      throw refuse(
        "--calibrate needs scores of bags that a fit has not seen, expected at least two "
          + (bags.groups == nil ? "bags" : "groups with bags") + " of each class")
    }
    let assignment = try FoldAssignment(
      for: bags, scheme: .stratified, folds: folds, repeats: 1, seed: Seed.derive(from: seed, ["calibration"]))
    for fold in 1...folds {
      let (inside, outside) = (
        bags.selecting(bags: assignment.trainingBags(repeat: 1, fold: fold)),
        bags.selecting(bags: assignment.testBags(repeat: 1, fold: fold))
      )
      if inside.oneClassProblem != nil {
        throw refuse(
          "--calibrate: inner fold \(fold) of \(folds) leaves bags of one class to train on, expected more groups of each"
        )
      }
      let score = try fit(inside, Seed.derive(from: seed, ["calibration", String(fold)]))
      scores += try score(outside)
      self.labels += outside.labels
    }
  }
}
