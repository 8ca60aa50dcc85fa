import Foundation
import Testing

@testable import MILResults

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

  @Test("A record is current when settings, data and folds are those of the record")
  func current() {
    let known = record()
    func isCurrent(_ configuration: String, _ settings: String, _ data: String, _ folds: String) -> Bool {
      known.isCurrent(
        configuration: configuration, protocolSettings: settings, dataHash: data, foldsHash: folds, code: nil)
    }
    #expect(isCurrent("{}", #"{"folds":2}"#, "d1", "f1"))
    #expect(!isCurrent(#"{"rate":1}"#, #"{"folds":2}"#, "d1", "f1"))
    #expect(!isCurrent("{}", #"{"folds":3}"#, "d1", "f1"))
    #expect(!isCurrent("{}", #"{"folds":2}"#, "d2", "f1"))
    #expect(!isCurrent("{}", #"{"folds":2}"#, "d1", "f2"))
    // Of a model that is not released the code must be the same; a record that does not say is of other code.
    func isCurrent(_ recorded: String?, code: String?) -> Bool {
      var record = known
      record.code = recorded
      return record.isCurrent(
        configuration: "{}", protocolSettings: #"{"folds":2}"#, dataHash: "d1", foldsHash: "f1", code: code)
    }
    #expect(isCurrent("c1", code: "c1") && isCurrent(nil, code: nil))
    #expect(!isCurrent("c1", code: "c2") && !isCurrent(nil, code: "c1") && !isCurrent("c1", code: nil))
  }
}
