import CKernels
import LinearAlgebra
import MILBags
import UserInput

/// MILES: a sparse linear machine on the similarities of a bag to all training instances.
///
/// Feature k of a bag is max over its instances x of exp(-|x - x_k|^2 / sigma^2), for each training instance x_k. The
/// machine minimises |w|_1 + C sum_i weight_i max(0, 1 - y_i (w . m_i + bias)), a linear programme. The relevance of an
/// instance is the sum of w_k times its similarity over those k for which it is the nearest of its bag; ties share it.
///
/// Deviations: the authors chose C and sigma by cross-validation. The defaults are C = 10 and sigma^2 equal to the
/// number of features, for standardised features. Relevance is the article's without its division of the bias.
///
/// Source: Y. Chen, J. Bi, J. Z. Wang, MILES: multiple-instance learning via embedded instance selection, IEEE
/// Transactions on Pattern Analysis and Machine Intelligence 28(12), 2006, doi:10.1109/TPAMI.2006.248.
package struct EmbeddedInstancesModel: Model {
  /// The cost of errors C.
  package var c = 10.0
  /// The width of the similarity; `auto` is the square root of the number of features.
  package var sigma = TextNumber(nil)
  /// The weight of a bag's error: C times 1, or times n / (k n of its class).
  package var classWeights = ClassWeights.equal

  /// Creates a model with C = 10 and sigma the square root of the number of features.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws { try ConfigurationError.require("c", c, in: 1e-6...1e6) }

  /// The traits; scores are decision values.
  package var traits: ModelTraits {
    var traits = ModelTraits(
      scores: .decisions, trained: "a weight for each training instance, most of them 0, by a linear programme")
    traits.isDeterministic = true
    traits.comparesAllInstances = true
    return traits
  }

  /// Fits by solving the linear programme.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let compared = try ComparedBags(training, context.shared)
    let sigma = self.sigma.value ?? Double(training.featureCount).squareRoot()
    let features = Matrix(compared.distances.map { similarities($0, sigma) })
    var machine = AbsoluteMachine(
      features, labels: training.labels, prices: classWeights.weights(training.labels).map { $0 * c })
    try machine.solve()
    let used = machine.weights.indices.filter { machine.weights[$0] != 0 }
    return FittedEmbedding(
      selected: compared.instances.selecting(used), weights: used.map { machine.weights[$0] }, bias: machine.bias,
      sigma: sigma, notes: machine.notes)
  }

  /// Restores the weights from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    let selected = try state.doubles("instances", columns: state.featureCount)
    return FittedEmbedding(
      selected: KernelVectors(selected),
      weights: try state.doubles("weights", rows: 1, columns: selected.rows).elements, bias: try state.number("bias"),
      sigma: try state.number("sigma"), notes: [:])
  }

  /// Returns the memory for instances in double precision, a block of their distances, the similarities of bags and
  /// instances, and the working space of the linear programme.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    3 * (training.bytes + scoring.bytes)
      + 4 * Double(training.instances + scoring.instances) * Double(training.bags + scoring.bags + 400)
      + 40 * Double(training.instances) * Double(training.bags)
  }
}

/// Returns exp(-distance / sigma^2) of squared distances.
private func similarities(_ distances: [Float], _ sigma: Double) -> [Double] {
  var result = distances
  ck_exp(distances.count, distances, Float(-1 / (sigma * sigma)), 0, &result)
  return result.map { Double($0) }
}

/// The training instances with a nonzero weight.
private struct FittedEmbedding: FittedModel {
  let selected: KernelVectors
  let weights: [Double]
  let bias: Double
  let sigma: Double
  let notes: [String: String]

  func predict(_ bags: BagDataset) throws -> [Double] {
    let vectors = KernelVectors(try bags.finiteInstances())
    return InstanceDistances.from(vectors, bags.rowsOfBags, to: selected).map { row in
      zip(weights, similarities(row, sigma)).reduce(bias) { $0 + $1.0 * $1.1 }
    }
  }

  func relevance(_ bags: BagDataset) throws -> InstanceRelevance? {
    let vectors = KernelVectors(try bags.finiteInstances())
    var values = [Double](repeating: 0, count: bags.instanceCount)
    for rows in bags.rowsOfBags {
      var distances: [[Float]] = []
      selected.forEachRowOfSquaredDistances(from: vectors, rows) { distances.append($0) }
      for (k, weight) in weights.enumerated() {
        let least = distances.map { $0[k] }.min() ?? 0
        let nearest = distances.indices.filter { distances[$0][k] == least }
        let share = weight * similarities([least], sigma)[0] / Double(nearest.count)
        for place in nearest { values[rows.lowerBound + place] += share }
      }
    }
    return InstanceRelevance(kind: .weights, values: values)
  }

  var state: ModelState? {
    var state = ModelState(featureCount: selected.vectors.columns)
    state.set("instances", to: selected.vectors)
    state.set("weights", to: weights)
    state.set("bias", to: bias)
    state.set("sigma", to: sigma)
    return state
  }

  var summary: FitSummary { FitSummary(parameters: weights.count + 1, notes: notes) }
}
