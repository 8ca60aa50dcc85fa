import Autodiff
import Testing

/// A computation with a name, for parameterised tests.
struct NamedTrace: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let trace: @Sendable (ComputationGraph) -> Variable

  init(_ name: String, _ trace: @escaping @Sendable (Variable) -> Variable) {
    testDescription = name
    self.trace = { trace($0.instances) }
  }
}

@Suite("Gradients against finite differences")
struct GradientTests {
  static let elementFunctions = [
    NamedTrace("relu") { $0.relu() },
    NamedTrace("leaky relu") { $0.relu(leak: 0.2) },
    NamedTrace("tanh") { $0.tanh() },
    NamedTrace("sigmoid") { $0.sigmoid() },
    NamedTrace("cosine") { $0.cosine() },
    NamedTrace("exp") { $0.exp() },
    NamedTrace("log") { ($0.squared() + 0.5).log() },
    NamedTrace("square root") { ($0.squared() + 0.5).squareRoot() },
    NamedTrace("squared") { $0.squared() },
    NamedTrace("softplus") { $0.softplus() },
    NamedTrace("power") { ($0.squared() + 0.5).power(1.7) },
    NamedTrace("negative") { -$0 },
    NamedTrace("numbers on both sides") { 2 - 3 * $0 / 4 + (1 + $0) * 0.5 - 0.25 },
    NamedTrace("dropout") { $0.dropout(0.4) },
    NamedTrace("activation in place after a linear layer") { $0.linear("a", to: 4).tanh() },
    NamedTrace("one value used twice") { $0 * $0 + $0 },
    NamedTrace("activation whose argument is used again") { input in
      let hidden = input.linear("a", to: 4)
      return hidden.tanh() + hidden
    },
  ]

  static let arithmetic = [
    NamedTrace("instances with instances") { $0.linear("a", to: 4) * $0.linear("b", to: 4) },
    NamedTrace("instances with bags") { $0 - $0.meanOverInstances() },
    NamedTrace("bags with instances") { $0.meanOverInstances() / ($0.squared() + 1) },
    NamedTrace("instances with a single row") { $0 * $0.graph.parameter("p", columns: 5, initialiser: .uniform(1, 2)) },
    NamedTrace("bags with a single number") {
      $0.sumOverInstances() + $0.graph.parameter("p", columns: 1, initialiser: .zeros)
    },
    NamedTrace("one column with many") { $0.columns(1..<2) * $0 },
    NamedTrace("many columns with one of each bag") { $0 / ($0.columns(0..<1).squared().sumOverInstances() + 1) },
    NamedTrace("a layer on a single row, then with bags") { input in
      let row = input.graph.parameter("p", columns: 3, initialiser: .uniform(-1, 1)).linear("a", to: 5)
      return (input * row).sumOverInstances() + row
    },
    NamedTrace("a parameter used twice") { $0.linear("a", to: 5).tanh().linear("a", to: 5) },
  ]

  static let overInstances = [
    NamedTrace("sum") { $0.sumOverInstances() },
    NamedTrace("mean") { $0.meanOverInstances() },
    NamedTrace("max") { $0.maxOverInstances() },
    NamedTrace("log-mean-exp") { $0.logMeanExpOverInstances() },
    NamedTrace("sharp log-mean-exp") { $0.logMeanExpOverInstances(sharpness: 5) },
    NamedTrace("mean of the largest") { $0.topMeanOverInstances(count: 2) },
    NamedTrace("mean of the largest after an activation in place") {
      $0.linear("a", to: 4).tanh().topMeanOverInstances(count: 3).tanh()
    },
    NamedTrace("mean of more than there are, and another use") { $0.topMeanOverInstances(count: 50) * $0 },
    NamedTrace("softmax") { $0.softmaxOverInstances() },
    NamedTrace("softmax of one column") { $0.linear("a", to: 1).softmaxOverInstances() },
    NamedTrace("broadcast") { $0.sumOverInstances().broadcastToInstances() * $0 },
    NamedTrace("zero per instance") { $0 + $0.zeroPerInstance() },
    NamedTrace("weighted sum") { ($0.linear("a", to: 1).softmaxOverInstances() * $0).sumOverInstances() },
    NamedTrace("weighted sum, weights last") { ($0 * $0.linear("a", to: 1).sigmoid()).sumOverInstances() },
    NamedTrace("product with the bag") { ($0 * $0.meanOverInstances()).sumOverFeatures() },
    NamedTrace("product with the bag, bag first") { ($0.meanOverInstances() * $0).sumOverFeatures() },
    NamedTrace("mean over bags") { $0.sumOverInstances().meanOverBags() },
  ]

  static let overFeatures = [
    NamedTrace("sum") { $0.sumOverFeatures() },
    NamedTrace("length") { $0.length() },
    NamedTrace("squash") { $0.squashed() },
    NamedTrace("squash of long rows") { ($0 * 1e10).squashed() },
    NamedTrace("squash of rows whose length's fifth power overflows") { ($0 * 1e70).squashed() },
    NamedTrace("concatenation") { $0.tanh().concatenated(with: $0.squared()) },
    NamedTrace("columns") { $0.columns(1..<4) + $0.columns(0..<3) },
  ]

  static let layersAndLosses = [
    NamedTrace("linear on instances") { $0.linear("a", to: 3) },
    NamedTrace("linear to one column") { $0.linear("a", to: 1) },
    NamedTrace("linear on bags") { $0.meanOverInstances().linear("a", to: 3) },
    NamedTrace("linear without bias") { $0.linear("a", to: 3, bias: false) },
    NamedTrace("two layers read one input") { $0.linear("a", to: 3) + $0.linear("b", to: 3) },
    NamedTrace("cross entropy of logits") { input in
      input.linear("a", to: 1).meanOverInstances().binaryCrossEntropy(ofLogitsWith: input.graph.labels).meanOverBags()
    },
    NamedTrace("cross entropy of probabilities") { input in
      input.linear("a", to: 1).sigmoid().maxOverInstances()
        .binaryCrossEntropy(ofProbabilitiesWith: input.graph.labels).meanOverBags()
    },
    NamedTrace("margin loss") { input in
      input.linear("a", to: 4).meanOverInstances().squashed().length()
        .marginLoss(with: input.graph.labels, negativeWeight: 0.5).meanOverBags()
    },
  ]

  @Test(
    "every derivative of an operation, layer or loss agrees with its finite difference",
    arguments: elementFunctions + arithmetic + overInstances + overFeatures + layersAndLosses)
  func derivative(_ trace: NamedTrace) throws {
    for bagSizes in [[1, 3, 4], [1], [6]] {
      let result = try GradientCheck.run(bagSizes: bagSizes, trace.trace)
      #expect(result.comparisons > 0)
      #expect(result.largestError < 1e-6, "bags of \(bagSizes), at \(result.location)")
    }
  }

  @Test("a disagreement is found")
  func disagreement() throws {
    // Differences two units wide straddle the kink of relu, so they must disagree with any derivative.
    let result = try GradientCheck.run(bagSizes: [1], step: 2) { $0.instances.relu() }
    #expect(result.largestError > 1e-3)
  }
}
