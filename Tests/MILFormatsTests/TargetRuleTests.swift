import Foundation
import MILBags
import MILCatalogue
import MILFormats
import MILRecords
import TestSupport
import Testing
import UserInput

@Suite("Targets other than two classes")
struct TargetRuleTests {
  private func read(_ text: String, _ options: ReadOptions = .automatic, named name: String = "bags.csv") throws
    -> LoadedDataset
  {
    try Fixture.withFile(Array(text.utf8), named: name) { try BagReader.read($0, options: options) }
  }

  private func options(_ task: ReadOptions.Task?, _ change: (inout ReadOptions) -> Void = { _ in }) -> ReadOptions {
    var options = ReadOptions()
    options.task = task
    change(&options)
    return options
  }

  @Test("Numbers that look like a quantity need --task, which says what they are")
  func ambiguous() throws {
    let fractions = "bag,label,f\n" + (0..<6).map { "b\($0),\(Double($0) / 2),1\n" }.joined()
    let counts = "bag,label,f\n" + (0..<30).map { "b\($0),\($0),1\n" }.joined()
    for (text, count) in [(fractions, 6), (counts, 30)] {
      let error = #expect(throws: ReadError.self) { try read(text) }
      #expect(
        error?.description.contains("--task number") == true && error?.description.contains("--task classes") == true)
      let numbers = try read(text, options(.number))
      #expect(numbers.dataset.targets.kind == .numbers && numbers.dataset.targets.count == count)
      #expect(numbers.classNames.isEmpty && numbers.dataset.task is NumberPrediction)
      #expect(numbers.lines.contains { $0.contains("numbers to be predicted, \(count) different ones (--task)") })
      let classes = try read(text, options(.classes))
      #expect(classes.dataset.targets.classCount == count && classes.classNames.count == count)
    }
    #expect(try read(fractions, options(.number)).dataset.targets == .numbers([0, 0.5, 1, 1.5, 2, 2.5]))
    // Twenty distinct integers are still classes.
    let twenty = try read("bag,label,f\n" + (0..<20).map { "b\($0),\($0),1\n" }.joined())
    #expect(twenty.dataset.targets.classCount == 20)
    #expect(throws: ReadError.self) { try read(counts, options(.number) { $0.positive = "3" }) }
    let wrong = #expect(throws: ReadError.self) { try read("bag,label,f\na,1,2\nb,high,3\n", options(.number)) }
    #expect(wrong?.description.contains("line 3: found \"high\", expected a finite number") == true)
    let change = #expect(throws: ReadError.self) { try read("bag,label,f\na,1,2\na,1.5,3\n", options(.number)) }
    #expect(change?.description.contains("found number 1.5 for bag a, expected 1.0") == true)
  }

  /// Returns a table with times and these texts as events in a column of this name.
  private func table(_ column: String, _ events: [String]) -> String {
    "bag,os_time,\(column),f\n" + events.enumerated().map { "b\($0),\($0 + 1),\($1),7\n" }.joined()
  }

  @Test(
    "Events are told by words, by the name of their column, or by --event-value",
    arguments: [
      ("event", ["1", "0", "1"], [true, false, true]), ("censorship", ["1", "0", "1"], [false, true, false]),
      ("vital_status", ["dead", "alive", "Deceased"], [true, false, true]),
      ("censored", ["no", "no", "no"], nil),
      ("OS_STATUS", ["1:DECEASED", "0:LIVING", "0:LIVING"], [true, false, false]),
      ("event", ["yes", "no", "yes"], [true, false, true]), ("status", ["1", "0", "1"], nil),
      ("censorship", ["True", "False", "True"], [false, true, false]),
      ("censored", ["no", "yes", "no"], [true, false, true]),
      ("censored", ["dead", "alive", "dead"], [true, false, true]),
      ("status", ["1", "2", "2"], nil),
    ] as [(String, [String], [Bool]?)])
  func events(_ column: String, _ values: [String], _ expected: [Bool]?) throws {
    let text = table(column, values)
    guard let expected else {
      if column == "censored" { return }
      let error = #expect(throws: ReadError.self) { try read(text, options(.survival)) }
      #expect(error?.description.contains("--event-value") == true)
      let asked = try read(text, options(.survival) { $0.eventValue = "1" })
      #expect(asked.dataset.targets == .survival(times: [1, 2, 3], events: values.map { $0 == "1" }))
      return
    }
    let loaded = try read(text, options(.survival))
    #expect(loaded.dataset.targets == .survival(times: [1, 2, 3], events: expected))
    #expect(loaded.dataset.featureNames == ["f"] && loaded.dataset.task is DiscreteSurvival)
    #expect(loaded.lines.contains { $0.contains("says that the event happened") && $0.contains("(--event-value)") })
    #expect(try read(text, options(.cox)).dataset.task is CoxSurvival)
    // The same decisions as options result in the same reading.
    let again = try #require(loaded.dataset.reading?.options)
    #expect(try read(text, again).dataset == loaded.dataset)
    let other = try read(table(column, [values[1], values[0]]), again.remembered(features: ["f"]))
    #expect(other.dataset.targets == .survival(times: [1, 2], events: [expected[1], expected[0]]))
  }

  @Test("Columns named by the user are times and events, and imply the task")
  func columns() throws {
    let text = "slide,months,delta,f\na,3,1,5\na,3,1,6\nb,4.5,0,7\n"
    var options = ReadOptions(columns: CSVColumns(bag: "slide"))
    (options.columns.time, options.columns.event) = ("months", "delta")
    let loaded = try read(text, options)
    #expect(loaded.dataset.targets == .survival(times: [3, 4.5], events: [true, false]))
    #expect(loaded.lines.contains { $0.contains("\"months\" is the time, \"delta\" is the event") })
    for (change, words) in [
      ({ $0.columns.label = "f" }, "--label-column, and times"), ({ $0.positive = "1" }, "--positive, and times"),
      ({ $0.task = .classes }, "--time-column, and classes"),
    ] as [((inout ReadOptions) -> Void, String)] {
      var wrong = options
      change(&wrong)
      let error = #expect(throws: ReadError.self) { try read(text, wrong) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
    for (bad, words) in [
      ("slide,months,delta,f\na,-3,1,5\n", "a time, a finite number from 0"),
      ("slide,months,delta,f\na,3,,5\n", "an empty field"),
      ("slide,months,delta,f\na,3,1,5\na,3,0,5\n", "found event 0 for bag a, expected 1"),
    ] {
      let error = #expect(throws: ReadError.self) { try read(bad, options) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
    var both = options
    both.columns.event = "censor_event"
    let either = #expect(throws: ReadError.self) {
      try read("slide,months,censor_event,f\na,3,1,5\nb,4,0,7\n", both)
    }
    #expect(either?.description.contains("--event-value") == true)
    let none = #expect(throws: ReadError.self) { try read("bag,time,f\na,1,2\nb,2,2\n", self.options(.survival)) }
    #expect(none?.description.contains("--event-column") == true)
    let hint = #expect(throws: ReadError.self) { try read("bag,time,event,f\na,1,1,2\nb,2,0,2\n") }
    #expect(hint?.description.contains("--task survival") == true)
  }

  @Test("ARFF and sparse text carry several classes and numbers; ARFF times, too")
  func layouts() throws {
    let arff =
      "@relation r\n@attribute bag string\n@attribute time real\n@attribute dead {0,1}\n@attribute f real\n@data\n"
      + "a,3,1,5\na,3,1,6\nb,4,0,7\n"
    #expect(
      try read(arff, options(.survival), named: "bags.arff").dataset.targets
        == .survival(times: [3, 4], events: [true, false]))
    let sparse = (0..<4).map { "0:b\($0):\(Double($0) + 0.5) 1:1\n" }.joined()
    #expect(try read(sparse, options(.number), named: "bags.svm").dataset.targets == .numbers([0.5, 1.5, 2.5, 3.5]))
    let classes = (0..<6).map { "0:b\($0):\($0 % 3) 1:1\n" }.joined()
    #expect(
      try read(classes, named: "bags.svm").dataset.targets == .classes([0, 1, 2, 0, 1, 2], names: ["0", "1", "2"]))
    let error = #expect(throws: ReadError.self) { try read(classes, options(.survival), named: "bags.svm") }
    #expect(error?.description.contains("events") == true)
  }

  @Test("Several labels are each the one that is predicted, and none of them a feature")
  func severalLabels() throws {
    let text = "bag,grade,stage,f\na,low,1,5\nb,high,2,6\nc,mid,2,7\n"
    var options = ReadOptions(columns: CSVColumns(bag: "bag", label: "grade"))
    options.columns.otherLabels = ["stage"]
    let all = options.byLabel
    #expect(all.map(\.label) == ["grade", "stage"])
    let sets = try all.map { try read(text, $0.options).dataset }
    #expect(sets[0].targets == .classes([1, 0, 2], names: ["high", "low", "mid"]))
    #expect(sets[1].targets == .labels([0, 1, 1]))
    #expect(sets.allSatisfy { $0.featureNames == ["f"] })
    let json = try JSONDecoder().decode(
      CSVColumns.self, from: Data(#"{"bag": "bag", "label": ["grade", "stage"]}"#.utf8))
    #expect(json == options.columns)
  }

  @Test("A feature that is the target of several classes or a number is said to be a leak")
  func leaks() throws {
    let rows = (0..<9).map { "b\($0),\($0 % 3),\([4, 9, 2][$0 % 3]),\(Double($0) * 0.7)\n" }.joined()
    let classes = try read("bag,label,g,f\n" + rows)
    #expect(classes.lines.contains { $0.contains("\"g\"") || $0.contains("feature g says the label of each bag") })
    let findings = try DatasetAudit.findings(in: classes.dataset, catalogue: Catalogue(sets: []))
    #expect(findings.contains { $0.check == .leak && $0.severity == .fault })
    let numbers = try read(
      "bag,label,g,f\n" + (0..<9).map { "b\($0),\($0 * 3),\($0 * 3),\($0 % 2)\n" }.joined(), options(.number))
    #expect(
      try DatasetAudit.findings(in: numbers.dataset, catalogue: Catalogue(sets: [])).contains { $0.check == .leak })
  }
}
