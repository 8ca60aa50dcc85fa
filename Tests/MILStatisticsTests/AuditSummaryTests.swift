import MILRecords
import MILStatistics
import Testing

@Suite("Verdicts of audits")
struct AuditSummaryTests {
  /// scipy.stats.t.ppf(p, v), SciPy 1.17.1.
  @Test(
    "Student's quantiles are SciPy's",
    arguments: [
      (0.975, 4.0, 2.7764451051977934), (0.975, 1.0, 12.706204736174694), (0.95, 29.0, 1.6991270265334972),
      (0.025, 4.0, -2.7764451051977934), (0.5, 3.0, 0.0), (0.9999, 2.0, 70.70007107496818),
    ])
  func quantiles(probability: Double, freedom: Double, expected: Double) {
    let found = StudentDistribution(degreesOfFreedom: freedom).quantile(probability)
    #expect(abs(found - expected) <= 1e-9 * max(1, abs(expected)), "\(found)")
  }

  /// numpy.mean and scipy.stats.t.interval(0.95, 4, mean, scipy.stats.sem(values)).
  @Test("The interval of a mean is SciPy's, held within 0 and 1")
  func interval() throws {
    let found = try #require(MeanInterval([0.61, 0.72, 0.55, 0.68, 0.7]))
    #expect(abs(found.mean - 0.652) < 1e-12)
    #expect(abs(found.low - 0.5644648896862309) < 1e-9 && abs(found.high - 0.739535110313769) < 1e-9)
    let wide = try #require(MeanInterval([0, 1]))
    #expect(wide.low == 0 && wide.high == 1 && wide.mean == 0.5)
    let single = try #require(MeanInterval([0.75]))
    #expect(single.low == 0 && single.high == 1 && single.mean == 0.75)
    #expect(MeanInterval([]) == nil)
  }

  private func records(training: [Double], test: [Double], failing: Int = 0) -> [AuditRecord] {
    let finished = zip(training, test).enumerated().map { index, areas in
      var record = AuditRecord(
        key: AuditKey(model: "m", test: "t", minimumSize: 0, trainingBags: 2, testBags: 2, seed: index + 1),
        configuration: "{}", isStandardised: true, version: "", core: "")
      (record.status, record.trainingAUC, record.testAUC) = (.finished, areas.0, areas.1)
      return record
    }
    return finished
      + (0..<failing).map { index in
        var record = finished[0]
        record.key.seed = 100 + index
        (record.status, record.message, record.trainingAUC, record.testAUC) = (.failed, "no", nil, nil)
        return record
      }
  }

  @Test(
    "The rule: not learned, then FAIL below one half, PASS above it and near the training AUC, else partly",
    arguments: [
      ([0.69, 0.70, 0.69, 0.70, 0.69], [0, 0, 0, 0, 0], AuditVerdict.notLearned),
      ([1, 1, 1, 1, 1], [0.1, 0.2, 0.1, 0.2, 0.1], .fail),
      ([1, 1, 1, 1, 1], [0.95, 0.96, 0.95, 0.96, 0.95], .pass),
      ([1, 1, 1, 1, 1], [0.85, 0.86, 0.85, 0.86, 0.85], .partly),
      ([1, 1, 1, 1, 1], [0.1, 0.9, 0.2, 0.8, 0.1], .partly),
      ([0.75, 0.75, 0.75, 0.75, 0.75], [0.7, 0.71, 0.7, 0.71, 0.7], .pass),
      ([0.75, 0.75, 0.75, 0.75, 0.75], [0.8, 0.81, 0.8, 0.81, 0.8], .pass),
    ])
  func rule(training: [Double], test: [Double], expected: AuditVerdict) throws {
    let cell = try #require(AuditCell.summaries(of: records(training: training, test: test)).first)
    #expect(cell.verdict == expected && cell.seeds == 5)
  }

  @Test("Runs that failed do not count, and fewer than five seeds give no verdict")
  func fewSeeds() throws {
    let five = try #require(
      AuditCell.summaries(of: records(training: [1, 1, 1, 1, 1], test: [1, 1, 1, 1, 1], failing: 2)).first)
    #expect(five.verdict == .pass && five.seeds == 5 && five.problems == ["no"])
    let four = try #require(
      AuditCell.summaries(of: records(training: [1, 1, 1, 1], test: [1, 1, 1, 1], failing: 1)).first)
    #expect(four.verdict == nil && four.seeds == 4 && four.test?.mean == 1)
  }
}
