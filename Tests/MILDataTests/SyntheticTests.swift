import Foundation
import LinearAlgebra
import MILData
import Testing

@Suite("Synthetic bags")
struct SyntheticTests {
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
      let count = labels[made[rowsOfBag: bag]].reduce(0, +)
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

  @Test("Numbers out of range are refused", arguments: [(0, 1, 0.5), (2, 0, 0.5), (2, 1, 1.5), (2, 1, -.nan)])
  func refusals(bags: Int, features: Int, rate: Double) {
    #expect(throws: DatasetError.self) {
      try SyntheticBags.plantedWitness(
        bags: bags, instancesPerBag: 1...2, features: features, witnessRate: rate, shift: 1, seed: 1)
    }
  }
}
