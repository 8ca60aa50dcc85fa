import LinearAlgebra
import MILBenchTesting
import Testing

@testable import MILModels

@Suite("Models of a point with high density")
struct DensityTests {
  private struct Somewhere: Decodable {
    struct Content: Decodable {
      var point: [Double]
      var cost: Double
      var gradient: [Double]
    }
    var somewhere: Content
  }

  @Test("Test bags get the probabilities of the minima that SciPy finds from the same starts")
  func golden() throws {
    let golden = try GoldenBags.load("density")
    #expect(golden.scores.count == 2)
    for (id, expected) in golden.scores.sorted(by: { $0.key < $1.key }) {
      let scores = try golden.predicted(id)
      #expect(agree(scores.alone, expected, within: 2e-3), "\(id): \(scores.alone) \(expected)")
      #expect(agree(scores.shared, scores.alone, within: 1e-6))
    }
  }

  @Test("The likelihood of all bags and its slope are those of NumPy")
  func likelihood() throws {
    let golden = try GoldenBags.load("density")
    let somewhere: Somewhere = try GoldenBags.fixture("density")
    let bags = try golden.training
    let density = NoisyOrDensity(
      instances: try bags.finiteInstances(), bags: bags.rowsOfBags, labels: golden.labels)
    let found = density.cost(Concept(numbers: somewhere.somewhere.point))
    #expect(abs(found.value - somewhere.somewhere.cost) < 1e-9)
    #expect(agree(found.gradient, somewhere.somewhere.gradient, within: 1e-4))
  }

  @Test("The likelihood of chosen instances has the slope of its differences")
  func chosen() {
    let density = ChosenDensity(instances: Matrix([[1, 0], [2, -1], [0.5, 3]]), labels: [1, 0, 1])
    let point = [0.3, 0.2, 0.5, 0.7]
    let gradient = density.cost(Concept(numbers: point)).gradient
    for k in point.indices {
      var (up, down) = (point, point)
      up[k] += 1e-6
      down[k] -= 1e-6
      let slope = (density.cost(Concept(numbers: up)).value - density.cost(Concept(numbers: down)).value) / 2e-6
      #expect(abs(slope - gradient[k]) < 1e-6)
    }
  }

  @Test("Descent finds the minimum of a long valley")
  func descent() {
    let found = LimitedMemoryDescent(limit: 1000, tolerance: 1e-14).minimum(from: [-1.2, 1]) { x in
      let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
      return (a * a + 100 * b * b, [-2 * a - 400 * x[0] * b, 200 * b])
    }
    #expect(abs(found.point[0] - 1) < 1e-5 && abs(found.point[1] - 1) < 1e-5)
  }
}
