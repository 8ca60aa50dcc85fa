import UserInput

/// The parameters that all support vector machines have.
package struct MachineConfiguration: Codable, Sendable, Equatable {
  /// The kernel.
  package var kernel = KernelKind.rbf
  /// The cost of errors C.
  package var c = TextNumber(1)
  /// The weight of a bag's error: C times 1, or times n / (k n of its class).
  package var classWeights = ClassWeights.equal
  /// The scale of polynomial and RBF kernels; `auto` is one over the number of compared features.
  package var gamma = TextNumber(nil)
  /// The degree of the polynomial kernel.
  package var degree = 2
  /// The constant added before the power in the polynomial kernel.
  package var offset = 1.0
  /// The largest violation of the optimality conditions by a pair of weights.
  package var tolerance = 1e-3
  /// The number of inner folds for choosing parameters with several values.
  package var innerFolds = 5
  /// The largest kernel matrix to store, in MiB; rows of larger ones are computed on demand.
  package var gramMemory = 2048

  /// Creates the default: RBF kernel, C = 1, gamma one over the number of features.
  package init() {}

  /// Creates parameters with a kernel and a C.
  init(_ kernel: KernelKind, c: Double) {
    self.kernel = kernel
    self.c = TextNumber(c)
  }

  /// Throws if a value is outside its range.
  package func validate() throws {
    if c.value == nil {
      throw ConfigurationError(parameter: "c", found: "\(c)", expected: "numbers like 0.1/1/10")
    }
    try ConfigurationError.require("degree", degree, in: 1...20)
    try ConfigurationError.require("offset", offset, in: 0...1e6)
    try ConfigurationError.require("tolerance", tolerance, in: 1e-9...1)
    try ConfigurationError.require("innerFolds", innerFolds, in: 2...1000)
    try ConfigurationError.require("gramMemory", gramMemory, in: 1...1_000_000)
  }

  /// The cost of errors.
  var price: Double { c.value ?? 1 }
}
