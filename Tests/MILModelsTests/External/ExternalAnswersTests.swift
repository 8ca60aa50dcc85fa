import Foundation
import MILModels
import TestSupport
import Testing

@Suite("Answers of external programs")
struct ExternalAnswersTests {
  /// Returns the error of answers of which one file has another content.
  private func complaint(_ name: String, _ content: String) throws -> String? {
    try withTemporaryFolder { folder in
      let place = folder.appendingPathComponent("answers")
      try FileManager.default.copyItem(at: Fixture.url("external"), to: place)
      try Data(content.utf8).write(to: place.appendingPathComponent(name))
      return message { _ = try read(place) }
    }
  }

  private func read(_ folder: URL) throws -> [[Double]] {
    let answers = ExternalAnswers(in: folder)
    let epochs = try answers.report().losses?.count ?? 1
    let found = try answers.scores(ofBags: 3, instances: 5, columns: epochs, areProbabilities: true)
    #expect(found.weights?.count == 5)
    return found.scoresByEpoch
  }

  @Test("Scores, weights and a report are read")
  func sound() throws {
    #expect(try read(Fixture.url("external")) == [[0.25, 0.5, 0.0625], [0.125, 0.75, 1]])
  }

  @Test(
    "A wrong answer is one clear line",
    arguments: [
      ("scores.csv", "0.5,0.5\n0.5,0.5\n", "found 2 lines, expected 3"),
      ("scores.csv", "0.5\n0.5\n0.5\n", "line 1: found 1 numbers, expected 2"),
      ("scores.csv", "0.5,0.5\n0.5,nan\n0.5,0.5\n", "line 2: found nan, expected a finite number"),
      ("scores.csv", "0.5,0.5\n0.5,1.5\n0.5,0.5\n", "line 2: found 1.5, expected a probability"),
      ("weights.csv", "1\n\u{0}\n1\n1\n1\n", "weights.csv, line 2"),
      ("report.json", #"{"losses": [1e99, 1]}"#, "report.json"),
      ("report.json", #"{"steps": -1}"#, "steps"),
    ])
  func wrong(name: String, content: String, expected: String) throws {
    let found = try #require(try complaint(name, content))
    #expect(found.contains(expected) && !found.contains("\n"), "\(found)")
  }
}
