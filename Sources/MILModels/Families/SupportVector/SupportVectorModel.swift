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
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
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

  /// Returns the memory for the features, once in single and once in double precision, the kernels of all instances
  /// and bag means, and those of bags.
  ///
  /// Trials share stored kernels of all their bags, so those of test bags count. A matrix that would exceed
  /// `gramMemory` is not stored: its rows are computed, and a cache has those of training bags.
  func kernelMemory(training: BagShape, scoring: BagShape) -> Double {
    let bags = Double(training.bags + scoring.bags)
    let order = Double(training.instances + scoring.instances) + bags
    let own = Double(training.instances + training.bags)
    let limit = Double(machine.gramMemory) * 0x1p20
    let kernels =
      4 * order * order <= limit
      ? 4 * order * order + Self.blockMemory(order) : min(4 * own * own, limit) + 16 * order
    return 3 * (training.bytes + scoring.bytes) + kernels + 12 * bags * bags
  }

  /// Returns the memory for a block of rows of a kernel matrix in double precision.
  static func blockMemory(_ order: Double) -> Double { 8 * min(Double(KernelVectors.block), order) * order }
}

/// A trained machine and the notes of its fit.
private struct FittedMachine: FittedModel {
  let trained: TrainedMachine
  let featureCount: Int

  func predict(_ bags: BagDataset) throws -> [Double] { try trained.scores(bags.loaded()) }

  var state: ModelState? { trained.state(featureCount: featureCount) }

  var summary: FitSummary { FitSummary(parameters: trained.machine.parameterCount, notes: trained.notes) }
}
