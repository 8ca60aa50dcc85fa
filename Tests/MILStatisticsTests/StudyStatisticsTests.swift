import Foundation
import MILExperiments
import MILRecords
import MILStatistics
import Testing

@Suite("Statistics of a study")
struct StudyStatisticsTests {
  private struct Expected: Decodable {
    struct Found: Decodable {
      let folds, rightOnlyA, rightOnlyB, undecidedBags: Int
      let difference, standardError, p, probabilityABetter, probabilityEqual, probabilityBBetter, mcnemarP: Double
    }
    struct Pair: Decodable {
      let dataset, a, b: String
      let found: Found?
    }
    let pairs: [Pair]
    let ranks, means: [String: Double]
    let friedmanP: Double
  }

  private func isNear(_ found: Double?, _ expected: Double) -> Bool {
    found.map { ($0 - expected).magnitude < 1e-8 } ?? false
  }

  private let study = experiment(["first", "second", "third"], ["one", "two", "three"])

  @Test("A journal's statistics agree with SciPy and scikit-learn, also with missing and failed trials")
  func golden() throws {
    let records = try JournalSet<TrialRecord>(reading: [fixture("study.jsonl")]).union
    let expected = try JSONDecoder().decode([String: Expected].self, from: Data(contentsOf: fixture("study.json")))
    let statistics = try #require(StudyStatistics(experiment: study, records: records))
    #expect(statistics.metrics.map(\.metric) == ["accuracy", "auc"])
    for metric in statistics.metrics {
      let golden = try #require(expected[metric.metric])
      #expect(metric.pairs.count == 9 && golden.pairs.count == 9)
      for (pair, wanted) in zip(metric.pairs, golden.pairs) {
        #expect(pair.dataset == wanted.dataset && pair.a == wanted.a && pair.b == wanted.b)
        guard let found = wanted.found else {
          #expect(pair.verdict == .notCompared && pair.problem == "they ran on different folds" && pair.p == nil)
          continue
        }
        check(pair, found, bags: metric.metric == "accuracy")
      }
      let over = try #require(metric.overDatasets)
      for ranked in over.ranks {
        #expect(isNear(ranked.averageRank, golden.ranks[ranked.model] ?? 0))
        #expect(isNear(ranked.mean, golden.means[ranked.model] ?? 0))
      }
      #expect(isNear(over.friedmanP, golden.friedmanP))
    }
  }

  private func check(_ pair: PairComparison, _ found: Expected.Found, bags: Bool) {
    #expect(pair.folds == found.folds && pair.problem == nil)
    #expect(isNear(pair.difference, found.difference) && isNear(pair.standardError, found.standardError))
    #expect(isNear(pair.p, found.p) && isNear(pair.probabilityEqual, found.probabilityEqual))
    #expect(isNear(pair.probabilityABetter, found.probabilityABetter))
    #expect(isNear(pair.probabilityBBetter, found.probabilityBBetter))
    let verdict: PairVerdict = found.p >= 0.05 ? .tie : found.difference > 0 ? .aBetter : .bBetter
    #expect(pair.verdict == verdict)
    guard bags else {
      #expect(pair.bootstrapLow == nil && pair.mcnemarP == nil)
      return
    }
    #expect(pair.rightOnlyA == found.rightOnlyA && pair.rightOnlyB == found.rightOnlyB)
    #expect(pair.undecidedBags == found.undecidedBags && isNear(pair.mcnemarP, found.mcnemarP))
    #expect((pair.bootstrapLow ?? 1) < (pair.bootstrapHigh ?? -1))
  }

  @Test("The order of the records changes nothing, and the JSON reads back as it was written")
  func deterministic() throws {
    let records = try JournalSet<TrialRecord>(reading: [fixture("study.jsonl")]).union
    let statistics = try #require(StudyStatistics(experiment: study, records: records))
    #expect(StudyStatistics(experiment: study, records: records.reversed()) == statistics)
    let json = try statistics.json()
    #expect(try JSONDecoder().decode(StudyStatistics.self, from: Data(json.utf8)) == statistics)
    #expect(json.hasSuffix("}\n") && json.contains("\"verdict\":\"tie\""))
  }

  @Test("A model against itself never wins", arguments: [[8, 8, 8], [10, 3, 7]])
  func itself(right: [Int]) throws {
    let records = ["me", "twin"].flatMap { model in
      (1...3).flatMap { fold in (1...2).map { record(model, repetition: $0, fold: fold, right: right[fold - 1]) } }
    }
    let statistics = try #require(StudyStatistics(experiment: experiment(["me", "twin"]), records: records))
    for metric in statistics.metrics {
      let pair = try #require(metric.pairs.first)
      #expect(pair.verdict == .tie && pair.p == 1 && pair.adjustedP == 1 && pair.difference == 0)
      #expect(pair.probabilityEqual == 1 && pair.probabilityABetter == 0 && pair.probabilityBBetter == 0)
      #expect(metric.tallies == [WinTieLoss(a: "me", b: "twin", wins: 0, ties: 1, losses: 0)])
    }
    let pair = try #require(statistics.metrics[0].pairs.first)
    #expect(pair.bootstrapLow == 0 && pair.bootstrapHigh == 0 && pair.mcnemarP == 1)
    #expect(pair.rightOnlyA == 0 && pair.rightOnlyB == 0)
  }

