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
    let (setting, note) = try chooseSetting(bags, seed: context.seed)
    let trained = try model.train(bags, setting, seed: context.seed)
    fitted = (trained, training.featureCount)
    var notes = trained.notes
    notes["chosen"] = note
    return FitSummary(parameters: trained.machine.parameterCount, notes: notes)
  }

  func score(_ bags: BagDataset) throws -> [Double] {
    guard let fitted else { throw ModelError.notFitted }
    try bags.requireFeatures(fitted.featureCount)
    return try fitted.machine.scores(bags)
  }

  /// The combination of C and gamma with the most bags right in stratified folds of the training bags; of equals the
  /// first in the grid.
  private func chooseSetting(_ bags: TrainingBags, seed: UInt64) throws -> (MachineSetting, note: String?) {
    let settings = model.machine.settings
    guard settings.count > 1 else { return (settings[0], nil) }
    let dataset = bags.dataset
    let folds = min(model.machine.innerFolds, dataset.groups.map { Set($0).count } ?? dataset.bagCount)
    guard folds > 1 else { return (settings[0], "\(settings[0]): one bag alone leaves nothing to choose by") }
    let assignment = try FoldAssignment(
      for: dataset, scheme: .stratified, folds: folds, repeats: 1, seed: Seed.derive(from: seed, ["inner folds"]))
    var best = (right: -1, setting: settings[0])
    for setting in settings {
      var right = 0
      for fold in 1...folds {
        let trained = try model.train(
          bags.selecting(assignment.trainingBags(repeat: 1, fold: fold)), setting,
          seed: Seed.derive(from: seed, ["inner", String(fold)]))
        let test = dataset.selecting(bags: assignment.testBags(repeat: 1, fold: fold))
        right += zip(try trained.scores(test), test.labels).count { ($0 >= 0 ? 1 : 0) == $1 }
      }
      if right > best.right { best = (right, setting) }
    }
    return (best.setting, "\(best.setting) (\(best.right) of \(dataset.bagCount) bags right in \(folds) inner folds)")
  }
}
