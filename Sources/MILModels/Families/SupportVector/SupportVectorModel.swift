import MILBags

/// The parameters of a model that trains support vector machines with signed decision values.
///
/// Such a model defines how a machine is trained; scoring and saving are the same for all.
protocol SupportVectorModel: Model {
  /// The parameters of the machine.
  var machine: MachineConfiguration { get }
  /// A description of what a fit decides.
  var trained: String { get }
  /// Whether the fit also starts from random samples.
  var drawsStarts: Bool { get }

  /// Trains a machine on bags.
  func train(_ bags: TrainingBags, seed: UInt64) throws -> TrainedMachine
}

extension SupportVectorModel {
  /// The description of the weights of the dual problem.
  var trained: String { "a weight for each training bag, by the machine's dual problem" }

  /// False: there is one start.
  var drawsStarts: Bool { false }

  /// The class weights.
  package static var laterParameters: Set<String> { ["classWeights"] }

  /// The traits; scores are decision values.
  package var traits: ModelTraits {
    var traits = ModelTraits(scores: .decisions, trained: trained)
    traits.isDeterministic = !drawsStarts
    traits.comparesAllInstances = true
    traits.innerFolds = machine.innerFolds
    return traits
  }

  /// Trains a machine.
  public func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let bags = TrainingBags(
      shared: try context.shared?.loaded() ?? SharedBags(training.loaded()),
      labels: training.labels.map { $0 == 1 ? 1 : -1 },
      parameters: machine, announce: context.announce)
    return FittedMachine(trained: try train(bags, seed: context.seed), featureCount: training.featureCount)
  }

  /// Restores the machine from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    FittedMachine(trained: try TrainedMachine(state), featureCount: state.featureCount)
  }

  /// Returns the memory for the kernels of all instances and bag means; see ``kernelMemory(training:scoring:)``.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    kernelMemory(training: training, scoring: scoring)
  }

  /// Returns the memory for the features, once in single and once in double precision, the stored part of the kernels
  /// of all instances and bag means, a block of kernels, and the kernels of bags.
  ///
  /// Trials share the kernels of all their bags, so those of test bags count.
  func kernelMemory(training: BagShape, scoring: BagShape) -> Double {
    let bags = Double(training.bags + scoring.bags)
    let order = Double(training.instances + scoring.instances) + bags
    return 3 * (training.bytes + scoring.bytes) + min(4 * order * order, Double(machine.gramMemory) * 0x1p20)
      + 8 * min(Double(KernelVectors.block), order) * order + 12 * bags * bags
  }
}

/// A trained machine and the notes of its fit.
private struct FittedMachine: FittedModel {
  let trained: TrainedMachine
  let featureCount: Int

  func predict(_ bags: BagDataset) throws -> [Double] { try trained.scores(bags.loaded()) }

  var state: ModelState? { trained.state(featureCount: featureCount) }

  var summary: FitSummary { FitSummary(parameters: trained.machine.parameterCount, notes: trained.notes) }
}
