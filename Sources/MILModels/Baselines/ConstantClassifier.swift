import MILData

/// The floor of every table: gives each bag the share of positive bags in training, and so the majority's label.
public struct ConstantConfiguration: ModelConfiguration {
  /// There is nothing to set.
  public init() {}

  /// An unfitted classifier.
  public func makeClassifier() -> any BagClassifier { ConstantClassifier() }

  /// One number.
  public var trained: String { "the share of positive bags, by counting" }
}

/// The classifier of ``ConstantConfiguration``.
final class ConstantClassifier: BagClassifier {
  var scoresAreProbabilities: Bool { true }
  private var share = 0.5
  private var featureCount: Int?

  func fit(_ training: BagDataset, _ context: FitContext) throws -> FitSummary {
    featureCount = training.featureCount
    share = Double(training.positiveBagCount) / Double(training.bagCount)
    return FitSummary(parameters: 1)
  }

  func score(_ bags: BagDataset) throws -> [Double] {
    guard let featureCount else { throw ModelError.notFitted }
    try bags.requireFeatures(featureCount)
    return Array(repeating: share, count: bags.bagCount)
  }

  func fittedState() throws -> ModelState {
    guard let featureCount else { throw ModelError.notFitted }
    var state = ModelState(featureCount: featureCount)
    state.set("share", to: share)
    return state
  }

  func restore(_ state: ModelState) throws {
    share = try state.number("share")
    featureCount = state.featureCount
  }
}
