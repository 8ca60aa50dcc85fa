import MILBags
import MILModels
import MILRecords

/// A data set with the state its trials share: its fingerprint, and the standardised copy if it is the same for all
/// folds.
struct PreparedDataset: Sendable {
  let name: String
  /// The name that seeds are drawn under.
  let seedName: String
  let fingerprint: String
  /// The bags as loaded, or standardised over all instances.
  private let bags: BagDataset
  /// The same bags without labels and names, for the work that trials share.
  private let blinded: BagDataset
  private let settings: ProtocolSettings
  /// Whether features are missing, to be imputed by means over the training bags of each fold.
  private let isIncomplete: Bool
  private let shared: SharedWork

  /// Prepares a data set for trials with the given settings, which share their results through `shared`.
  init(_ dataset: BagDataset, fingerprint: String, _ settings: ProtocolSettings, shared: SharedWork) throws {
    name = dataset.name
    seedName = dataset.seedName
    self.settings = settings
    self.shared = shared
    self.fingerprint = fingerprint
    let isIncomplete = try dataset.hasMissingValues
    switch settings.standardisation {
    case .none, .trainingInstances:
      bags = dataset
      self.isIncomplete = isIncomplete
    case .allInstances:
      // Means over all bags too: this rule includes test bags in all statistics of features.
      bags = try Standardiser(fittedTo: dataset, epsilon: settings.epsilon, imputes: isIncomplete).apply(to: dataset)
      self.isIncomplete = false
    }
    blinded = bags.withoutAnswers
  }

  /// The id of the task, if it is not the default of the targets.
  var task: String? {
    let asked = type(of: bags.task).id
    return asked == type(of: bags.targets.task).id ? nil : asked
  }

  /// The target of each bag.
  var targets: Targets { bags.targets }

  /// The sizes of all bags.
  var shape: BagShape { BagShape(bags) }

  /// Returns the training and the test bags of a fold, standardised by the settings.
  func split(training: [Int], test: [Int]) throws -> (training: BagDataset, test: BagDataset) {
    let standardises = settings.standardisation == .trainingInstances
    guard standardises || isIncomplete else {
      return (bags.selecting(bags: training), bags.selecting(bags: test))
    }
    // The rows are selected twice, so that they are never held twice.
    let standardiser = try Standardiser(
      fittedTo: bags.selecting(bags: training), epsilon: settings.epsilon, imputes: isIncomplete,
      standardises: standardises)
    return (
      bags.selecting(bags: training, standardisedBy: standardiser),
      bags.selecting(bags: test, standardisedBy: standardiser)
    )
  }

  /// Returns the bags for work shared by trials with the training bags of a fold; nil if each fold has its own
  /// features.
  func shared(ofTraining training: [Int]) -> SharedBags? {
    guard settings.standardisation != .trainingInstances, !isIncomplete else { return nil }
    let identity = "\(fingerprint) \(settings.standardisation.rawValue) \(settings.epsilon)"
    return SharedBags(of: blinded, numbers: training, identity: identity, store: shared)
  }
}
