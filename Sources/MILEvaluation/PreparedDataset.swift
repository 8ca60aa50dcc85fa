import MILData

/// A data set with what its trials share: its fingerprint, and the standardised copy where that is one for all folds.
struct PreparedDataset: Sendable {
  let name: String
  let fingerprint: String
  /// The bags as loaded, or standardised over all instances.
  private let bags: BagDataset

  /// Prepares a data set for trials with the given settings.
  init(_ dataset: BagDataset, fingerprint: String, _ settings: ProtocolSettings) {
    name = dataset.name
    self.fingerprint = fingerprint
    switch settings.standardisation {
    case .none, .trainingInstances: bags = dataset
    case .allInstances:
      bags = Standardiser(fittedTo: dataset.instances, epsilon: settings.epsilon).apply(to: dataset)
    }
  }

  /// The training and the test bags of a fold, standardised as the settings say.
  func split(training: [Int], test: [Int], _ settings: ProtocolSettings) -> (training: BagDataset, test: BagDataset) {
    let (trainingBags, testBags) = (bags.selecting(bags: training), bags.selecting(bags: test))
    guard settings.standardisation == .trainingInstances else { return (trainingBags, testBags) }
    let standardiser = Standardiser(fittedTo: trainingBags.instances, epsilon: settings.epsilon)
    return (standardiser.apply(to: trainingBags), standardiser.apply(to: testBags))
  }
}
