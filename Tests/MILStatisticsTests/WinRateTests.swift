import MILRecords
import MILStatistics
import Testing

@Suite("Win rates and improvability")
struct WinRateTests {
  /// Returns the trials of a model on a data set: two repetitions of three folds with these numbers of correct bags.
  private func trials(_ model: String, _ dataset: String, _ right: [[Int]]) -> [TrialRecord] {
    right.enumerated().flatMap { repetition, folds in
      folds.enumerated().map { fold, count in
        record(model, dataset: dataset, repetition: repetition + 1, fold: fold + 1, right: count)
      }
    }
  }

  /// Three models on three data sets: a is ahead on the first, level on the second, and behind on the third.
  private func statistics(domains: [String: String] = [:]) throws -> MetricStatistics {
    let records =
      trials("a", "one", [[9, 8, 9], [9, 7, 9]]) + trials("b", "one", [[8, 8, 8], [9, 9, 9]])
      + trials("c", "one", [[5, 5, 6], [5, 6, 5]])
      + trials("a", "two", [[8, 8, 7], [7, 8, 8]]) + trials("b", "two", [[7, 8, 8], [8, 7, 8]])
      + trials("c", "two", [[9, 9, 9], [9, 9, 8]])
      + trials("a", "three", [[6, 6, 5], [6, 6, 6]]) + trials("b", "three", [[8, 8, 8], [8, 8, 7]])
      + trials("c", "three", [[5, 5, 5], [5, 4, 5]])
    let study = experiment(["a", "b", "c"], ["one", "two", "three"])
    let found = try #require(StudyStatistics(experiment: study, records: records, domains: domains))
    return try #require(found.metrics.first)
  }

  @Test("A pair's rates are shares of data sets and of repetitions, ties half")
  func rates() throws {
    let found = try statistics()
    // On one: a 51/60, b 51/60: a tie over both repetitions, ahead in the first (26 to 24), behind in the second.
    let pair = try #require(found.winRates.first { $0.a == "a" && $0.b == "b" })
    #expect(pair.datasets == 3 && pair.repetitions == 6)
    // A tie on one and on two, a loss on three; in repetitions 1, 0 on one, two halves on two, 0, 0 on three.
    #expect(pair.overDatasets == 0.333333333 && pair.overRepetitions == 0.333333333)
    #expect(pair.reversed.overDatasets == 0.666666667 && pair.reversed.a == "b")
    let against = try #require(found.winRates.first { $0.a == "a" && $0.b == "c" })
    #expect(against.overDatasets == 0.666666667 && against.overRepetitions == 0.666666667)
  }

  @Test("Standings average the rates over opponents, and improvability is the gap to the best as a share of the error")
  func standings() throws {
    let found = try statistics()
    let all = try #require(found.standings.first)
    #expect(found.standings.count == 1 && all.domain == nil && all.datasets == ["one", "two", "three"])
    #expect(all.models.map(\.model) == ["b", "a", "c"])
    // b: 2/3 against a, 2/3 against c. Errors of b: 9/60, 14/60, 13/60; best errors: 9/60, 7/60, 13/60.
    #expect(all.models[0].winRate == 0.666666667 && all.models[0].improvability == 0.166666667)
    // c: errors 28/60, 7/60, 31/60; gaps 19/28, 0, 18/31.
    let gaps = (19.0 / 28 + 18.0 / 31) / 3
    #expect(((all.models[2].improvability ?? 0) - gaps).magnitude < 1e-8)
    #expect(all.models[2].winRate == 0.333333333)
  }

  @Test("With several domains each has standings of its own data sets")
  func domains() throws {
    let found = try statistics(domains: ["one": "text", "two": "text", "three": "images"])
    #expect(found.standings.map(\.domain) == [nil, "text", "images"])
    #expect(found.standings[2].datasets == ["three"] && found.standings[2].models[0].model == "b")
    #expect(found.standings[2].models[0].winRate == 1 && found.standings[2].models[0].improvability == 0)
    // One domain alone would repeat the standings of all.
    #expect(try statistics(domains: ["one": "text", "two": "text", "three": "text"]).standings.count == 1)
  }

  @Test("The error of a share is 1 minus it, a metric with smaller values better is an error itself")
  func improvability() throws {
    let shares = try #require(Improvability.gaps([0.9, 0.8, 0.9], .accuracy))
    #expect(shares[0] == 0 && shares[2] == 0 && (shares[1] - 0.5).magnitude < 1e-12)
    #expect(Improvability.gaps([1, 1], .accuracy) == [0, 0])
    let losses = try #require(Improvability.gaps([0.2, 0.4], .logLoss))
    #expect(losses == [0, 0.5])
    #expect(Improvability.gaps([], .accuracy) == nil)
    // A metric of another unit, with larger values better, has no error.
    var metric = Metric.accuracy
    metric.style = .decimals(2)
    #expect(Improvability.gaps([0.2, 0.4], metric) == nil)
  }

  @Test("The next data set has an answer by the leading metric from three data sets on, and none for variants of one")
  func nextDataset() throws {
    let found = try statistics()
    #expect(found.nextDataset.map { [$0.a, $0.b] } == [["a", "b"], ["a", "c"], ["b", "c"]])
    for pair in found.nextDataset {
      #expect(pair.datasets == 3 && (pair.aBetter + pair.equal + pair.bBetter - 1).magnitude < 1e-5)
      #expect(pair.reversed.bBetter == pair.aBetter && pair.reversed.a == pair.b)
    }
    #expect(found.nextDataset[2].aBetter > found.nextDataset[2].bBetter)
    func next(_ names: [String]) throws -> [NextDataset] {
      let records = names.flatMap { trials("a", $0, [[9, 8, 9]]) + trials("b", $0, [[7, 8, 6]]) }
      return try #require(StudyStatistics(experiment: experiment(["a", "b"], names), records: records))
        .metrics[0].nextDataset
    }
    #expect(try next(["one", "two"]).isEmpty)
    #expect(try next(["set[bags=50]", "set[bags=100]", "other"]).isEmpty)
    #expect(try next(["one", "two", "three"]).count == 1)
  }
}
