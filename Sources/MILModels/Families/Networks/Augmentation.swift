import Autodiff
import MILBags
import UserInput

/// A random change by which two views of an instance differ.
///
/// Networks can state one of their own; those of ``ViewConfiguration`` are for vectors and for images.
public protocol Augmentation: Sendable {
  /// Returns a view of each instance, with new random values in each call and each step.
  func view(of instances: Variable) -> Variable
}

/// Random dropout of features, with noise added to the others.
package struct FeatureAugmentation: Augmentation {
  /// The share of features that are dropped.
  package var mask: Double
  /// The standard deviation of the noise.
  package var noise: Double

  /// Creates an augmentation from its parts.
  package init(mask: Double, noise: Double) { (self.mask, self.noise) = (mask, noise) }

  /// Returns the instances with features dropped, the others scaled up, and noise.
  package func view(of instances: Variable) -> Variable { instances.dropout(mask).noise(noise) }
}

/// Random mirroring and rotation of images, changes of their colours, and a square cut out.
///
/// Images that are not square are only mirrored. Other instances stay as they are.
package struct ImageAugmentation: Augmentation {
  /// The largest scaling and shift of colours, in standard deviations.
  package var jitter: Double
  /// The largest side of the square that is cut out, as a share of the image's.
  package var cutout: Double

  /// Creates an augmentation from its parts.
  package init(jitter: Double, cutout: Double) { (self.jitter, self.cutout) = (jitter, cutout) }

  /// Returns the images mirrored and turned, with other colours, and without a square.
  package func view(of instances: Variable) -> Variable {
    guard let shape = instances.graph.imageShape else { return instances }
    let turned = instances.images(channels: shape.channels, height: shape.height, width: shape.width)
      .flippedAndTurned(quarterTurns: shape.height == shape.width)
    let coloured = jitter > 0 ? turned.jittered(jitter) : turned
    return (cutout > 0 ? coloured.cutOut(cutout) : coloured).features
  }
}

/// The views of instances in training on instances: in training without labels, and with pseudo-labels of two views.
package struct ViewConfiguration: Codable, Sendable, Equatable {
  /// A kind of views.
  package enum Kind: String, Codable, Sendable, CaseIterable {
    /// Views of vectors: features dropped, and noise.
    case features
    /// Views of images: mirrored, turned, with other colours, and without a square.
    case images
  }

  /// The kind of views.
  package var views = Kind.features
  /// The largest scaling and shift of colours in a strong view of an image, in standard deviations.
  package var viewJitter = 0.5
  /// The largest side of the square that a strong view of an image lacks, as a share of the image's.
  package var viewCutout = 0.5

  /// Creates the views of vectors.
  package init() {}

  /// Throws if a value is outside its range.
  func validate() throws {
    try ConfigurationError.require("viewJitter", viewJitter, in: 0...1)
    try ConfigurationError.require("viewCutout", viewCutout, in: 0...1)
  }

  /// Throws if views are of images but the features of the bags are none.
  ///
  /// - Throws: ``NotApplicable``.
  func requireImages(_ bags: BagDataset) throws {
    guard views == .images, bags.imageShape == nil else { return }
    throw NotApplicable(
      "views=images changes images, the \(bags.featureCount) features of an instance here are none; views=features "
        + "changes them")
  }

  /// Returns the strong augmentation; that of vectors has the mask and the noise of pretraining.
  func strong(_ pretraining: Pretraining) -> any Augmentation {
    views == .images
      ? ImageAugmentation(jitter: viewJitter, cutout: viewCutout)
      : FeatureAugmentation(mask: pretraining.pretrainMask, noise: pretraining.pretrainNoise)
  }

  /// The weak augmentation: images are mirrored and turned; nil for vectors, which stay as they are.
  var weak: (any Augmentation)? { views == .images ? ImageAugmentation(jitter: 0, cutout: 0) : nil }
}