  @Test(
    "Pairs that cannot be compared say why",
    arguments: [
      ([record("b", fold: 1, foldsHash: "g"), record("b", fold: 2, foldsHash: "g")], "they ran on different folds"),
      ([record("b", fold: 1, dataHash: "e"), record("b", fold: 2, dataHash: "e")], "they ran on different data"),
      ([record("b", fold: 1), record("b", fold: 2, foldsHash: "g")], "they finished on one common fold"),
      ([record("b", fold: 3)], "they finished on no common fold"),
    ])
  func problems(others: [TrialRecord], problem: String) throws {
    let records = [record("a", fold: 1), record("a", fold: 2)] + others
    let statistics = try #require(StudyStatistics(experiment: experiment(["a", "b"]), records: records))
    for metric in statistics.metrics {
      let pair = try #require(metric.pairs.first)
      #expect(pair.verdict == .notCompared && pair.problem?.hasPrefix(problem) == true, "\(pair)")
      #expect(pair.p == nil && pair.difference == nil && pair.bootstrapLow == nil)
      #expect(metric.tallies == [WinTieLoss(a: "a", b: "b", wins: 0, ties: 0, losses: 0)])
    }
  }

  @Test("Models are compared under the same settings, and a model with itself under settings of which one differs")
  func settings() throws {
    let names = ["clean", "clean[labelNoise=0.2]", "clean[labelNoise=0.2,trainingBags=20]", "as-published"]
    var study = experiment(["a"])
    study.models = ["a", "b"].flatMap { id in names.map { ExperimentModel(id: id, protocol: $0) } }
    let records = ["a", "b"].flatMap { id in
      names.flatMap { name in
        (1...3).map { fold in
          var record = record(id, fold: fold, right: 4 + fold)
          record.protocol = name
          return record
        }
      }
    }
    let statistics = try #require(StudyStatistics(experiment: study, records: records))
    let pairs = try #require(statistics.metrics.first).pairs.map { "\($0.a) - \($0.b)" }
    let (noise, both) = ("clean[labelNoise=0.2]", "clean[labelNoise=0.2,trainingBags=20]")
    #expect(
      Set(pairs) == [
        // Under the same settings, whatever the rules.
        "a - b", "a - a, as-published", "a - b, as-published", "a, as-published - b",
        "a, as-published - b, as-published", "b - b, as-published", "a, \(noise) - b, \(noise)",
        "a, \(both) - b, \(both)",
        // One setting differs.
        "a - a, \(noise)", "b - b, \(noise)", "a, \(noise) - a, \(both)", "b, \(noise) - b, \(both)",
        "a, \(noise) - a, as-published", "b, \(noise) - b, as-published",
      ])
    #expect(pairs.count == 14)
  }

  @Test("Folds on which a model failed are left out for both, and a model without trials is not in the study")
  func failures() throws {
    var records = (1...3).flatMap { [record("a", fold: $0, right: 9), record("b", fold: $0, right: 5 + $0)] }
    records[5].status = .diverged
    records[5].scores = []
    records += (1...3).map { record("c", fold: $0, status: .failed) }
    let study = experiment(["a", "b", "c", "d"], ["musk1", "fox"])
    let statistics = try #require(StudyStatistics(experiment: study, records: records))
    #expect(statistics.models.map(\.key) == ["a", "b"] && statistics.datasets == ["musk1"])
    let pair = try #require(statistics.metrics[0].pairs.first)
    #expect(pair.folds == 2 && pair.difference == 0.25)
    #expect(statistics.metrics[0].overDatasets?.ranks.map(\.averageRank) == [1, 2])
    #expect(StudyStatistics(experiment: experiment(["a", "c"]), records: records) == nil)
  }

  @Test("One model under two protocols is two models of the study")
  func protocols() throws {
    var study = experiment(["a"])
    study.models.append(ExperimentModel(id: "a", protocol: "as-published", label: "A as published"))
    let clean = [record("a", fold: 1), record("a", fold: 2, right: 6)]
    let published = clean.map { record in
      var record = record
      record.protocol = "as-published"
      return record
    }
    let statistics = try #require(StudyStatistics(experiment: study, records: clean + published))
    #expect(statistics.models.map(\.key) == ["a", "a, as-published"])
    #expect(statistics.models.map(\.label) == ["a", "A as published"])
    #expect(statistics.metrics[0].pairs.first?.folds == 2)
  }

  @Test("Tallies count verdicts over data sets, and turn round for the other side")
  func tallies() throws {
    let records = ["one", "two", "three"].flatMap { dataset in
      (1...10).flatMap { fold in
        let gain = dataset == "three" ? 0 : 3 + fold % 2
        return [
          record("a", dataset: dataset, fold: fold, right: 5 + gain, folds: 10),
          record("b", dataset: dataset, fold: fold, right: 5, folds: 10),
        ]
      }
    }
    let study = experiment(["a", "b"], ["one", "two", "three"])
    let accuracy = try #require(StudyStatistics(experiment: study, records: records)).metrics[0]
    #expect(accuracy.tally(of: "a", against: "b") == WinTieLoss(a: "a", b: "b", wins: 2, ties: 1, losses: 0))
    #expect(accuracy.tally(of: "b", against: "a") == WinTieLoss(a: "b", b: "a", wins: 0, ties: 1, losses: 2))
    #expect(accuracy.tally(of: "a", against: "a") == nil)
    #expect(accuracy.overDatasets?.groups == [["a", "b"]])
    #expect(accuracy.overDatasets?.smallestWilcoxonP == 0.25)
  }
}
