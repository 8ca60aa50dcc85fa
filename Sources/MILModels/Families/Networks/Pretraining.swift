import Autodiff
import UserInput

/// Two views of an instance differ by what this changes at random.
///
/// Networks on images have another: a view of a patch may be mirrored and turned.
public protocol Augmentation: Sendable {
  /// A view of each instance, drawn anew each time that this is called and in each step.
  func view(of instances: Variable) -> Variable
}

/// Features left out at random, and noise added to the others.
package struct FeatureAugmentation: Augmentation {
  /// The share of features that are left out.
  package var mask: Double
  /// The standard deviation of the noise.
  package var noise: Double

  /// An augmentation from its parts.
  package init(mask: Double, noise: Double) { (self.mask, self.noise) = (mask, noise) }

  /// The instances with features left out, the others scaled up, and noise.
  package func view(of instances: Variable) -> Variable { instances.dropout(mask).noise(noise) }
}

/// How the layers that instances go through are trained before bags have labels.
///
/// With `contrastive`, two views of each instance are to be alike and those of different instances not; see
/// `Variable.contrastiveLoss(with:temperature:)`. Layers go on into a projection of two layers, which is left behind
/// afterwards. Instances are those of the training bags; labels are not read.
///
/// Source: T. Chen, S. Kornblith, M. Norouzi, G. Hinton, A simple framework for contrastive learning of visual
/// representations, ICML 2020, PMLR 119:1597-1607, arXiv:2002.05709; for slides B. Li, Y. Li, K. W. Eliceiri, Dual-stream
/// multiple instance learning network for whole slide image classification with self-supervised contrastive learning, CVPR
/// 2021, doi:10.1109/CVPR46437.2021.01409. Deviations: Adam in place of LARS, and batches of some hundred instances.
package struct Pretraining: Codable, Sendable, Equatable {
  /// A way to train without labels.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// No training without labels.
    case none
    /// By views of instances.
    case contrastive
  }

  /// The way.
  package var pretrain = Kind.none
  /// The number of times that the training bags are seen.
  package var pretrainEpochs = 20
  /// The step size of Adam.
  package var pretrainRate = 1e-3
  /// The number of bags that make a step.
  package var pretrainBags = 8
  /// At most how many instances of a bag an epoch sees, drawn anew in each; the cost grows with the square of a step's.
  package var pretrainInstances = 16
  /// What cosines of views are divided by.
  package var pretrainTemperature = 0.5
  /// The share of features that a view leaves out.
  package var pretrainMask = 0.2
  /// The standard deviation of the noise of a view.
  package var pretrainNoise = 0.1

  /// The numbers of the projection.
  static let projectedColumns = 32

  /// None.
  package init() {}

  /// What views differ by where instances are vectors.
  package var augmentation: FeatureAugmentation { FeatureAugmentation(mask: pretrainMask, noise: pretrainNoise) }

  /// Refuses values outside their range.
  func validate() throws {
    try ConfigurationError.require("pretrainEpochs", pretrainEpochs, in: 1...1_000_000)
    try ConfigurationError.require("pretrainRate", pretrainRate, in: 0...1e3)
    try ConfigurationError.require("pretrainBags", pretrainBags, in: 1...1_000_000)
    try ConfigurationError.require("pretrainInstances", pretrainInstances, in: 1...100_000)
    try ConfigurationError.require("pretrainTemperature", pretrainTemperature, in: 0.05...100)
    try ConfigurationError.require("pretrainMask", pretrainMask, in: 0...0.95)
    try ConfigurationError.require("pretrainNoise", pretrainNoise, in: 0...100)
  }

  /// The phase of the training, for the layers that `features` writes down.
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
