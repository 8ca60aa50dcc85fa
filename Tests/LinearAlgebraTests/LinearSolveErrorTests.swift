import LinearAlgebra
import Testing

@Suite("Errors of linear solves")
struct LinearSolveErrorTests {
  let square = Matrix<Double>([[2, 0], [0, 3]])
  let sides = Matrix<Double>([[1], [1]])

  @Test("an indefinite matrix names the first failing leading minor")
  func notPositiveDefinite() {
    #expect(throws: LinearSolveError.notPositiveDefinite(leadingMinor: 2)) {
      try Matrix<Double>([[1, 2], [2, 1]]).solvingPositiveDefinite(sides)
    }
    #expect(throws: LinearSolveError.notPositiveDefinite(leadingMinor: 1)) {
      try Matrix<Float>(rows: 2, columns: 2).solvingPositiveDefinite(Matrix(rows: 2, columns: 1))
    }
  }

  @Test("a ridge regression without penalty on dependent columns is refused")
  func singularRidge() {
    #expect(throws: LinearSolveError.notPositiveDefinite(leadingMinor: 2)) {
      try Matrix<Double>([[1, 1], [2, 2]]).solvingRidge(sides, penalty: 0)
    }
  }

  @Test("a negative, infinite or undefined penalty is refused", arguments: [-1, Double.infinity, .nan])
  func penalty(value: Double) {
    #expect { try square.solvingRidge(sides, penalty: value) } throws: { error in
      guard case LinearSolveError.invalidPenalty = error else { return false }
      return "\(error)".contains("\(value)")
    }
  }

  @Test("shapes that do not fit are errors with both sizes")
  func shapes() {
    let long = Matrix<Double>(rows: 3, columns: 1)
    expectShape("expected 2") { try square.solvingPositiveDefinite(long) }
    expectShape("expected 2") { try square.solvingRidge(long, penalty: 1) }
    expectShape("expected 2") { try square.solvingLeastSquares(long) }
    expectShape("3 x 1") { try long.solvingPositiveDefinite(long) }
    expectShape("3 x 1") { try long.symmetricEigendecomposition() }
  }

  @Test("values that are not finite are refused by every solve, with their place", arguments: [Double.nan, .infinity])
  func nonFinite(value: Double) {
    var bad = square
    bad[0, 1] = value
    expectNonFinite { try bad.solvingPositiveDefinite(sides) }
    expectNonFinite { try bad.solvingRidge(sides, penalty: 1) }
    expectNonFinite { try bad.solvingLeastSquares(sides) }
    expectNonFinite { try bad.symmetricEigendecomposition() }
    let badSides = Matrix([[1, value], [0, 0]])
    expectNonFinite { try square.solvingPositiveDefinite(badSides) }
    expectNonFinite { try square.solvingRidge(badSides, penalty: 1) }
    expectNonFinite { try square.solvingLeastSquares(badSides) }
    expectNonFinite("cutoff") { try square.solvingLeastSquares(sides, cutoff: value) }
  }

  @Test("overflow inside a solve is an error, not an infinite solution")
  func overflow() {
    let huge = Matrix<Double>([[1e300, 0], [0, 1]])
    #expect(throws: LinearSolveError.self) { try huge.solvingRidge(sides, penalty: 0) }
    #expect(throws: LinearSolveError.self) {
      try Matrix<Double>([[1e-300]]).solvingPositiveDefinite(Matrix([[1e300]]))
    }
  }

  @Test("every description is one line")
  func descriptions() {
    let errors: [LinearSolveError] = [
      .notPositiveDefinite(leadingMinor: 3), .didNotConverge(routine: "gelsd", count: 2), .shape("a shape"),
      .nonFinite("a value"), .invalidPenalty(-1), .illegalArgument(routine: "posv", position: 4),
      .outOfMemory(routine: "syevd"),
    ]
    for error in errors { #expect(!"\(error)".isEmpty && !"\(error)".contains("\n")) }
    #expect("\(errors[0])".contains("order 3"))
    #expect("\(errors[1])".contains("gelsd did not converge"))
  }

  private func expectShape(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Any
  ) {
    #expect(sourceLocation: sourceLocation) {
      _ = try body()
    } throws: { error in
      guard case LinearSolveError.shape(let found) = error else { return false }
      return found.contains(text)
    }
  }

  private func expectNonFinite(
    _ text: String = "row 1, column 2", sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Any
  ) {
    #expect(sourceLocation: sourceLocation) {
      _ = try body()
    } throws: { error in
      guard case LinearSolveError.nonFinite(let found) = error else { return false }
      return found.contains(text)
    }
  }
}
