import Autodiff
import Foundation
import LinearAlgebra
import MILBags
import UserInput

/// A baseline that tests a data table: logistic regression on one number per bag, its size or the mean of one channel.
///
/// The number is standardised over the training bags. A model that reads instances must beat both: bags of images can
/// often be classified by their number of patches or by how red they are.
package struct BagSummary: Model {
  /// The number computed for a bag.
  package enum Statistic: String, Codable, Sendable, CaseIterable {
    /// The logarithm of the number of its instances.
    case size
    /// The mean of a channel over the pixels of all its images; without images, of a feature.
    case channelMean = "channel-mean"
  }

  /// The number computed for a bag.
  package var statistic = Statistic.size
  /// The channel, from 1; in colour images red, green and blue.
  package var channel = 1
  /// The penalty: the weight of half the squared coefficient.
  package var penalty = 1.0

  /// Creates a model of the size of a bag.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("channel", channel, in: 1...1_000_000_000)
    try ConfigurationError.require("penalty", penalty, in: 1e-6...1e12)
  }

  /// The traits, of a fit of one weight and the intercept.
  package var traits: ModelTraits {
    var traits = ModelTraits(trained: "a weight and the intercept, by Newton's method to convergence")
    traits.isDeterministic = true
    return traits
  }

  /// Fits by Newton's method on one number per bag.
  package func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let numbers = try numbers(training)
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
    let scale = variance > 0 ? 1 / variance.squareRoot() : 0
    let design = Matrix(rows: numbers.count, columns: 1, elements: numbers.map { ($0 - mean) * scale })
    var regression = LogisticRegression(
      design, labels: training.labels, weights: [Double](repeating: 1, count: numbers.count), penalty: penalty)
    let solution = try regression.solution()
    let slope = solution.coefficients[0] * scale
    return FittedSummary(
      model: self, slope: slope, intercept: solution.intercept - slope * mean, featureCount: training.featureCount)
  }

  /// Restores the regression from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    FittedSummary(
      model: self, slope: try state.number("slope"), intercept: try state.number("intercept"),
      featureCount: state.featureCount)
  }

  /// Returns the number of each bag.
  ///
  /// - Throws: ``NotApplicable`` if there is no such channel, and the errors of reading.
  func numbers(_ bags: BagDataset) throws -> [Double] {
    guard statistic == .channelMean else { return (0..<bags.bagCount).map { log(Double(bags[sizeOfBag: $0])) } }
    let channels = bags.imageShape?.channels ?? bags.featureCount
    guard channel <= channels else {
      throw NotApplicable("channel \(channel) is asked for, the instances have \(channels)")
    }
    let pixels = bags.featureCount / channels
    let columns = (channel - 1) * pixels..<channel * pixels
    return try (0..<bags.bagCount).map { bag in
      let instances = try bags.instances(ofBags: [bag])
      var sum = 0.0
      for row in 0..<instances.rows { for column in columns { sum += Double(instances[row, column]) } }
      return sum / Double(instances.rows * pixels)
    }
  }
}

/// A fitted regression on one number.
private struct FittedSummary: FittedModel {
  let model: BagSummary
  let slope: Double
  let intercept: Double
  let featureCount: Int
  var summary: FitSummary { FitSummary(parameters: 2) }

  func predict(_ bags: BagDataset) throws -> [Double] {
    try model.numbers(bags).map { LogisticRegression.probability(intercept + slope * $0) }
  }

  var state: ModelState? {
    var state = ModelState(featureCount: featureCount)
    state.set("slope", to: slope)
    state.set("intercept", to: intercept)
    return state
  }
}
