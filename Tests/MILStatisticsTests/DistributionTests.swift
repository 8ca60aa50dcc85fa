import MILStatistics
import Testing

@Suite("Distributions")
struct DistributionTests {
  @Test("Probabilities agree with SciPy to 1e-10")
  func golden() throws {
    for row in try Golden.load().distributions {
      let (first, second) = (row.parameters[0], row.parameters.last ?? 0)
      let found: Double
      switch row.name {
      case "student":
        let student = StudentDistribution(degreesOfFreedom: first)
        found = student.cumulative(row.at)
        #expect(isClose(student.twoSided(row.at), row.twoSided), "\(row)")
      case "fisher": found = FisherDistribution(numerator: first, denominator: second).upperTail(row.at)
      case "chi-square": found = ChiSquareDistribution(degreesOfFreedom: first).upperTail(row.at)
      default: found = BinomialDistribution(trials: Int(first), probability: second).cumulative(Int(row.at))
      }
      #expect(isClose(found, row.value), "\(row): \(found)")
    }
  }

  @Test("Small tails keep their leading digits")
  func tails() {
    // SciPy 1.17: 2 * stats.t.sf(60, 49), stats.chi2.sf(400, 7), stats.f.sf(150, 9, 36)
    #expect((StudentDistribution(degreesOfFreedom: 49).twoSided(60) / 1.5631136077041515e-47 - 1).magnitude < 1e-8)
    #expect((ChiSquareDistribution(degreesOfFreedom: 7).upperTail(400) / 2.3852710811123476e-82 - 1).magnitude < 1e-8)
    #expect(
      (FisherDistribution(numerator: 9, denominator: 36).upperTail(150) / 8.490663027174629e-26 - 1).magnitude < 1e-8)
  }

  @Test("Quantiles of chi-square are SciPy's")
  func quantiles() {
    // SciPy 1.17: stats.chi2.ppf(p, v)
    let cases = [
      (19.0, 0.025, 8.906516481987971), (19, 0.975, 32.85232686172969), (1, 0.025, 0.0009820691171752583),
      (100, 0.975, 129.56119718583659),
    ]
    for (freedom, p, value) in cases {
      let found = ChiSquareDistribution(degreesOfFreedom: freedom).quantile(p)
      #expect((found / value - 1).magnitude < 1e-8, "\(freedom), \(p): \(found)")
    }
  }

  @Test("Infinite statistics have no tail")
  func infinite() {
    #expect(StudentDistribution(degreesOfFreedom: 3).cumulative(.infinity) == 1)
    #expect(StudentDistribution(degreesOfFreedom: 3).cumulative(-.infinity) == 0)
    #expect(FisherDistribution(numerator: 2, denominator: 3).upperTail(.infinity) == 0)
  }
}
