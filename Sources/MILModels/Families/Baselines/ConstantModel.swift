import LinearAlgebra
import MILBags
import MILRecords

/// The floor of every table: predicts for each bag the share of positive bags in training, and so the majority's label.
/// With several classes it predicts the share of each, for numbers their mean, for survival times one risk for all.
package struct ConstantModel: Model {
  /// Creates a model; it has no parameters.
  package init() {}

  /// The traits, of one number, or one per class.
  package var traits: ModelTraits {
    var traits = ModelTraits(trained: "the share of positive bags, by counting")
    traits.isDeterministic = true
    traits.targets = Set(Targets.Kind.allCases)
    return traits
  }

  /// Fits by counting.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let count = Double(training.bagCount)
    let prediction: [Double] =
      switch training.targets {
      case .classes(let labels, _) where training.targets.classCount > 2:
        (0..<training.targets.classCount).map { label in Double(labels.count { $0 == label }) / count }
      case .classes: [Double(training.positiveBagCount) / count]
      case .numbers(let numbers): [numbers.reduce(0, +) / count]
      case .survival: [0]
      }
    return FittedConstant(prediction: prediction, task: training.task, featureCount: training.featureCount)
  }

  /// Restores the shares from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    let task = try state.task
    return FittedConstant(
      prediction: try state.doubles("share", rows: 1, columns: task.predictionColumns).elements, task: task,
      featureCount: state.featureCount)
  }
}

private struct FittedConstant: FittedModel {
  let prediction: [Double]
  let task: any BagTask
  let featureCount: Int

  func predict(_ bags: BagDataset) throws -> [Double] { (0..<bags.bagCount).flatMap { _ in prediction } }

  var state: ModelState? {
    var state = ModelState(featureCount: featureCount)
    state.set("share", to: prediction)
    state.set(task)
    return state
  }

  var summary: FitSummary { FitSummary(parameters: prediction.count) }
}
