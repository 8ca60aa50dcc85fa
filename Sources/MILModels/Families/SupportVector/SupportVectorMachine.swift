import LinearAlgebra
import MILBags

/// A trained machine with decision values sum_k coefficient_k k(x, x_k) + bias.
package struct SupportVectorMachine: Sendable {
  let kernel: KernelFunction
  let support: KernelVectors
  let coefficients: [Double]
  let bias: Double
  /// The coefficients of the features for a linear kernel; nil for others.
  private let direction: [Double]?

  /// Creates a machine of the vectors whose coefficients are not 0, and the bias.
  package init(kernel: KernelFunction, vectors: KernelVectors, rows: [Int], coefficients: [Double], bias: Double) {
    let used = coefficients.indices.filter { coefficients[$0] != 0 }
    self.kernel = kernel
    support = vectors.selecting(used.map { rows[$0] })
    self.coefficients = used.map { coefficients[$0] }
    self.bias = bias
    direction =
      kernel.kind == .linear
      ? support.vectors.multiplied(by: self.coefficients, transposingSelf: true) : nil
  }

  /// The number of trained scalars.
  var parameterCount: Int { coefficients.count + 1 }

  /// Returns the decision value of each row.
  package func decisions(_ instances: KernelVectors) -> [Double] {
    if let direction { return instances.vectors.multiplied(by: direction).map { $0 + bias } }
    guard support.count > 0 else { return Array(repeating: bias, count: instances.count) }
    var result: [Double] = []
    result.reserveCapacity(instances.count)
    support.forEachRow(of: kernel, with: instances) { _, row in
      var sum = bias
      for k in row.indices { sum += coefficients[k] * Double(row[k]) }
      result.append(sum)
    }
    return result
  }
}

/// The way in which a machine scores a bag.
enum BagScore: Sendable, Equatable {
  /// The largest decision value of its instances.
  case largestInstance
  /// The sum of its instances' values without bias, divided by the bag's norm, plus the bias.
  case normalisedSum(SetNormalisation)
  /// The decision value of its feature ranges.
  case featureRanges
  /// The sum of its instances' values without bias, each times its share in ``GraphKernelSVM``, plus the bias.
  case graphShares
}

/// A machine and the way in which it scores bags.
struct TrainedMachine: Sendable {
  var machine: SupportVectorMachine
  var score: BagScore
  /// Notes for readers of the journal.
  var notes: [String: String] = [:]

  /// Returns the score of each bag.
  ///
  /// - Throws: ``ModelError`` if a score is not a number.
  func scores(_ bags: BagDataset) throws -> [Double] {
    let scores = rawScores(bags)
    guard scores.allSatisfy(\.isFinite) else {
      throw ModelError("a bag's score is not a number, expected features that are standardised or small")
    }
    return scores
  }

  private func rawScores(_ bags: BagDataset) -> [Double] {
    switch score {
    case .largestInstance:
      let decisions = machine.decisions(bags.kernelVectors)
      return bags.labels.indices.map { decisions[bags[rowsOfBag: $0]].max() ?? machine.bias }
    case .normalisedSum(let normalisation):
      let vectors = bags.kernelVectors
      let decisions = machine.decisions(vectors)
      return bags.labels.indices.map { bag in
        let rows = bags[rowsOfBag: bag]
        let sum = decisions[rows].reduce(0) { $0 + ($1 - machine.bias) }
        return sum / normalisation.norm(of: vectors.selecting(Array(rows)), machine.kernel) + machine.bias
      }
    case .featureRanges: return machine.decisions(bags.featureRanges)
    case .graphShares:
      let vectors = bags.kernelVectors
      let decisions = machine.decisions(vectors)
      return bags.rowsOfBags.map { rows in
        let shares = vectors.selecting(Array(rows)).graphShares
        return zip(shares, decisions[rows]).reduce(machine.bias) { $0 + $1.0 * ($1.1 - machine.bias) }
      }
    }
  }
}

