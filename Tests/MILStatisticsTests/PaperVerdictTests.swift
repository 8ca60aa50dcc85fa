import Foundation
import MILStatistics
import Testing

@Suite("Verdicts against a paper")
struct PaperVerdictTests {
  private func judged(
    _ ours: Double, deviation: Double? = 0.005, repetitions: Int = 5, paper: Double? = nil, oracle: Double? = nil,
    bags: Int = 100
  ) -> PaperVerdict? {
    PaperVerdict(
      paper: RepeatedMean(0.5, deviation: paper, repetitions: 5),
      ours: RepeatedMean(ours, deviation: deviation, repetitions: repetitions), oracle: oracle, bags: bags)
  }

  @Test(
    "Ours agrees within three points, differs, or cannot be told, by the spread over repetitions",
    arguments: [
      // SE = .005 sqrt(2/5) = .0032, four degrees of freedom: agreement up to .0233, a difference from .0088 on.
      (0.5, 0.005, PaperVerdict.Grade.agrees), (0.52, 0.005, .agrees), (0.48, 0.005, .agrees), (0.525, 0.005, .differs),
      (0.46, 0.005, .differs), (0.53, 0.005, .differs),
      // SE = .0190: nothing agrees, and a difference needs .0527.
      (0.5, 0.03, .cannotTell), (0.55, 0.03, .cannotTell), (0.56, 0.03, .differs),
      // Without spread, the difference alone decides; a difference equal to the margin does not agree.
      (0.52, 0, .agrees), (0.53, 0, .differs), (0.45, 0, .differs),
    ])
  func grades(ours: Double, deviation: Double, grade: PaperVerdict.Grade) throws {
    let verdict = try #require(judged(ours, deviation: deviation))
    #expect(verdict.grade == grade && verdict.words == grade.rawValue)
  }

  @Test("One repetition cannot tell, and a spread of the paper alone can")
  func repetitions() throws {
    #expect(try #require(judged(0.5, deviation: nil, repetitions: 1)).grade == .cannotTell)
    #expect(try #require(judged(0.3, deviation: nil, repetitions: 1)).grade == .cannotTell)
    #expect(try #require(judged(0.5, deviation: nil, repetitions: 1, paper: 0.005)).grade == .agrees)
  }

  @Test(
    "Beside it stands whether the difference is within two binomial standard errors",
    // SE = sqrt(.5 x .5 / 100) = .05
    arguments: [(0.5, 0.0, true), (0.599, 1.98, true), (0.401, -1.98, true), (0.61, 2.2, false), (0.3, -4, false)])
  func sampling(ours: Double, errors: Double, isWithin: Bool) throws {
    let verdict = try #require(judged(ours))
    #expect((verdict.standardErrors - errors).magnitude < 1e-12 && verdict.isWithinSamplingError == isWithin)
    #expect(verdict.oracleStandardErrors == nil && !verdict.isOracleOnly)
  }

  @Test(
    "Only the oracle gets there when the last epoch is too low and the best epochs are not",
    arguments: [
      (0.35, 0.46, true), (0.35, 0.9, true), (0.42, 0.48, true), (0.35, 0.44, false), (0.46, 0.5, false),
      (0.7, 0.8, false),
    ])
  func oracle(ours: Double, oracle: Double, isOnly: Bool) throws {
    let verdict = try #require(judged(ours, oracle: oracle))
    #expect(verdict.isOracleOnly == isOnly && verdict.words.hasSuffix(", oracle only") == isOnly)
  }

  @Test("A published figure without sampling error gives no verdict")
  func certain() {
    let ours = RepeatedMean(0.9, deviation: 0.01, repetitions: 5)
    #expect(PaperVerdict(paper: RepeatedMean(1, repetitions: 5), ours: ours, bags: 100) == nil)
    #expect(PaperVerdict(paper: RepeatedMean(0.5, repetitions: 5), ours: ours, bags: 0) == nil)
  }

  /// The results of SciPy, see `Fixtures/paper.py`.
  private struct Golden: Decodable {
    struct Verdict: Decodable {
      let paper, ours, oursDeviation: Double
      let paperDeviation: Double?
      let oursRepetitions, paperRepetitions: Int
      let standardError, degreesOfFreedom, equivalenceP, differenceP, visibleDifference: Double
    }
    struct Bias: Decodable {
      let datasets: [String]
      let differences: [Double]
      let below, above: Int
      let mean, p, signP: Double
    }
    struct Equivalence: Decodable {
      let differences: [Double]
      let mean, low, high, margin: Double
    }
    let verdicts: [Verdict]
    let biases: [Bias]
    let equivalences: [Equivalence]
  }

  private static func golden() throws -> Golden {
    try JSONDecoder().decode(Golden.self, from: try Data(contentsOf: fixture("paper.json")))
  }

  @Test("The tests agree with SciPy, with one spread or both known")
  func scipyVerdicts() throws {
    for golden in try Self.golden().verdicts {
      let test = try #require(
        PaperVerdict(
          paper: RepeatedMean(golden.paper, deviation: golden.paperDeviation, repetitions: golden.paperRepetitions),
          ours: RepeatedMean(golden.ours, deviation: golden.oursDeviation, repetitions: golden.oursRepetitions),
          bags: 100)?.test)
      #expect((test.standardError - golden.standardError).magnitude < 1e-12)
      #expect((test.degreesOfFreedom - golden.degreesOfFreedom).magnitude < 1e-9)
      #expect((test.equivalenceP - golden.equivalenceP).magnitude < 1e-7)
      #expect((test.differenceP - golden.differenceP).magnitude < 1e-7)
      #expect((test.visibleDifference(level: 0.05, power: 0.8) - golden.visibleDifference).magnitude < 1e-9)
    }
  }

  @Test("Whether a group lies below print agrees with SciPy")
  func scipyBias() throws {
    for golden in try Self.golden().biases {
      let cells = zip(golden.datasets, golden.differences).map { (dataset: $0, difference: $1) }
      let bias = try #require(PaperBias(cells))
      #expect((bias.below, bias.above) == (golden.below, golden.above) && bias.cells == cells.count)
      #expect((bias.mean - golden.mean).magnitude < 1e-12 && (bias.signP - golden.signP).magnitude < 1e-10)
      #expect(try (#require(bias.p) - golden.p).magnitude < 1e-9)
    }
  }

  @Test("The margin within which two models are equal over data sets agrees with SciPy")
  func scipyEquivalence() throws {
    for golden in try Self.golden().equivalences {
      let found = try #require(EquivalenceOverDatasets(golden.differences))
      #expect(found.datasets == golden.differences.count && (found.mean - golden.mean).magnitude < 1e-12)
      #expect((found.low - golden.low).magnitude < 1e-9 && (found.high - golden.high).magnitude < 1e-9)
      #expect((found.margin - golden.margin).magnitude < 1e-9)
    }
    #expect(EquivalenceOverDatasets([]) == nil && EquivalenceOverDatasets([0.1]) == nil)
  }

  @Test("One data set has signs and no test over data sets; no cells, nothing")
  func smallBias() throws {
    let bias = try #require(PaperBias([("one", -0.1), ("one", -0.2), ("one", 0)]))
    #expect((bias.cells, bias.below, bias.above, bias.datasets) == (3, 2, 0, 1))
    #expect(bias.p == nil && bias.signP == 0.5)
    #expect(PaperBias([]) == nil)
  }
}
