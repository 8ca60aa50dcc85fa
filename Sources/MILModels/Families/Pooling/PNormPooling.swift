import Autodiff
import UserInput

/// The p-norm of each feature over the instances of the bag, per instance: mean(|x|^p)^(1 / p).
///
/// Between the mean of magnitudes (p = 1) and their maximum (large p). Computed as exp of the log-mean-exp of p log|x|,
/// so that no power overflows or underflows; |x| is sqrt(x^2 + 1e-12), which has a gradient at 0.
///
/// Source: C. Gulcehre, K. Cho, R. Pascanu, Y. Bengio, Learned-norm pooling for deep feedforward and recurrent neural
/// networks, ECML PKDD 2014, doi:10.1007/978-3-662-44848-9_34. There p is learned; here it is a parameter.
package struct PNormPooling: Pooling {
  /// The order p.
  package var power = 3.0

  /// Creates the pooling with the 3-norm.
  package init() {}

  /// Returns the norm over instances, feature by feature.
  package func pool(_ features: Variable) -> Pooled {
    let logarithm = (features.squared() + 1e-12).log() * 0.5
    return Pooled(logarithm.logMeanExpOverInstances(sharpness: power).exp())
  }

  /// Throws for an order below 1, which defines no norm, or above 100.
  package func validate() throws { try ConfigurationError.require("power", power, in: 1...100) }
}
