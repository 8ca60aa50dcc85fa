import MILData
import MILModels

/// A data set with what its trials share: its fingerprint, and the standardised copy where that is one for all folds.
struct PreparedDataset: Sendable {
  let name: String
  /// What seeds are drawn under.
  let seedName: String
  let fingerprint: String
  /// The bags as loaded, or standardised over all instances.
  private let bags: BagDataset
  private let settings: ProtocolSettings
  private let cache: KernelCache

  /// Prepares a data set for trials with the given settings, which share what they compute in `cache`.
  init(_ dataset: BagDataset, fingerprint: String, _ settings: ProtocolSettings, cache: KernelCache) {
    name = dataset.name
    seedName = dataset.seedName
    self.settings = settings
    self.cache = cache
    self.fingerprint = fingerprint
    switch settings.standardisation {
    case .none, .trainingInstances: bags = dataset
    case .allInstances:
      bags = Standardiser(fittedTo: dataset.instances, epsilon: settings.epsilon).apply(to: dataset)
    }
  }

  /// The number of feature values of all instances.
  var valueCount: Int { bags.instances.rows * bags.instances.columns }

  /// The training and the test bags of a fold, standardised as the settings say.
  func split(training: [Int], test: [Int]) -> (training: BagDataset, test: BagDataset) {
    guard settings.standardisation == .trainingInstances else {
      return (bags.selecting(bags: training), bags.selecting(bags: test))
    }
    // The rows are taken twice, so that they are never held twice.
    let standardiser = Standardiser(fittedTo: bags.selecting(bags: training).instances, epsilon: settings.epsilon)
    return (
      bags.selecting(bags: training, changing: standardiser.apply(inPlaceTo:)),
      bags.selecting(bags: test, changing: standardiser.apply(inPlaceTo:))
    )
  }

  /// Where the training bags of a fold come from; nil where each fold has features of its own.
  func origin(ofTraining training: [Int]) -> BagOrigin? {
    guard settings.standardisation != .trainingInstances else { return nil }
    let identity = "\(fingerprint) \(settings.standardisation.rawValue) \(settings.epsilon)"
    return BagOrigin(dataset: bags, bags: training, identity: identity, cache: cache)
  }
}
