import Foundation
import MILRecords
import MILStatistics
import Testing

@testable import MILReport

@Suite("Figures of an evaluation, by the kind of targets")
struct EvaluationFiguresTests {
  /// Returns the trials of two folds of bags in two repetitions, completed by `fill`.
  private func trials(bags: Int = 12, _ fill: (inout TrialRecord, [Int]) -> Void) -> [TrialRecord] {
    (1...2).flatMap { repetition in
      (1...2).map { fold in
        var record = TrialRecord(
          experiment: "test", dataset: "set", dataHash: "d", model: "m", configuration: "{}", protocol: "clean",
          protocolSettings: #"{"folds":2}"#, repetition: repetition, fold: fold, foldsHash: "f", status: .finished,
          seed: "1", version: "1", core: "Haswell")
        record.bags = (0..<bags).map { $0 + bags * (fold - 1) }
        record.correctByEpoch = [1]
        fill(&record, record.bags)
        return record
      }
    }
  }

  private func classes(_ count: Int, areProbabilities: Bool = true) -> [TrialRecord] {
    trials(bags: 4 * count) { record, bags in
      record.targets = .classes(bags.map { $0 % count }, names: (0..<count).map { "class \($0)" })
      let repetition = record.repetition
      let outputs = bags.flatMap { bag in
        (0..<count).map { label -> Double in
          let noise = (label * 7 + bag * 5 + repetition) % 10
          return Double(noise) / 20 + (label == bag % count ? 0.4 : 0.05)
        }
      }
      record.take(outputs, columns: count, called: nil)
      record.scoresAreProbabilities = areProbabilities
    }
  }

  private func check(_ figures: [ReportFigure]) throws {
    for figure in figures {
      let drawn = try DrawnTexts(figure.svg)
      #expect(drawn.cut.isEmpty && drawn.overlapping.isEmpty, "\(figure.name): \(drawn.cut) \(drawn.overlapping)")
      #expect(!figure.svg.contains("nan") && !figure.svg.contains("inf"), "\(figure.name)")
    }
  }

  @Test("Several classes have curves and calibration against the rest, and a confusion matrix of all bags")
  func severalClasses() throws {
    let records = classes(3)
    let figures = EvaluationFigures(records, of: "Attention", on: "Grades").figures
    #expect(figures.map(\.name) == ["roc", "calibration", "confusion"])
    try check(figures)
    for name in ["class 0", "class 1", "class 2"] {
      #expect(
        figures[0].svg.contains("\(name), AUC ") && figures[1].svg.contains(name) && figures[2].svg.contains(name))
    }
    let results = try #require(ClassResults(records))
    for count in results.classes.flatMap(\.calledAs) { #expect(figures[2].svg.contains(">\(count)</text>")) }
    #expect(results.classes.reduce(0) { $0 + $1.bags } == 48)
    #expect(
      EvaluationFigures(classes(3, areProbabilities: false), of: "A", on: "G").figures.map(\.name) == [
        "roc", "confusion",
      ])
  }

  @Test("Eight classes have two figures of curves")
  func manyClasses() throws {
    let figures = EvaluationFigures(classes(8), of: "Attention", on: "Grades").figures
    #expect(figures.map(\.name) == ["roc-1", "roc-2", "calibration-1", "calibration-2", "confusion"])
    try check(figures)
  }

  @Test("Numbers are drawn once a bag against the true ones, at the mean over repetitions")
  func numbers() throws {
    let records = trials { record, bags in
      record.targets = .numbers(bags.map { Double($0) - 3 })
      record.scores = bags.map { Double($0) - 3 + (record.repetition == 1 ? 0.5 : 1.5) }
    }
    let figures = EvaluationFigures(records, of: "Attention", on: "Sizes").figures
    #expect(figures.map(\.name) == ["predictions"])
    try check(figures)
    #expect(try DrawnTexts(figures[0].svg).elements.count { $0 == "circle" } == 24)
    let points = NumbersFigure(records, title: "T").points
    #expect(points.count == 24 && points.allSatisfy { $0.predicted == $0.truth + 1 })
    #expect(figures[0].caption.contains("24 bags; the mean of the predictions of 2 repetitions"))
  }

  @Test("Survival times have a curve for each quarter of the risks within folds, or of all if folds are small")
  func survival() throws {
    func times(_ bags: Int) -> [TrialRecord] {
      trials(bags: bags) { record, bags in
        record.targets = .survival(times: bags.map { Double(1 + $0 % 12) }, events: bags.map { $0 % 3 > 0 })
        // Risks of the second fold have another scale.
        record.scores = bags.map { -Double(1 + $0 % 12) * (record.fold == 1 ? 1 : 100) }
      }
    }
    let figures = EvaluationFigures(times(12), of: "Attention", on: "Deaths").figures
    #expect(figures.map(\.name) == ["survival"] && figures[0].caption.contains("of a fold"))
    try check(figures)
    let drawn = RiskFigure(times(12), title: "T")
    #expect(drawn.curves.map(\.curve.end) == [12, 9, 6, 3], "the highest risks have the earliest times")
    #expect(!RiskFigure(times(3), title: "T").isWithinFolds && RiskFigure(times(4), title: "T").isWithinFolds)
    #expect(RiskFigure.quarters([4, 1, 3, 2]) == [3, 0, 2, 1])
    #expect(Set(RiskFigure.quarters([1, 1, 1, 1, 1])).count == 1)
  }

  @Test("Results that cannot be drawn have a reason, and no result has neither reason nor figure")
  func nothing() {
    let odd = trials { record, bags in
      record.targets = .numbers(bags.map(Double.init))
      record.outputs = bags.map { [Double($0), 1] }
    }
    let drawings = EvaluationFigures(odd, of: "A", on: "S")
    #expect(drawings.figures.isEmpty && drawings.reason?.contains("one for each bag") == true)
    let none = EvaluationFigures([], of: "A", on: "S")
    #expect(none.figures.isEmpty && none.reason == nil)
    let fine = EvaluationFigures(classes(3), of: "A", on: "S")
    #expect(fine.reason == nil && fine.expectedCalibrationError == nil)
  }
}
