import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import Testing

@Suite("Bags with planted witnesses")
struct PlantedWitnessTests {
  @Test("Every second bag is positive and holds the stated share of witnesses")
  func witnesses() throws {
    let made = try SyntheticBags.plantedWitness(
      bags: 21, instancesPerBag: 3...9, features: 4, witnessRate: 0.4, shift: 50, seed: 7)
    #expect(made.bagCount == 21)
    #expect(made.positiveBagCount == 11)
    let labels = try #require(made.instanceLabels)
    for bag in 0..<made.bagCount {
      let size = made[sizeOfBag: bag]
      #expect((3...9).contains(size))
      let count = labels[made[rowsOfBag: bag]].compactMap(\.self).reduce(0, +)
      #expect(count == (bag % 2 == 0 ? max(1, Int((0.4 * Double(size)).rounded())) : 0))
      for row in made[rowsOfBag: bag] {
        #expect((made.instances[row, 3] > 25) == (labels[row] == 1))
      }
    }
  }

  @Test("A seed gives the same bags, another seed others")
  func seeds() throws {
    func make(_ seed: UInt64) throws -> BagDataset {
      try SyntheticBags.plantedWitness(
        bags: 4, instancesPerBag: 1...3, features: 2, witnessRate: 0.5, shift: 1, seed: seed)
    }
    #expect(try make(1) == make(1))
    #expect(try make(1).instances != make(2).instances)
  }

  @Test("More bags leave the first as they are, and features are normal around 0 and the shift")
  func distribution() throws {
    let few = try make(20)
    let many = try make(2000)
    #expect(many.selecting(bags: Array(0..<20)) == few)
    let labels = try #require(many.instanceLabels)
    for (label, mean) in [(0, 0.0), (1, 4.0)] {
      let values = many.labels.indices.flatMap { bag in
        many[rowsOfBag: bag].filter { labels[$0] == label }.flatMap { many.instances.row($0) }
      }.map(Double.init)
      let average = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(values.count)
      // Five standard errors of mean and variance.
      let error = 5 / Double(values.count).squareRoot()
      #expect(abs(average - mean) < error)
      #expect(abs(variance - 1) < error * 2.0.squareRoot())
    }
  }

  private func make(_ bags: Int) throws -> BagDataset {
    try SyntheticBags.plantedWitness(
      bags: bags, instancesPerBag: 2...6, features: 5, witnessRate: 0.4, shift: 4, seed: 3)
  }

  @Test(
    "Numbers out of range are refused",
    arguments: [(0, 1, 0.5, 1...2), (2, 0, 0.5, 1...2), (2, 1, 1.5, 1...2), (2, 1, -.nan, 1...2), (2, 1, 0.5, 0...2)])
  func refusals(bags: Int, features: Int, rate: Double, sizes: ClosedRange<Int>) {
    #expect(throws: DatasetError.self) {
      try SyntheticBags.plantedWitness(
        bags: bags, instancesPerBag: sizes, features: features, witnessRate: rate, shift: 1, seed: 1)
    }
  }

  @Test("What the memory of the machine cannot hold is refused, before anything is drawn")
  func memory() {
    let error = #expect(throws: DatasetError.self) {
      try SyntheticBags.plantedWitness(
        bags: 3, instancesPerBag: (1 << 24)...(1 << 24), features: 1_000_000, witnessRate: 0.5, shift: 1, seed: 1)
    }
    #expect(error?.problem.contains("50331648 instances with 1000000 features do not fit") == true)
  }
}