extension TrainedMachine {
  /// Returns the machine as arrays: kernel, support vectors with their coefficients, and bias.
  func state(featureCount: Int) -> ModelState {
    var state = ModelState(featureCount: featureCount)
    state.set("kernel.kind", to: machine.kernel.kind.rawValue)
    state.set("kernel.gamma", to: machine.kernel.gamma)
    state.set("kernel.degree", to: machine.kernel.degree)
    state.set("kernel.offset", to: machine.kernel.offset)
    state.set("support.vectors", to: machine.support.vectors)
    state.set("support.coefficients", to: machine.coefficients)
    state.set("bias", to: machine.bias)
    switch score {
    case .largestInstance: state.set("score", to: "largest-instance")
    case .featureRanges: state.set("score", to: "feature-ranges")
    case .graphShares: state.set("score", to: "graph-shares")
    case .normalisedSum(let normalisation):
      state.set("score", to: "normalised-sum")
      state.set("normalisation", to: normalisation.rawValue)
    }
    return state
  }

  /// Restores the machine from a state.
  ///
  /// - Throws: ``ModelError`` naming the part that does not fit.
  init(_ state: ModelState) throws {
    func choice<Value: CaseIterable & RawRepresentable<String>>(_ name: String, _: Value.Type) throws -> Value {
      let text = try state.text(name)
      guard let value = Value(rawValue: text) else {
        let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw ModelError("\(name) is \"\(text)\", expected one of \(known)")
      }
      return value
    }
    let kernel = KernelFunction(
      kind: try choice("kernel.kind", KernelKind.self), gamma: try state.number("kernel.gamma"),
      degree: try state.integer("kernel.degree"), offset: try state.number("kernel.offset"))
    guard (1...20).contains(kernel.degree) else {
      throw ModelError("kernel.degree is \(kernel.degree), expected 1 to 20")
    }
    switch try state.text("score") {
    case "largest-instance": score = .largestInstance
    case "feature-ranges": score = .featureRanges
    case "graph-shares": score = .graphShares
    case "normalised-sum": score = .normalisedSum(try choice("normalisation", SetNormalisation.self))
    case let text: throw ModelError("score is \"\(text)\", expected the name of a way to score a bag")
    }
    let width = state.featureCount.multipliedReportingOverflow(by: score == .featureRanges ? 2 : 1).partialValue
    let vectors = try state.doubles("support.vectors", columns: width)
    let coefficients = try state.doubles("support.coefficients", rows: 1, columns: vectors.rows).elements
    machine = SupportVectorMachine(
      kernel: kernel, vectors: KernelVectors(vectors), rows: Array(0..<vectors.rows), coefficients: coefficients,
      bias: try state.number("bias"))
  }
}

extension BagDataset {
  /// The instances as vectors for kernels.
  package var kernelVectors: KernelVectors { KernelVectors(instances.map(Double.init)) }

  /// The instances, and after them the mean of each bag.
  var instancesAndMeans: KernelVectors {
    var elements = instances.elements.map(Double.init)
    elements.reserveCapacity((instanceCount + bagCount) * featureCount)
    for bag in labels.indices {
      var mean = [Double](repeating: 0, count: featureCount)
      for row in self[rowsOfBag: bag] {
        for column in 0..<featureCount { mean[column] += elements[row * featureCount + column] }
      }
      elements += mean.map { $0 / Double(self[sizeOfBag: bag]) }
    }
    return KernelVectors(Matrix(rows: instanceCount + bagCount, columns: featureCount, elements: elements))
  }

  /// The smallest values of all features in a bag followed by the largest, one row per bag.
  var featureRanges: KernelVectors {
    var result = Matrix<Double>(rows: bagCount, columns: 2 * featureCount)
    for bag in labels.indices {
      let rows = self[rowsOfBag: bag].map { instances.row($0) }
      for column in 0..<featureCount {
        var (low, high) = (rows[0][column], rows[0][column])
        for row in rows {
          low = min(low, row[column])
          high = max(high, row[column])
        }
        // A NaN may have lost every comparison.
        if rows.contains(where: { $0[column].isNaN }) { low = .nan }
        result[bag, column] = Double(low)
        result[bag, featureCount + column] = Double(high)
      }
    }
    return KernelVectors(result)
  }
}
