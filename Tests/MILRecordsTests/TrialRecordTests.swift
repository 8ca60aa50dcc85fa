import Foundation
import TestSupport
import Testing

@testable import MILRecords

@Suite("Trial records")
struct TrialRecordTests {
  @Test("A record comes back from JSON unchanged, to the last bit of its numbers")
  func roundTrip() throws {
    var original = record()
    original.scores = [0.1 + 0.2, .leastNonzeroMagnitude, 1 - .ulpOfOne / 2, 0]
    original.lossByEpoch = [Float.leastNonzeroMagnitude, 0.1, Float.greatestFiniteMagnitude]
    let decoded = try JSONDecoder().decode(TrialRecord.self, from: original.json())
    #expect(decoded == original)
  }

  @Test("A change of a record leaves its copies and the records that share with it as they were")
  func values() throws {
    let original = record()
    var changed = original
    changed.model = "other"
    changed.scores[0] = 0.25
    changed.status = .failed
    changed.notes["new"] = "note"
    #expect(original == record() && original.status == .finished && original.notes["new"] == nil)
    #expect(changed.model == "other" && changed.scores[0] == 0.25 && changed.status == .failed)
    #expect([original, changed].map(\.model) == [original.model, "other"])
    #expect(changed.origin !== original.origin && changed.dataset == original.dataset)
    var later = original
    later.seconds = 9
    #expect(later.origin === original.origin && later != original)
  }

  @Test("A line is one line, its keys sorted and the seed a text")
  func line() throws {
    var original = record()
    original.message = "two\nlines"
    let line = try #require(String(data: original.json(), encoding: .utf8))
    #expect(!line.contains("\n"))
    #expect(line.hasPrefix(#"{"bags":[0,1,2,3],"configuration":"{}","core":"Haswell","correctByEpoch":[1,2,3]"#))
    #expect(line.contains(#""notes":{"a":"1/2","b":"2"}"#))
    #expect(line.contains(#""seed":"ffffffffffffffff""#))
  }

  @Test("Records that contradict themselves are refused", arguments: contradictions)
  func refused(_ change: Contradiction) throws {
    var bad = record()
    change.apply(&bad)
    let text = message { _ = try bad.json() }
    #expect(text?.contains(change.expected) == true, "got \(text ?? "no error")")
  }

  struct Contradiction: Sendable, CustomTestStringConvertible {
    let expected: String
    let apply: @Sendable (inout TrialRecord) -> Void
    var testDescription: String { expected }
  }

  static let contradictions = [
    Contradiction(expected: "repetition is 0, expected 1 or more") { $0.repetition = 0 },
    Contradiction(expected: "3 labels for 4 bags") { $0.labels.removeLast() },
    Contradiction(expected: "label 2, expected 0 or 1") { $0.labels[0] = 2 },
    Contradiction(expected: "5 scores for 4 bags") { $0.scores.append(0) },
    Contradiction(expected: "not finite") { $0.scores[1] = .nan },
    Contradiction(expected: "not finite") { $0.lossByEpoch[2] = .infinity },
    Contradiction(expected: "correctByEpoch has 5, expected 0 to 4") { $0.correctByEpoch = [5] },
    Contradiction(expected: "without correctByEpoch") { $0.correctByEpoch = [] },
    Contradiction(expected: "ends with 2, but by scores, labels and threshold 3") { $0.correctByEpoch = [1, 2] },
    Contradiction(expected: "threshold 2 bags are called right") { $0.scores[0] = 0.2 },
    Contradiction(expected: "an example of bag 9, which the fold does not test") {
      var result = InstanceResult(kind: .weights, bags: [(labels: [1, 0], values: [0.9, 0.1])])
      result.example = .init(bag: 9, name: "b", score: 0.5, values: [0.9, 0.1], labels: [1, 0])
      $0.instances = result
    },
    Contradiction(expected: "score 1.5, expected a probability") { $0.scores[0] = 1.5 },
    Contradiction(expected: "a bag is listed twice") { $0.bags[0] = 1 },
    Contradiction(expected: "scores of a trial that diverged") { $0.status = .diverged },
  ]

