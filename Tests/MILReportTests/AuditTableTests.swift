import MILRecords
import MILReport
import Testing

@Suite("The table of an audit")
struct AuditTableTests {
  private func record(_ model: String, _ test: String, seed: Int, training: Double?, test area: Double?) -> AuditRecord
  {
    var record = AuditRecord(
      key: AuditKey(
        model: model, test: "synthetic/" + test, minimumSize: 45, trainingBags: 100, testBags: 50, seed: seed),
      configuration: "{}", isStandardised: model != "svm", version: "0.1.0", core: "")
    (record.trainingAUC, record.testAUC) = (training, area)
    record.status = area == nil ? .failed : .finished
    record.message = area == nil ? "it broke" : nil
    return record
  }

  @Test("Rows are models, cells tell mean, interval and verdict, and what failed is told below")
  func table() {
    let records =
      (1...5).flatMap { seed in
        [
          record("svm", "single-concept", seed: seed, training: 1, test: 0.25),
          record("svm", "false-frequency", seed: seed, training: 0.75, test: 0.75),
        ]
      } + (1...5).map { record("net", "single-concept", seed: $0, training: $0 < 3 ? 1 : nil, test: $0 < 3 ? 1 : nil) }
    let table = AuditTable(records, displayNames: ["svm": "Machine"], command: "milbench audit svm")
    #expect(
      table.table.rows.map(\.cells) == [
        [
          "Machine", "45", "100", "1.000 [1.000, 1.000]", ".250 [.250, .250]", "FAIL", ".750 [.750, .750]",
          ".750 [.750, .750]", "PASS",
        ],
        ["net", "45", "100", "1.000 [1.000, 1.000]", "1.000 [1.000, 1.000]", "– (2 seeds)", "–", "–", "not run"],
      ])
    #expect(
      table.table.columns.map(\.group).suffix(6) == [
        "single-concept", "single-concept", "single-concept",
        "false-frequency", "false-frequency", "false-frequency",
      ])
    let notes = table.table.notes.joined(separator: "\n")
    for part in [
      "but not for Machine", "single-concept: it broke", "milbench audit svm", "below .7", "50 are the test",
    ] {
      #expect(notes.contains(part), "\(part)")
    }
    #expect(
      table.numbers.csv.split(separator: "\r\n")[1]
        == "svm,synthetic/single-concept,45,100,50,5,1.0,1.0,1.0,0.25,0.25,0.25,FAIL")
  }
}
