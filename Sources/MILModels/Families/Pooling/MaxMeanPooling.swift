import Autodiff

/// The largest value and the mean of each feature over the instances of the bag, concatenated.
///
/// Source: J. Howard, S. Ruder, Universal language model fine-tuning for text classification, ACL 2018,
/// doi:10.18653/v1/P18-1031, which concatenates both with a text's last state.
package struct MaxMeanPooling: Pooling {
  /// Creates the pooling; it has no parameters.
  package init() {}

  /// Returns a bag vector of twice as many features.
  package func pool(_ features: Variable) -> Pooled {
    Pooled(features.maxOverInstances().concatenated(with: features.meanOverInstances()))
  }
}
