import LinearAlgebra
import MILBags
import MILRecords

/// The floor of every table: gives each bag the share of positive bags in training, and so the majority's label; of several
/// classes the share of each, of numbers their mean, of survival times one risk for all.
package struct ConstantModel: Model {
  /// There is nothing to set.
  package init() {}

  /// One number, or one a class.
  package var traits: ModelTraits {
    var traits = ModelTraits(trained: "the share of positive bags, by counting")
    traits.isDeterministic = true
    traits.targets = Set(Targets.Kind.allCases)
    return traits
  }

  /// Counts.
  public func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
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

  /// The shares of a state.
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