  @Test("A diverged or failed trial needs no scores", arguments: [TrialStatus.diverged, .failed])
  func unfinished(status: TrialStatus) throws {
    let original = record(status: status)
    #expect(try JSONDecoder().decode(TrialRecord.self, from: original.json()) == original)
  }

  @Test("Keys sort by data set, model, protocol, repetition and fold, numbers as numbers")
  func order() {
    let ordered = [
      record(dataset: "fox", model: "z"), record(model: "a", repetition: 2, fold: 2),
      record(model: "a", repetition: 2, fold: 10), record(model: "a", repetition: 10), record(model: "b"),
      record(model: "b", protocol: "dirty"),
    ].map(\.key)
    #expect(ordered.reversed().sorted() == ordered)
  }

  @Test("A record has the settings of another when trial, settings, data, folds and code are the same")
  func settings() {
    func isSame(_ change: (inout TrialRecord) -> Void) -> Bool {
      var other = record()
      change(&other)
      return record().hasSettings(of: other)
    }
    #expect(isSame { $0.scores = [] })
    #expect(!isSame { $0.fold = 2 } && !isSame { $0.configuration = #"{"rate":1}"# })
    #expect(!isSame { $0.protocolSettings = #"{"folds":3}"# } && !isSame { $0.dataHash = "d2" })
    #expect(!isSame { $0.foldsHash = "f2" })
    // For a model that is not released, the code must be the same; a record without code has other code.
    #expect(!isSame { $0.code = "c1" })
  }

  @Test("What a fit chose is kept as numbers and words, and older notes are read")
  func choices() throws {
    var typed = record()
    typed.take(notes: ["chosen": "c=10,rate=0.0005,gamma=auto", "rounds": "3"])
    #expect(typed.chosen == ["c": .number(10), "rate": .number(0.0005), "gamma": .text("auto")])
    #expect(typed.notes == ["a": "1/2", "b": "2", "rounds": "3"])
    let line = try #require(String(data: typed.json(), encoding: .utf8))
    #expect(line.contains(#""chosen":{"c":10,"gamma":"auto","rate":0.0005}"#))
    #expect(try JSONDecoder().decode(TrialRecord.self, from: typed.json()) == typed)
    var older = record()
    older.notes["chosen"] = "c=10,gamma=auto,rate=0.0005"
    #expect(older.choices.map(\.value) == typed.choices.map(\.value))
    #expect(older.choices.map(\.parameter) == ["c", "gamma", "rate"])
  }

