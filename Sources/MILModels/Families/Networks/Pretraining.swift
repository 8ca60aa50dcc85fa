import Autodiff
import UserInput

/// The training of the instance layers before bags have labels.
///
/// With `contrastive`, the loss pulls two views of each instance together and pushes those of different instances
/// apart; see `Variable.contrastiveLoss(with:temperature:)`. The layers lead into a projection of two layers, which is
/// discarded afterwards. Instances are those of the training bags; labels are not read.
///
/// Source: T. Chen, S. Kornblith, M. Norouzi, G. Hinton, A simple framework for contrastive learning of visual
/// representations, ICML 2020, PMLR 119:1597-1607, arXiv:2002.05709; for slides B. Li, Y. Li, K. W. Eliceiri,
/// Dual-stream multiple instance learning network for whole slide image classification with self-supervised contrastive
/// learning, CVPR 2021, doi:10.1109/CVPR46437.2021.01409. Deviations: Adam instead of LARS, and batches of some hundred
/// instances.
package struct Pretraining: Codable, Sendable, Equatable {
  /// A method of training without labels.
  package enum Kind: String, Codable, Sendable, CaseIterable {
    /// No training without labels.
    case none
    /// Contrastive training on views of instances.
    case contrastive
  }

  /// The method of training without labels.
  package var pretrain = Kind.none
  /// The number of passes over the training bags.
  package var pretrainEpochs = 20
  /// The step size of Adam.
  package var pretrainRate = 1e-3
  /// The number of bags per step.
  package var pretrainBags = 8
  /// The largest number of instances of a bag in an epoch, redrawn in each; the cost grows with the square of a step's
  /// number.
  package var pretrainInstances = 16
  /// The divisor of cosines of views.
  package var pretrainTemperature = 0.5
  /// The share of features that a view of vectors drops.
  package var pretrainMask = 0.2
  /// The standard deviation of the noise of a view of vectors.
  package var pretrainNoise = 0.1

  /// The number of outputs of the projection.
  static let projectedColumns = 32

  /// Creates the default: no training without labels.
  package init() {}

  /// Throws if a value is outside its range.
  func validate() throws {
    try ConfigurationError.require("pretrainEpochs", pretrainEpochs, in: 1...1_000_000)
    try ConfigurationError.require("pretrainRate", pretrainRate, in: 0...1e3)
    try ConfigurationError.require("pretrainBags", pretrainBags, in: 1...1_000_000)
    try ConfigurationError.require("pretrainInstances", pretrainInstances, in: 1...100_000)
    try ConfigurationError.require("pretrainTemperature", pretrainTemperature, in: 0.05...100)
    try ConfigurationError.require("pretrainMask", pretrainMask, in: 0...0.95)
    try ConfigurationError.require("pretrainNoise", pretrainNoise, in: 0...100)
  }

  /// Returns the phase of the training, for the layers that `features` builds.
  func phase(
    _ augmentation: any Augmentation, _ features: @escaping @Sendable (Variable) -> Variable
  ) -> TrainingPhase {
    var training = TrainingConfiguration()
    (training.optimiser, training.learningRate) = (.adam, pretrainRate)
    (training.epochs, training.bagsPerStep, training.instancesPerBag) = (
      pretrainEpochs, pretrainBags, pretrainInstances
    )
    return TrainingPhase(training) { [pretrainTemperature] graph, _ in
      func projected() -> Variable {
        let features = features(augmentation.view(of: graph.instances))
        return features.linear("pretraining.1", to: features.columns).relu()
          .linear("pretraining.2", to: Self.projectedColumns)
      }
      return projected().contrastiveLoss(with: projected(), temperature: pretrainTemperature)
    }
  }
}
