import Autodiff
import Foundation
import LinearAlgebra
import MILBenchTesting
import Testing

@testable import MILModels

@Suite("Models that compare bags")
struct BagDistanceTests {
  private struct Miles: Decodable {
    struct Content: Decodable {
      var objective: Double
      var relevance: [Double]
    }
    var miles: Content
  }

  @Test("Test bags get the scores of NumPy, SciPy and scikit-learn")
  func golden() throws {
    let golden = try GoldenBags.load("bag_distances")
    #expect(golden.scores.count == 8)
    for (id, expected) in golden.scores.sorted(by: { $0.key < $1.key }) {
      let scores = try golden.predicted(id)
      #expect(agree(scores.alone, expected, within: 1e-4), "\(id): \(scores.alone) \(expected)")
      #expect(agree(scores.shared, scores.alone, within: 1e-6), "\(id): \(scores.shared) \(scores.alone)")
    }
  }

  @Test("The relevance of MILES is what each instance adds to the bag's score")
  func relevance() throws {
    let golden = try GoldenBags.load("bag_distances")
    let miles: Miles = try GoldenBags.fixture("bag_distances")
    let model = try Contract.registry.resolve("miles[c=2,sigma=1.5]")
    let fit = try model.fit(golden.training, FitContext(seed: 1))
    let test = try golden.testBags
    let relevance = try fit.relevance(test)
    #expect(relevance.kind == .weights)
    #expect(agree(relevance.values, miles.miles.relevance, within: 1e-4))
    let scores = try fit.predict(test)
    let bias = try fit.state().number("bias")
    for (bag, rows) in test.rowsOfBags.enumerated() {
      #expect(abs(relevance.values[rows].reduce(bias, +) - scores[bag]) < 1e-5)
    }
  }

  @Test("The linear programme has the optimum of HiGHS, and rows of one label have that label")
  func programme() throws {
    let golden = try GoldenBags.load("bag_distances")
    let miles: Miles = try GoldenBags.fixture("bag_distances")
    let bags = try ComparedBags(golden.training, nil)
    let features = Matrix(bags.distances.map { $0.map { exp(-Double($0) / 2.25) } })
    let prices = golden.labels.map { _ in 2.0 }
    var machine = AbsoluteMachine(features, labels: golden.labels, prices: prices)
    try machine.solve()
    #expect(machine.notes["unsolved"] == nil)
    var objective = machine.weights.reduce(0) { $0 + abs($1) }
    for (row, label) in golden.labels.enumerated() {
      let value = zip(machine.weights, features.row(row)).reduce(machine.bias) { $0 + $1.0 * $1.1 }
      objective += 2 * max(0, 1 - (label == 1 ? value : -value))
    }
    #expect(abs(objective - miles.miles.objective) < 1e-6 * miles.miles.objective)
    #expect(machine.weights.count { $0 != 0 } < golden.labels.count)
    var same = AbsoluteMachine(features, labels: golden.labels.map { _ in 0 }, prices: prices)
    try same.solve()
    #expect(same.bias == -1 && same.weights.allSatisfy { $0 == 0 })
  }

  @Test("Instances far from all others of their bag weigh most in mi-Graph")
  func shares() throws {
    let bag = KernelVectors(Matrix([[0, 0], [0.1, 0], [0, 0.1], [9, 9]]))
    // Three neighbours each, and the last one alone.
    #expect(agree(bag.graphShares, [1.0 / 6, 1.0 / 6, 1.0 / 6, 0.5], within: 1e-12))
    #expect(KernelVectors(Matrix([[3, 4]])).graphShares == [1])
    // Equal instances have no distance below their mean, so each is its only neighbour.
    #expect(KernelVectors(Matrix([[3, 4], [3, 4]])).graphShares == [0.5, 0.5])
  }

  @Test("Equal instances have no distance, whatever their length")
  func distances() {
    let vectors = KernelVectors(Matrix([[1234.567, 0.1], [1234.567, 0.1], [1234.5, 0.1]]))
    let rows = InstanceDistances.from(vectors, [0..<1, 1..<3], to: vectors)
    #expect(rows[0][0] == 0 && rows[0][1] == 0 && rows[1] == [0, 0, 0])
    #expect(abs(Double(rows[0][2]) - 0.067 * 0.067) < 1e-6)
  }
}