  @Test("Targets of other tasks and several outputs come back from JSON, and contradictions are refused")
  func otherTasks() throws {
    func trial(_ targets: Targets, outputs: [[Double]]?) -> TrialRecord {
      var trial = record()
      trial.targets = targets
      (trial.outputs, trial.scores, trial.scoresAreProbabilities) = (outputs, outputs == nil ? trial.scores : [], false)
      trial.lossByEpoch = []
      if trial.targets.kind != .classes { (trial.correctByEpoch, trial.valueByEpoch) = ([], [0.5]) }
      return trial
    }
    let survival = Targets.survival(times: [1, 2, 3, 4], events: [true, false, true, true])
    let names = ["a", "b", "c"]
    for sound in [
      trial(.classes([0, 2, 1, 2], names: names), outputs: [[1, 0, 0], [0, 1, 2], [0, 3, 1], [2, 0, 1]]),
      trial(.numbers([1, -2, 3, 4]), outputs: nil), trial(survival, outputs: [[1], [2], [3], [4]]),
    ] {
      #expect(try JSONDecoder().decode(TrialRecord.self, from: sound.json()) == sound)
    }
    let classes = Outcomes([
      trial(.classes([0, 2, 1, 2], names: names), outputs: [[1, 0, 0], [0, 1, 2], [0, 3, 1], [2, 0, 1]])
    ])
    #expect(classes.calls == [0, 2, 1, 0] && classes.outputs.count == 3 && classes.outputs[2] == [0, 2, 1, 1])
    var graded = trial(
      .classes([0, 2, 1, 2], names: names), outputs: [[0.9, 0.2], [0.9, 0.8], [0.8, 0.1], [0.2, 0.1]])
    graded.called = [1, 2, 1, 2]
    #expect(graded.problem == nil && Outcomes([graded]).calls == [1, 2, 1, 2])
    #expect(Metric.accuracy.value(Outcomes([graded, graded])) == 0.75)
    #expect(Metric.macroAreaUnderCurve.value(Outcomes([graded])) == nil)
    #expect(try JSONDecoder().decode(TrialRecord.self, from: graded.json()) == graded)
    func called(_ classes: [Int], _ right: Int = 3) -> TrialRecord {
      var trial = graded
      (trial.called, trial.correctByEpoch) = (classes, [right])
      return trial
    }
    var nothing = trial(.numbers([1, 2, 3, 4]), outputs: nil)
    nothing.called = [0, 1, 0, 1]
    for (bad, problem) in [
      (called([1, 3, 1, 2]), "a bag called class 3, expected 0 to 2"), (called([1, 2]), "2 called classes for 4 bags"),
      (called([1, 2, 1, 0]), "by called and labels 2 bags are called right"),
      (nothing, "called classes for bags without classes"),
      (trial(.classes([0, 3, 1, 2], names: names), outputs: [[1], [1], [1], [1]]), "label 3, expected 0 to 2"),
      (trial(.numbers([1, 2]), outputs: nil), "2 numbers for 4 bags"),
      (trial(.numbers([1, .nan, 1, 1]), outputs: nil), "not finite"),
      (trial(.survival(times: [1, -2, 3, 4], events: [true, true, true, true]), outputs: nil), "a time is negative"),
      (trial(.survival(times: [1, 2, 3, 4], events: [true]), outputs: nil), "1 events for 4 times"),
      (trial(survival, outputs: [[1], [2, 3], [3], [4]]), "different numbers of outputs"),
      (trial(.classes([0, 2, 1, 2], names: names), outputs: [[1, 0], [0, 1], [1, 0], [0, 1]]), "for 3 classes"),
      (trial(.classes([0, 2, 1, 2], names: names), outputs: nil), "scores alone for 3 classes"),
    ] {
      #expect(bad.problem?.contains(problem) == true, "\(bad.problem ?? "no problem")")
    }
  }

  @Test("What a task calls bags is written where scores do not say it by themselves")
  func calledByTask() {
    var trial = record()
    trial.targets = .classes([0, 2, 1, 2], names: ["a", "b", "c"])
    trial.take([0, 0.1, 0.2, 0, 0.1, 0.2, 1, 0, 0, 1, 0, 0], columns: 3, called: [2, 2, 0, 0])
    #expect(trial.called == nil && trial.outputs?.count == 4 && trial.calls == [2, 2, 0, 0])
    trial.take([0, 0.1, 0.2, 0, 0.1, 0.2, 1, 0, 0, 1, 0, 0], columns: 3, called: [2, 2, 0, 1])
    #expect(trial.called == [2, 2, 0, 1] && trial.calls == [2, 2, 0, 1])
    trial.take([0, 0.1, 0.2, 0, 0.1, 0.2, 1, 0, 0, 1, 0, 0], columns: 3, called: nil)
    #expect(trial.called == nil && trial.calls == [2, 2, 0, 0])
  }

  @Test("The metric that a task names leads, and epochs judged by it are no epochs of another")
  func leadingMetric() throws {
    func trial(_ metric: String?) -> TrialRecord {
      var trial = record()
      trial.targets = .numbers([1, 2, 3, 4])
      (trial.correctByEpoch, trial.valueByEpoch, trial.metric) = ([], [0.25, 0.5], metric)
      (trial.scores, trial.scoresAreProbabilities, trial.lossByEpoch) = ([1, 2, 3, 5], false, [])
      return trial
    }
    #expect(try JSONDecoder().decode(TrialRecord.self, from: trial("r2").json()) == trial("r2"))
    let own = try #require(CellSummary.summaries(of: [trial("r2")]).first)
    #expect(own.leadingMetric.id == "r2" && own.leading.oracle == 0.5 && own["rmse"] == 0.5)
    let usual = try #require(CellSummary.summaries(of: [trial(nil)]).first)
    #expect(usual.leadingMetric.id == "rmse" && usual.leading.oracle == 0.25)
    let unknown = try #require(CellSummary.summaries(of: [trial("pinball")]).first)
    #expect(unknown.leadingMetric.id == "rmse" && unknown.leading.mean == 0.5 && unknown.leading.oracle == nil)
  }
}
