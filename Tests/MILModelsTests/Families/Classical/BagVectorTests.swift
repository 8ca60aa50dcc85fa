import LinearAlgebra
import MILBags
import MILBenchTesting
import Testing

@testable import MILModels

@Suite("Models on vectors of bags")
struct BagVectorTests {
  private struct Mixture: Decodable {
    struct Content: Decodable {
      var shares: [Double]
      var means, variances: [[Double]]
      var vector: [Double]
    }
    var mixture: Content
  }

  @Test("Test bags get the scores of the same vectors and machines with NumPy and scikit-learn")
  func golden() throws {
    let golden = try GoldenBags.load("bag_vectors")
    #expect(golden.scores.count == 5)
    for (id, expected) in golden.scores.sorted(by: { $0.key < $1.key }) {
      let text = id.contains("[") ? id.replacing("]", with: ",c=2,tolerance=1e-7]") : "\(id)[c=2,tolerance=1e-7]"
      let scores = try golden.predicted(text)
      #expect(agree(scores.alone, expected, within: 2e-5), "\(id): \(scores.alone) \(expected)")
      #expect(scores.shared == scores.alone)
    }
  }

  @Test("A mixture and its Fisher vectors are those of scikit-learn and NumPy")
  func mixture() throws {
    let bags = try GoldenBags.load("bag_vectors")
    let golden: Mixture = try GoldenBags.fixture("bag_vectors")
    let instances = try bags.training.finiteInstances()
    let mixture = try GaussianMixture(of: instances, count: 2, rounds: 2000, tolerance: 1e-14)
    #expect(agree(mixture.shares, golden.mixture.shares, within: 1e-4))
    #expect(agree(mixture.means.elements, golden.mixture.means.flatMap { $0 }, within: 1e-4))
    #expect(agree(mixture.variances.elements, golden.mixture.variances.flatMap { $0 }, within: 1e-4))
    let test = try bags.testBags
    let own = try test.finiteInstances().selectingRows([test[rowsOfBag: 2]])
    let vector = FisherEncoder(axes: nil, mixture: mixture).vector(of: own)
    #expect(agree(vector, golden.mixture.vector, within: 1e-3))
  }

  @Test("Principal axes are orthogonal, and as few as hold the energy")
  func axes() throws {
    let instances = try plantedBags(20, sizes: 3...6).finiteInstances()
    let all = try PrincipalAxes(of: instances, energy: 1)
    #expect(all.axes.columns == 4)
    let products = all.axes.gramOfColumns()
    for row in 0..<4 { for column in 0..<4 { #expect(abs(products[row, column] - (row == column ? 1 : 0)) < 1e-12) } }
    let variances = all.coordinates(of: instances).squares.columnSums()
    #expect(variances == variances.sorted(by: >))
    let share = (variances[0] + variances[1]) / variances.reduce(0, +)
    #expect(try PrincipalAxes(of: instances, energy: share - 1e-6).axes.columns == 2)
    #expect(try PrincipalAxes(of: instances, energy: share + 1e-6).axes.columns == 3)
  }

  @Test("Constant features count for nothing, and more parts than instances are as many as these")
  func degenerate() throws {
    let constant = Matrix<Double>([[1, 5], [3, 5]])
    let mixture = try GaussianMixture(of: constant, count: 1)
    #expect(mixture.variances[0, 1] == .infinity)
    let vector = FisherEncoder(axes: nil, mixture: mixture).vector(of: Matrix([[3, 9]]))
    #expect(vector == [1, 0, 0, 0])
    #expect(try Clusters(of: constant, count: 7).centres.rows == 2)
  }
}
