import MILStatistics
import Testing

@Suite("Tests of a pair on one data set")
struct PairTestTests {
  @Test("The corrected resampled t-test agrees with its formula in SciPy, the Bayesian test with its authors' program")
  func tTests() throws {
    for golden in try Golden.load().tTests {
      let ratio = 1 / Double(golden.folds - 1)
      let test = try #require(CorrectedTTest(differences: golden.differences, testPerTraining: ratio))
      #expect(isClose(test.mean, golden.mean) && isClose(test.standardError, golden.standardError))
      #expect(isClose(test.statistic, golden.statistic) && isClose(test.p, golden.p))
      #expect(test.degreesOfFreedom == golden.differences.count - 1)
      let bayes = try #require(
        CorrelatedBayesTest(differences: golden.differences, testPerTraining: ratio, equivalence: golden.rope))
      #expect(isClose(bayes.aBetter, golden.aBetter) && isClose(bayes.bBetter, golden.bBetter))
      #expect(isClose(bayes.equal, golden.equal))
    }
  }

  @Test("Swapping the models mirrors every figure")
  func swapped() throws {
    let differences = [0.1, 0.05, -0.02, 0.07, 0.1]
    let mirrored = differences.map { -$0 }
    let test = try #require(CorrectedTTest(differences: differences, testPerTraining: 0.25))
    let other = try #require(CorrectedTTest(differences: mirrored, testPerTraining: 0.25))
    #expect(test.mean == -other.mean && test.p == other.p)
    let bayes = try #require(CorrelatedBayesTest(differences: differences, testPerTraining: 0.25, equivalence: 0.01))
    let reverse = try #require(CorrelatedBayesTest(differences: mirrored, testPerTraining: 0.25, equivalence: 0.01))
    #expect(bayes.aBetter == reverse.bBetter && bayes.bBetter == reverse.aBetter)
    let draws = BootstrapDraws(bags: 5, resamples: 500, seed: 4)
    let found = PairedBootstrap.intervals(of: [differences, mirrored], draws: draws)
    let (interval, turned) = (found[0], found[1])
    #expect(interval.low < interval.high)
    #expect(isClose(interval.low, -turned.high) && isClose(interval.high, -turned.low))
  }

  @Test("Differences that are all 0 give p = 1 and certain equality")
  func noDifference() throws {
    let none = [Double](repeating: 0, count: 10)
    let test = try #require(CorrectedTTest(differences: none, testPerTraining: 0.1))
    #expect(test.p == 1 && test.mean == 0 && test.standardError == 0 && test.statistic == nil)
    for equivalence in [0, 0.01] {
      let bayes = try #require(
        CorrelatedBayesTest(differences: none, testPerTraining: 0.1, equivalence: equivalence))
      #expect(bayes.equal == 1 && bayes.aBetter == 0 && bayes.bBetter == 0)
    }
  }

  @Test("Equal differences other than 0 are as sure as a sign test makes them")
  func noVariance() throws {
    // 0.1 + 0.2 is not 0.3 in binary; such noise is not variance.
    for (differences, p) in [([0.3, 0.1 + 0.2], 0.5), ([Double](repeating: -0.5, count: 6), 0.03125)] {
      let test = try #require(CorrectedTTest(differences: differences, testPerTraining: 0.5))
      #expect(test.p == p && test.standardError == 0 && test.statistic == nil)
      let bayes = try #require(CorrelatedBayesTest(differences: differences, testPerTraining: 0.5, equivalence: 0.01))
      #expect((bayes.aBetter, bayes.equal, bayes.bBetter) == (differences[0] > 0 ? (1, 0, 0) : (0, 0, 1)))
    }
    let border = try #require(
      CorrelatedBayesTest(differences: [0.3 - 0.2, 0.1], testPerTraining: 0.5, equivalence: 0.1))
    #expect(border.equal == 1)
  }

  @Test("Fewer than two folds give no test")
  func tooFew() {
    for differences in [[], [0.2]] {
      #expect(CorrectedTTest(differences: differences, testPerTraining: 0.1) == nil)
      #expect(CorrelatedBayesTest(differences: differences, testPerTraining: 0.1, equivalence: 0.01) == nil)
    }
  }

  @Test("The bootstrap interval agrees with NumPy's quantiles of the same draws")
  func bootstraps() throws {
    for golden in try Golden.load().bootstraps {
      let seed = try #require(UInt64(golden.seed))
      let draws = BootstrapDraws(bags: golden.differences.count, resamples: golden.resamples, seed: seed)
      let found = PairedBootstrap.intervals(of: [golden.differences], level: golden.level, draws: draws)[0]
      #expect(isClose(found.low, golden.low) && isClose(found.high, golden.high))
    }
  }

  @Test("A bootstrap interval has the same bits alone and beside others")
  func bootstrapsSideBySide() {
    let draws = BootstrapDraws(bags: 7, resamples: 101, seed: 5)
    let pairs = (0..<19).map { pair in (0..<7).map { bag in 0.1 * Double((pair * bag + pair) % 5) - 0.2 } }
    let together = PairedBootstrap.intervals(of: pairs, draws: draws)
    #expect(together.count == 19 && together[1].low < together[1].high)
    #expect(together == pairs.flatMap { PairedBootstrap.intervals(of: [$0], draws: draws) })
    #expect(PairedBootstrap.intervals(of: [], draws: draws).isEmpty)
  }

  @Test("McNemar's test agrees with SciPy")
  func mcnemar() throws {
    for golden in try Golden.load().mcnemar {
      let found = McNemarTest(aOnly: golden.aOnly, bOnly: golden.bOnly)
      #expect(isClose(found.p, golden.p) && isClose(found.pContinuity, golden.pContinuity), "\(golden)")
    }
  }
}
