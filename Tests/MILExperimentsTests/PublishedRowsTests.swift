import Foundation
import Testing

@testable import MILExperiments

@Suite("Rows of published figures")
struct PublishedRowsTests {
  private func complaint(_ rows: [(model: String, dataset: String, mean: Double)]) -> String {
    let figures = rows.map {
      PublishedFigure(
        model: $0.model, label: $0.model, dataset: $0.dataset, mean: $0.mean, source: "table 1", verified: true)
    }
    let table = PublishedTable(
      paper: "p", citation: "c", metric: "bag accuracy", selection: "s", titles: ["left": "Left out"], rows: figures)
    do {
      try table.check(
        datasets: ["musk1", "musk2"], models: ["constant", "mi-svm"], file: URL(fileURLWithPath: "/p.json"))
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test("A row of no cell of the experiment is named with the nearest one, and so are two figures of one cell")
  func rows() {
    #expect(complaint([("constant", "musk1", 0.5), ("gnn-mil", "musk2", 0.6), ("constant", "left", 0.4)]) == "nothing")
    #expect(complaint([("constant", "musk1", 0.5), ("constant", "musk1", 0.5)]) == "nothing")
    for (row, parts) in [
      (("constant", "musc1", 0.5), ["rows[0]: the data set musc1", "did you mean musk1?"]),
      (("constnt", "musk1", 0.5), ["rows[0]: the model constnt", "did you mean constant?"]),
    ] {
      let line = complaint([row])
      for part in parts { #expect(line.contains(part), "\(line)") }
    }
    let line = complaint([("constant", "musk1", 0.5), ("constant", "musk1", 0.7)])
    #expect(line.contains("rows[1]: 0.7 for constant on musk1, and 0.5 in rows[0]"), "\(line)")
  }
}
