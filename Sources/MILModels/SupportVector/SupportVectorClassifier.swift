import LinearAlgebra
import MILData

/// The parameters of a model that trains support vector machines.
///
/// Such a model says how a machine is trained for given C and gamma; choosing them and scoring is done for all alike.
protocol SupportVectorModel: ModelConfiguration {
  /// The parameters of the machine.
  var machine: MachineConfiguration { get }

  /// Trains a machine on bags.
  func train(_ bags: TrainingBags, _ setting: MachineSetting, seed: UInt64) throws -> TrainedMachine
}

extension SupportVectorModel {
  /// The weights of the dual problem.
  public var trained: String { "a weight for each training bag, by the machine's dual problem" }

  /// An unfitted classifier.
  public func makeClassifier() -> any BagClassifier { SupportVectorClassifier(self) }
}

/// The classifier of every ``SupportVectorModel``: signed decision values.
final class SupportVectorClassifier: BagClassifier {
  var scoresAreProbabilities: Bool { false }

  private let model: any SupportVectorModel
  private var fitted: (machine: TrainedMachine, featureCount: Int)?

  init(_ model: some SupportVectorModel) { self.model = model }

  func fit(_ training: BagDataset, _ context: FitContext) throws -> FitSummary {
    // Without an origin the training bags are their own, so that rounds and inner folds still share kernels.
    let origin =
      context.origin
      ?? BagOrigin(
        dataset: training, bags: Array(0..<training.bagCount), identity: "training", cache: KernelCache())
    let bags = TrainingBags(origin: origin, parameters: model.machine, announce: context.announce)
    let (setting, chosen) = try chooseSetting(bags, seed: context.seed)
    let trained = try model.train(bags, setting, seed: context.seed)
    fitted = (trained, training.featureCount)
    return FitSummary(
      parameters: trained.machine.parameterCount, notes: trained.notes.merging(chosen) { $1 })
  }

  /// The kernels of all instances and bag means as far as they are kept, and the features of support vectors.
  func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let order = Double(training.instances + training.bags)
    return 2 * training.bytes + scoring.bytes + min(4 * order * order, Double(model.machine.gramMemory) * 0x1p20)
  }

  func score(_ bags: BagDataset) throws -> [Double] {
    guard let fitted else { throw ModelError.notFitted }
    try bags.requireFeatures(fitted.featureCount)
    return try fitted.machine.scores(bags)
  }

  func fittedState() throws -> ModelState {
    guard let fitted else { throw ModelError.notFitted }
    return fitted.machine.state(featureCount: fitted.featureCount)
  }

  func restore(_ state: ModelState) throws { fitted = (try TrainedMachine(state), state.featureCount) }

  /// The combination of C and gamma with the most bags right in stratified folds of the training bags, of equals the
  /// first in the grid; and notes on the choice, where there was one.
  private func chooseSetting(_ bags: TrainingBags, seed: UInt64) throws -> (MachineSetting, notes: [String: String]) {
    let settings = model.machine.settings
    guard settings.count > 1 else { return (settings[0], [:]) }
    let dataset = bags.dataset
    let inner = try InnerCrossValidation(of: dataset, folds: model.machine.innerFolds, seed: seed)
    let choice = try inner.best(among: settings.count) { candidate, fold in
      let trained = try model.train(bags.selecting(fold.training), settings[candidate], seed: fold.seed)
      let test = dataset.selecting(bags: fold.test)
      return [zip(try trained.scores(test), test.labels).count { ($0 >= 0 ? 1 : 0) == $1 }]
    }
    let setting = settings[choice.candidate]
    return (setting, ["chosen": setting.description, "chosenBy": inner.words(for: choice)])
  }
}

extension ResolvedModel {
  /// Whether it trains support vector machines, whose cost grows with the square of the number of instances.
  package var isSupportVectorMachine: Bool { (try? modelConfiguration()) is any SupportVectorModel }
}
