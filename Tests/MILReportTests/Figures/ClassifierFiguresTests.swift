import MILRecords
import MILReport
import Testing

@Suite("Figures of classifiers")
struct ClassifierFiguresTests {
  /// Creates trials of two folds of ten bags, in the given number of repetitions.
  private func trials(_ model: String, repeats: Int, areProbabilities: Bool = true) -> [TrialRecord] {
    (1...repeats).flatMap { repetition in
      (1...2).map { fold in
        var record = TrialRecord(
          experiment: "test", dataset: "musk1", dataHash: "d", model: model, configuration: "{}", protocol: "clean",
          protocolSettings: "{\"folds\":2}", repetition: repetition, fold: fold, foldsHash: "f", status: .finished,
          seed: "1", version: "1", core: "Haswell")
        record.bags = (0..<10).map { $0 + 10 * (fold - 1) }
        record.labels = (0..<10).map { $0 % 2 }
        record.scores = (0..<10).map { Double(($0 * 7 + fold + repetition * 3) % 10) / 10 + ($0 % 2 == 1 ? 0.09 : 0) }
        record.scoresAreProbabilities = areProbabilities
        record.correctByEpoch = [5]
        return record
      }
    }
  }

  @Test("One model has its curves and its calibration, well-formed and with no text cut off or covered")
  func one() throws {
    let figures = ClassifierFigures([("Attention", trials("attention", repeats: 3))], on: "Musk1").figures
    #expect(figures.map(\.name) == ["roc", "calibration"])
    for figure in figures {
      let drawn = try DrawnTexts(figure.svg)
      #expect(drawn.cut.isEmpty && drawn.overlapping.isEmpty, "\(figure.name)")
      #expect(!figure.svg.contains("nan") && !figure.svg.contains("inf"))
    }
    // The mean, its entry in the legend, and three thin curves.
    #expect(try DrawnTexts(figures[0].svg).elements.count { $0 == "polyline" } == 5)
    #expect(figures[0].svg.contains("Attention, AUC ."))
    #expect(figures[0].caption.contains("3 repetitions"))
    #expect(figures[1].caption.contains("expected calibration error ."))
    #expect(figures == ClassifierFigures([("Attention", trials("attention", repeats: 3))], on: "Musk1").figures)
  }

  @Test("Seven models have two figures of curves, and what gives no probabilities has no calibration")
  func several() throws {
    let models = (1...7).map { ("Model \($0)", trials("m\($0)", repeats: 1, areProbabilities: $0 == 2)) }
    let drawings = ClassifierFigures(models, on: "Musk1")
    #expect(drawings.figures.map(\.name) == ["roc-1", "roc-2", "calibration-2"])
    #expect(drawings.expectedCalibrationError == nil)
    for figure in drawings.figures {
      let drawn = try DrawnTexts(figure.svg)
      #expect(drawn.cut.isEmpty && drawn.overlapping.isEmpty, "\(figure.name)")
    }
  }

  @Test("Without a result there is nothing to draw")
  func nothing() {
    var failed = trials("m", repeats: 1)
    for index in failed.indices { failed[index].status = .failed }
    #expect(ClassifierFigures([("M", failed)], on: "Musk1").figures.isEmpty)
    #expect(ClassifierFigures([], on: "Musk1").figures.isEmpty)
  }
}
