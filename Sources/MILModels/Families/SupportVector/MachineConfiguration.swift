import UserInput

/// The parameters that all support vector machines have.
package struct MachineConfiguration: Codable, Sendable, Equatable {
  /// The kernel.
  package var kernel = KernelKind.rbf
  /// The price of errors C.
  package var c = TextNumber(1)
  /// How much an error of a bag weighs: C times 1, or times n / (k n of its class).
  package var classWeights = RidgeConfiguration.ClassWeights.equal
  /// The scale of polynomial and RBF kernels; `auto` is one over the number of features that the kernel compares.
  package var gamma = TextNumber(nil)
  /// The degree of the polynomial kernel.
  package var degree = 2
  /// What the polynomial kernel adds before it takes the power.
  package var offset = 1.0
  /// How far a pair of weights may be from optimal.
  package var tolerance = 1e-3
  /// The number of inner folds by which parameters with several values are chosen.
  package var innerFolds = 5
  /// The largest kernel matrix that is kept in memory, in MiB; rows of larger ones are computed when they are needed.
  package var gramMemory = 2048

  /// RBF kernel, C = 1, gamma one over the number of features.
  package init() {}

  /// The parameters with a kernel and a C.
  init(_ kernel: KernelKind, c: Double) {
    self.kernel = kernel
    self.c = TextNumber(c)
  }

  /// Refuses values outside their range.
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

  /// The price of errors.
  var price: Double { c.value ?? 1 }
}
