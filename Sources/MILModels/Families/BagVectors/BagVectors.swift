import LinearAlgebra
import MILBags

extension BagDataset {
  /// Returns all instances, bag after bag.
  ///
  /// - Throws: errors of reading, and ``ModelError`` if a feature is not a finite number.
  func finiteMatrix() throws -> Matrix<Float> {
    let instances = try matrix()
    guard instances.areFinite else {
      throw ModelError("a feature is infinite or not a number, expected finite features")
    }
    return instances
  }

  /// Returns ``finiteMatrix()`` in double precision.
  func finiteInstances() throws -> Matrix<Double> { try finiteMatrix().map { Double($0) } }

  /// Returns a vector per bag computed from its instances, one row per bag.
  ///
  /// - Parameter noun: the name of a vector in errors.
  /// - Throws: errors of reading, and ``ModelError`` if a feature or an element is not a finite number.
  func vectors(
    called noun: String, _ vector: (_ instances: Matrix<Double>) -> [Double]
  ) throws -> Matrix<Double> {
    let instances = try finiteInstances()
    let result = Matrix(rowsOfBags.map { vector(instances.selectingRows([$0])) })
    guard result.areFinite else {
      throw ModelError("\(noun) of a bag is not finite, expected features that are standardised or small")
    }
    return result
  }
}

/// A map from the instances of a bag to one vector, fitted to training bags.
protocol BagEncoder: Sendable {
  /// Returns the vector of a bag from its instances, one per row.
  func vector(of instances: Matrix<Double>) -> [Double]

  /// Saves the map in a state.
  func keep(in state: inout ModelState)

  /// Restores the map from a state.
  init(from state: ModelState) throws
}

extension BagEncoder {
  /// Returns the vector of each bag, one per row.
  ///
  /// - Throws: the errors of reading, and ``ModelError`` if a feature or an element is not a finite number.
  func vectors(of bags: BagDataset) throws -> Matrix<Double> {
    try bags.vectors(called: "the vector", vector)
  }

  /// Fits a linear machine to the vectors of training bags.
  func fitted(_ training: BagDataset, _ configuration: LinearMachineConfiguration) throws -> FittedBagVectors<Self> {
    let machine = try configuration.machine(vectors(of: training), training.labels)
    return FittedBagVectors(encoder: self, machine: machine, featureCount: training.featureCount)
  }
}

/// A linear machine fitted to vectors of bags.
struct FittedBagVectors<Encoder: BagEncoder>: FittedModel {
  let encoder: Encoder
  let machine: LinearMachine
  let featureCount: Int

  init(encoder: Encoder, machine: LinearMachine, featureCount: Int) {
    (self.encoder, self.machine, self.featureCount) = (encoder, machine, featureCount)
  }

  /// Restores the fitted model from a state.
  init(from state: ModelState) throws {
    try self.init(encoder: Encoder(from: state), machine: LinearMachine(from: state), featureCount: state.featureCount)
    let width = encoder.vector(of: Matrix(rows: 1, columns: featureCount)).count
    guard machine.weights.count == width else {
      throw ModelError("array machine.weights has \(machine.weights.count) numbers, expected \(width) for this model")
    }
  }

  func predict(_ bags: BagDataset) throws -> [Double] { machine.decisions(try encoder.vectors(of: bags)) }

  var state: ModelState? {
    var state = ModelState(featureCount: featureCount)
    encoder.keep(in: &state)
    machine.keep(in: &state)
    return state
  }

  var summary: FitSummary { FitSummary(parameters: machine.weights.count + 1, notes: machine.notes) }
}

/// Returns the signed square root of each element, all divided by their length; a vector of zeros stays as it is.
///
/// Source: F. Perronnin, J. Sanchez, T. Mensink, Improving the Fisher kernel for large-scale image classification, ECCV
/// 2010, doi:10.1007/978-3-642-15561-1_11.
func powerNormalised(_ vector: [Double]) -> [Double] {
  let roots = vector.map { $0 < 0 ? -(-$0).squareRoot() : $0.squareRoot() }
  let length = roots.reduce(0) { $0 + $1 * $1 }.squareRoot()
  return length > 0 ? roots.map { $0 / length } : roots
}
