import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import TestSupport
import Testing

@Suite("Standardisation")
struct StandardisationTests {
  struct Golden: Decodable {
    let fitted: [[Double]]
    let other: [[Double]]
    let clean: [[Double]]
    let published: [[Double]]
  }

  private func expectClose(_ ours: Matrix<Float>, _ golden: [[Double]]) {
    for (row, values) in golden.enumerated() {
      for (column, value) in values.enumerated() {
        let difference = abs(Double(ours[row, column]) - value)
        #expect(difference <= 2e-7 * max(1, abs(value)), "row \(row), column \(column)")
      }
    }
  }

  @Test("The clean rule is scikit-learn's, with constant features at 0")
  func clean() throws {
    let golden = try Fixture.json("standardised.json", as: Golden.self)
    let fitted = Matrix(golden.fitted).map { Float($0) }
    let standardiser = Standardiser(fittedTo: fitted)
    expectClose(standardiser.apply(to: Matrix(golden.other).map { Float($0) }), golden.clean)
    let own = standardiser.apply(to: fitted)
    for column in 0..<fitted.columns {
      let values = own.column(column).map(Double.init)
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      #expect(abs(mean) < 1e-5)
      #expect(column == 3 ? values.allSatisfy { $0 == 0 } : abs(variance - 1) < 1e-5)
    }
  }

  @Test("With an epsilon the rule is the published one, and constant features are at -1")
  func published() throws {
    let golden = try Fixture.json("standardised.json", as: Golden.self)
    let fitted = Matrix(golden.fitted).map { Float($0) }
    let standardiser = Standardiser(fittedTo: fitted, epsilon: 1e-6)
    let other = Matrix(golden.other).map { Float($0) }
    expectClose(standardiser.apply(to: other), golden.published)
    #expect(standardiser.apply(to: fitted).column(3).allSatisfy { abs($0 + 1) < 1e-6 })
  }

  @Test("Nothing becomes infinite or NaN, whatever the scale")
  func extremes() throws {
    let huge = Float.greatestFiniteMagnitude
    let tiny = Float.leastNonzeroMagnitude
    let fitted = Matrix<Float>([[huge, tiny, huge, 7, 0], [-huge, 0, huge, 7, tiny], [huge, tiny, huge, 7, 0]])
    let standardiser = Standardiser(fittedTo: fitted)
    for row in [fitted, Matrix<Float>([[-huge, huge, -huge, huge, huge]])] {
      let areFinite = standardiser.apply(to: row).elements.allSatisfy { $0.isFinite }
      #expect(areFinite)
    }
    #expect(standardiser.apply(to: fitted).column(2) == [0, 0, 0])
    #expect(standardiser.apply(to: fitted).column(3) == [0, 0, 0])
    #expect(abs(standardiser.apply(to: fitted)[1, 1] + Float(2).squareRoot()) < 1e-6)
    #expect(
      Standardiser(fittedTo: Matrix<Float>(rows: 0, columns: 2)).apply(to: Matrix<Float>([[1, 2]])).elements == [0, 0])
  }

  @Test("A saved standardiser does the same")
  func saved() throws {
    let made = try SyntheticBags.plantedWitness(
      bags: 4, instancesPerBag: 2...3, features: 3, witnessRate: 0.5, shift: 2, seed: 1)
    let standardiser = Standardiser(fittedTo: made.instances)
    let copy = try JSONDecoder().decode(Standardiser.self, from: JSONEncoder().encode(standardiser))
    #expect(copy == standardiser)
    #expect(copy.apply(to: made) == standardiser.apply(to: made))
    #expect(copy.apply(to: made).labels == made.labels)
  }
}
