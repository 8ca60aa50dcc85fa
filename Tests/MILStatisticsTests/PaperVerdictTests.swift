import MILStatistics
import Testing

@Suite("Verdicts against a paper")
struct PaperVerdictTests {
  @Test(
    "The grade follows from the difference in binomial standard errors",
    // SE = sqrt(.5 x .5 / 100) = .05
    arguments: [
      (0.5, 0.0, PaperVerdict.Grade.reproduced), (0.549, 0.98, .reproduced), (0.451, -0.98, .reproduced),
      (0.56, 1.2, .withinNoise), (0.401, -1.98, .withinNoise), (0.61, 2.2, .notReproduced), (0.3, -4, .notReproduced),
    ])
  func grades(ours: Double, difference: Double, grade: PaperVerdict.Grade) throws {
    let verdict = try #require(PaperVerdict(paper: 0.5, ours: ours, bags: 100))
    #expect((verdict.difference - difference).magnitude < 1e-12 && verdict.grade == grade)
    #expect(verdict.oracleDifference == nil && !verdict.isOracleOnly && verdict.words == grade.rawValue)
  }

  @Test(
    "Only the oracle gets there when the last epoch is too low and the best epochs are not",
    arguments: [
      (0.35, 0.46, true), (0.35, 0.9, true), (0.42, 0.48, true), (0.35, 0.44, false), (0.46, 0.5, false),
      (0.7, 0.8, false),
    ])
  func oracle(ours: Double, oracle: Double, isOnly: Bool) throws {
    let verdict = try #require(PaperVerdict(paper: 0.5, ours: ours, oracle: oracle, bags: 100))
    #expect(verdict.isOracleOnly == isOnly && verdict.words.hasSuffix(", oracle only") == isOnly)
  }

  @Test("A published figure without sampling error gives no verdict")
  func certain() {
    #expect(PaperVerdict(paper: 1, ours: 0.9, bags: 100) == nil && PaperVerdict(paper: 0.5, ours: 0.9, bags: 0) == nil)
  }
}
