import Autodiff

/// The largest value and the mean of each feature over the instances of the bag, one after the other.
///
/// Source: J. Howard, S. Ruder, Universal language model fine-tuning for text classification, ACL 2018,
/// doi:10.18653/v1/P18-1031, where both stand beside a text's last state.
package struct MaxMeanPooling: Pooling {
  /// Max and mean; it has no parameters.
  package init() {}

  /// A bag vector of twice as many features.
  package func pool(_ features: Variable) -> Pooled {
    Pooled(features.maxOverInstances().concatenated(with: features.meanOverInstances()))
  }
}
