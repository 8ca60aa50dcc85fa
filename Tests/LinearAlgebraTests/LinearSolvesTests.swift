import LinearAlgebra
import Testing

@Suite("Linear solves")
struct LinearSolvesTests {
  struct Problems: Decodable {
    var ridge: [Problem]
    var positiveDefinite: [Problem]
    var leastSquares: [Problem]
    var eigen: [EigenProblem]
  }

  struct Problem: Decodable {
    var name: String
    var a: [[Double]]
    var b: [[Double]]
    var x: [[Double]]
    var penalty: Double?
    var rank: Int?
    var singular: [Double]?
  }

  struct EigenProblem: Decodable {
    var name: String
    var a: [[Double]]
    var values: [Double]
    var vectors: [[Double]]
  }

  let problems: Problems

  init() throws { problems = try Fixture.read("solves.json") }

  @Test("ridge regression agrees with the singular value decomposition, whichever system is smaller")
  func ridge() throws {
    #expect(problems.ridge.count == 5)
    for problem in problems.ridge {
      let penalty = try #require(problem.penalty)
      let solution = try Matrix(problem.a).solvingRidge(Matrix(problem.b), penalty: penalty)
      #expect(relativeDifference(solution, Matrix(problem.x)) < 1e-8, "\(problem.name)")
      let single = try floats(problem.a).solvingRidge(floats(problem.b), penalty: Float(penalty))
      #expect(relativeDifference(single, floats(problem.x)) < 1e-3, "\(problem.name), single precision")
    }
  }

  @Test("positive definite systems agree with SciPy")
  func positiveDefinite() throws {
    #expect(problems.positiveDefinite.count == 3)
    for problem in problems.positiveDefinite {
      let solution = try Matrix(problem.a).solvingPositiveDefinite(Matrix(problem.b))
      #expect(relativeDifference(solution, Matrix(problem.x)) < 1e-8, "\(problem.name)")
      let single = try floats(problem.a).solvingPositiveDefinite(floats(problem.b))
      #expect(relativeDifference(single, floats(problem.x)) < 1e-3, "\(problem.name), single precision")
    }
  }

  @Test("only the upper triangle of a positive definite matrix is read")
  func upperTriangle() throws {
    let whole = Matrix<Double>([[4, 1], [1, 3]])
    let upper = Matrix<Double>([[4, 1], [-50, 3]])
    let sides = Matrix<Double>([[1], [2]])
    #expect(try upper.solvingPositiveDefinite(sides) == whole.solvingPositiveDefinite(sides))
    #expect(
      try upper.symmetricEigendecomposition().values == whole.symmetricEigendecomposition().values)
  }

  @Test("least squares, rank and singular values agree with SciPy")
  func leastSquares() throws {
    #expect(problems.leastSquares.count == 6)
    for problem in problems.leastSquares {
      let answer = try Matrix(problem.a).solvingLeastSquares(Matrix(problem.b))
      let singular = try #require(problem.singular)
      #expect(relativeDifference(answer.solution, Matrix(problem.x)) < 1e-8, "\(problem.name)")
      #expect(answer.rank == problem.rank, "\(problem.name)")
      #expect(answer.singularValues.count == singular.count)
      let scale = max(singular.first ?? 0, 1)
      for (ours, theirs) in zip(answer.singularValues, singular) {
        #expect((ours - theirs).magnitude <= 1e-12 * scale, "\(problem.name)")
      }
      let single = try floats(problem.a).solvingLeastSquares(floats(problem.b))
      #expect(single.rank == problem.rank, "\(problem.name), single precision")
      #expect(relativeDifference(single.solution, floats(problem.x)) < 1e-3, "\(problem.name), single precision")
    }
  }

  @Test("a larger cutoff lowers the rank and shortens the solution")
  func cutoff() throws {
    let answer = try Matrix<Double>([[2, 0], [0, 0.5]]).solvingLeastSquares(Matrix([[4], [1]]), cutoff: 0.5)
    #expect(answer.rank == 1)
    #expect(relativeDifference(answer.solution, Matrix([[2], [0]])) < 1e-15)
  }

  @Test("eigenvalues agree with SciPy, eigenvectors up to their sign")
  func eigen() throws {
    #expect(problems.eigen.count == 2)
    for problem in problems.eigen {
      let answer = try Matrix(problem.a).symmetricEigendecomposition()
      for (ours, theirs) in zip(answer.values, problem.values) {
        #expect((ours - theirs).magnitude <= 1e-12 * max(theirs.magnitude, 1), "\(problem.name)")
      }
      let overlap = answer.vectors.multiplied(by: Matrix(problem.vectors), transposingSelf: true)
      #expect(overlap.rows == problem.values.count)
      #expect(relativeDifference(overlap.map { $0.magnitude }, .identity(overlap.rows)) < 1e-8, "\(problem.name)")
      let single = try floats(problem.a).symmetricEigendecomposition()
      #expect(relativeDifference(Matrix([single.values]), floats([problem.values])) < 1e-5)
    }
  }

  @Test("a repeated eigenvalue still gives orthonormal vectors that rebuild the matrix")
  func repeatedEigenvalue() throws {
    let matrix = Matrix<Double>([[2, 1, 1], [1, 2, 1], [1, 1, 2]])
    let answer = try matrix.symmetricEigendecomposition()
    let scaled = Matrix([answer.values, answer.values, answer.values])
    var weighted = answer.vectors
    for row in 0..<3 { for column in 0..<3 { weighted[row, column] *= scaled[row, column] } }
    #expect(relativeDifference(weighted.multiplied(by: answer.vectors, transposingOther: true), matrix) < 1e-14)
    #expect(relativeDifference(answer.vectors.gramOfColumns(), .identity(3)) < 1e-14)
  }

  @Test("empty problems have empty or zero solutions")
  func empty() throws {
    let noRows = Matrix<Double>(rows: 0, columns: 3)
    let noColumns = Matrix<Double>(rows: 3, columns: 0)
    #expect(try noRows.solvingRidge(Matrix(rows: 0, columns: 2), penalty: 1) == Matrix(rows: 3, columns: 2))
    #expect(try noColumns.solvingRidge(Matrix(rows: 3, columns: 2), penalty: 1) == Matrix(rows: 0, columns: 2))
    let answer = try noRows.solvingLeastSquares(Matrix(rows: 0, columns: 2))
    #expect(answer.solution == Matrix(rows: 3, columns: 2) && answer.rank == 0 && answer.singularValues.isEmpty)
    let noTargets = try Matrix<Double>([[3, 0], [0, 4]]).solvingLeastSquares(Matrix(rows: 2, columns: 0))
    #expect(noTargets.solution == Matrix(rows: 2, columns: 0) && noTargets.singularValues == [4, 3])
    let none = Matrix<Double>(rows: 0, columns: 0)
    #expect(try none.solvingPositiveDefinite(none) == none)
    #expect(try none.symmetricEigendecomposition().values.isEmpty)
  }

  private func floats(_ rows: [[Double]]) -> Matrix<Float> { Matrix(rows).map { Float($0) } }
}
