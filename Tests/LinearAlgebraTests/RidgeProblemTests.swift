import LinearAlgebra
import Testing

@Suite("Ridge regression with an intercept")
struct RidgeProblemTests {
  struct Problems: Decodable { var problems: [Problem] }

  struct Problem: Decodable {
    var name: String
    var design: [[Double]]
    var targets: [Double]
    var weights: [Double]
    var answers: [Answer]

    func made() throws -> RidgeProblem {
      try RidgeProblem(Matrix(design), targets: targets, weights: weights)
    }
  }

  struct Answer: Decodable {
    var penalty: Double
    var coefficients: [Double]
    var intercept: Double
    var leftOut: [Double]
    var press: Double
  }

  let problems: [Problem]

  init() throws { problems = try Fixture.read("ridge.json", as: Problems.self).problems }

  @Test("Coefficients and intercept agree with NumPy")
  func solutions() throws {
    #expect(problems.count == 9)
    for problem in problems {
      for answer in problem.answers {
        let solution = try problem.made().solution(penalty: answer.penalty)
        let (found, right) = (solution.coefficients + [solution.intercept], answer.coefficients + [answer.intercept])
        #expect(relativeDifference(Matrix([found]), Matrix([right])) < 1e-8, "\(problem.name), \(answer.penalty)")
        #expect(!solution.isLeastSquares)
      }
    }
  }

  @Test("Leave-one-out residuals agree with fits to all other rows")
  func leftOut() throws {
    for problem in problems {
      let residuals = try problem.made().leaveOneOutResiduals(penalties: problem.answers.map(\.penalty))
      for (index, answer) in problem.answers.enumerated() {
        let difference = relativeDifference(Matrix([residuals.column(index)]), Matrix([answer.leftOut]))
        #expect(difference < 1e-8, "\(problem.name), \(answer.penalty)")
      }
    }
  }

  @Test("The chosen penalty has the smallest squared leave-one-out error")
  func choice() throws {
    var chosen: Set<Double> = []
    // With two rows, each is predicted as the other's target, for any penalty.
    for problem in problems where problem.targets.count > 2 {
      let best = try #require(problem.answers.min { $0.press < $1.press })
      #expect(try problem.made().bestPenalty(of: problem.answers.map(\.penalty)) == best.penalty, "\(problem.name)")
      chosen.insert(best.penalty)
    }
    #expect(chosen.count > 1)
  }

  @Test("Without a penalty the shortest of all least-squares solutions is given")
  func leastSquares() throws {
    let design = Matrix<Double>([[1, 1], [2, 2], [3, 3], [4, 4]])
    let solution = try RidgeProblem(design, targets: [3, 5, 7, 9]).solution(penalty: 0)
    #expect(solution.isLeastSquares)
    #expect(relativeDifference(Matrix([solution.coefficients]), Matrix([[1, 1]])) < 1e-12)
    #expect(abs(solution.intercept - 1) < 1e-12)
    #expect(zip(solution.predictions(design), [3, 5, 7, 9]).allSatisfy { abs($0 - $1) < 1e-12 })
    // With more columns than rows, centred rows are dependent, and the fit goes through all targets.
    let wide: Matrix<Double> = drawn(3, 8, seed: 1)
    let through = try RidgeProblem(wide, targets: [1, -1, 1]).solution(penalty: 1e-300)
    #expect(through.isLeastSquares)
    #expect(zip(through.predictions(wide), [1, -1, 1]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("Rows that cannot be told apart, one row, and equal targets give the mean of the targets")
  func nothingToLearn() throws {
    let penalties = [0.01, 1, 100]
    let equalRows = try RidgeProblem(Matrix([[2, 3], [2, 3], [2, 3]]), targets: [1, -1, -1], weights: [2, 1, 1])
    let oneRow = try RidgeProblem(Matrix([[2, 3]]), targets: [1])
    let equalTargets = try RidgeProblem(drawn(5, 2, seed: 1), targets: [1, 1, 1, 1, 1])
    for (problem, mean) in [(equalRows, 0.0), (oneRow, 1), (equalTargets, 1)] {
      let penalty = try problem.bestPenalty(of: penalties)
      #expect(penalties.contains(penalty))
      for penalty in [0, penalty] {
        let solution = try problem.solution(penalty: penalty)
        #expect(solution.coefficients.allSatisfy { abs($0) < 1e-12 })
        #expect(abs(solution.intercept - mean) < 1e-12)
      }
    }
    #expect(try equalTargets.bestPenalty(of: penalties) == 100, "the largest of equals")
    #expect(try oneRow.leaveOneOutResiduals(penalties: [1])[0, 0].isNaN)
  }

  @Test("What does not fit together, or is not a number, is refused")
  func refusals() throws {
    let design: Matrix<Double> = drawn(3, 2, seed: 1)
    func text(_ body: () throws -> Void) -> String {
      let error = #expect(throws: LinearSolveError.self, performing: body)
      return error?.description ?? ""
    }
    #expect(text { _ = try RidgeProblem(design, targets: [1, 2]) }.hasPrefix("3 rows with 2 targets"))
    #expect(text { _ = try RidgeProblem(Matrix(rows: 0, columns: 2), targets: []) }.hasPrefix("0 rows"))
    for weight in [0, -1, Double.nan, .infinity] {
      #expect(text { _ = try RidgeProblem(design, targets: [1, 2, 3], weights: [1, weight, 1]) }.contains("weight"))
    }
    for value in [Double.nan, .infinity, 1e200] {
      let bad = Matrix([[1, 2], [value, 3]])
      #expect(text { _ = try RidgeProblem(bad, targets: [1, 2]) }.contains("not finite or too large"))
    }
    let problem = try RidgeProblem(design, targets: [1, 2, 3])
    for penalty in [-1, Double.nan, .infinity] {
      #expect(text { _ = try problem.solution(penalty: penalty) }.hasPrefix("the ridge penalty is"))
      #expect(text { _ = try problem.leaveOneOutResiduals(penalties: [1, penalty]) }.hasPrefix("the ridge penalty is"))
    }
    #expect(text { _ = try problem.bestPenalty(of: []) } == "there are no penalties to choose from")
  }
}
