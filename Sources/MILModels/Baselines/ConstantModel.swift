import MILData

/// The floor of every table: gives each bag the share of positive bags in training, and so the majority's label.
public struct ConstantModel: Model {
  /// There is nothing to set.
  public init() {}

  /// One number.
  public var traits: ModelTraits {
    var traits = ModelTraits(trained: "the share of positive bags, by counting")
    traits.isDeterministic = true
    return traits
  }

  /// Counts.
  public func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    FittedShare(
      share: Double(training.positiveBagCount) / Double(training.bagCount), featureCount: training.featureCount)
  }

  /// The share of a state.
  public func fitted(from state: ModelState) throws -> any FittedModel {
    FittedShare(share: try state.number("share"), featureCount: state.featureCount)
  }
}

private struct FittedShare: FittedModel {
  let share: Double
  let featureCount: Int

  func predict(_ bags: BagDataset) throws -> [Double] { Array(repeating: share, count: bags.bagCount) }

  var state: ModelState? {
    var state = ModelState(featureCount: featureCount)
    state.set("share", to: share)
    return state
  }

  var summary: FitSummary { FitSummary(parameters: 1) }
}
