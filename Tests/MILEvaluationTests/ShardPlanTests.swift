import Foundation
import MILRecords
import Testing

import enum TestSupport.Fixture
import func TestSupport.plainLines

@testable import MILEvaluation

@Suite("Plans of shares")
struct ShardPlanTests {
  private func plans(in results: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: results.appending(path: "tests/made").path)
      .filter(ShardPlan.isPlan).sorted()
  }

  @Test("Every unit is in one share, and shares differ in cost by no more than the longest unit")
  func balance() async throws {
    try await withTemporaryFolder { results in
      let runner = try makeRunner([madeBags()], results: results)
      let experiment = madeExperiment(["mi-net-bag[epochs=40,layers=8-4]", "constant", smallNetwork], repeats: 3)
      let (plan, pending) = try runner.share(experiment, among: 4)
      #expect(plan.units.count == 27 && pending.count == 27)
      #expect(Set(plan.units.map(\.key)) == pending)
      var loads = [Double](repeating: 0, count: 4)
      for unit in plan.units { loads[unit.shard - 1] += plan.cells[unit.cell].cost }
      let longest = try #require(plan.cells.map(\.cost).max())
      #expect(try #require(loads.max()) - #require(loads.min()) <= longest, "\(loads)")
    }
  }

  @Test("The first plan stays when costs become known, and other units or another number of shares have other plans")
  func fixed() async throws {
    try await withTemporaryFolder { results in
      let runner = try makeRunner([madeBags()], results: results)
      let (first, _) = try runner.share(madeExperiment(), among: 3)
      let share = try #require(Shard("2/3"))
      _ = try await makeRunner([madeBags()], results: results, shard: share).run(madeExperiment())
      let (second, pending) = try runner.share(madeExperiment(), among: 3)
      #expect(second == first && pending.count == 12 - first.keys(of: share).count)
      #expect(try plans(in: results).count == 1)
      _ = try runner.share(madeExperiment(), among: 2)
      _ = try runner.share(madeExperiment(repeats: 3), among: 3)
      let names = try plans(in: results)
      #expect(names.count == 3 && names.filter { $0.hasPrefix("shards-3-") }.count == 2, "\(names)")
    }
  }

  @Test("What is measured decides on shares, done units apart")
  func measured() async throws {
    try await withTemporaryFolder { results in
      let experiment = madeExperiment([smallNetwork, "constant"], repeats: 1)
      var runner = try makeRunner([madeBags()])
      let records = try await runner.run(experiment).records.map { record in
        var record = record
        record.seconds = record.model == "constant" ? 30 : 1
        return record
      }
      runner.results = results
      runner.timed = records
      let (plan, _) = try runner.share(experiment, among: 3)
      #expect(plan.cells.map(\.key.model) == [smallNetwork, "constant"])
      #expect(try #require(plan.cells.last).cost > 29)
      // Each share has one of the three long units.
      for shard in 1...3 {
        #expect(plan.units.count { $0.shard == shard && $0.key.model == "constant" } == 1)
      }
    }
  }

  @Test(
    "A plan that is damaged is told with the way out",
    arguments: [#""shares":"9"#, #""format":7"#, #""shards":4"#, "no JSON"])
  func damaged(change: String) async throws {
    try await withTemporaryFolder { results in
      let runner = try makeRunner([madeBags()], results: results)
      let (plan, _) = try runner.share(madeExperiment(), among: 3)
      let file = results.appending(path: "tests/made/\(plan.fileName)")
      var text = try String(contentsOf: file, encoding: .utf8)
      if change == "no JSON" {
        text = change
      } else {
        let key = change.prefix { $0 != ":" }
        let place = try #require(text.range(of: key + ":"))
        let end =
          key == "\"shares\""
          ? text.index(place.upperBound, offsetBy: 2) : text[place.upperBound...].firstIndex { ",}".contains($0) }
        text.replaceSubrange(place.lowerBound..<(try #require(end)), with: change)
      }
      try Data(text.utf8).write(to: file)
      let message = await message { _ = try runner.share(madeExperiment(), among: 3) }
      #expect(
        message?.contains(plan.fileName) == true && message?.contains("remove the file") == true, "\(message ?? "")")
    }
  }

  @Test("Journals of 1, 2 and 7 workers, of 5 shares and after a stop hold the same bytes, times apart")
  func identity() async throws {
    func lines(_ results: URL) throws -> [String] {
      try JournalFiles.own(in: results.appending(path: "tests/made")).flatMap { file in
        try plainLines(file).split(separator: "\n").map { line in
          String(line).replacing(/"(ended|seconds|scoringSeconds)":[-+.0-9eE]+,?/, with: "")
        }
      }.sorted()
    }
    try await withTemporaryFolder { folder in
      let experiment = madeExperiment([smallNetwork, "attention[epochs=2]", "mi-kernel", "constant"])
      var journals: [[String]] = []
      for workers in [1, 2, 7] {
        let results = folder.appending(path: "workers-\(workers)")
        _ = try await makeRunner([madeBags()], results: results, workers: workers).run(experiment)
        journals.append(try lines(results))
      }
      let shared = folder.appending(path: "shares")
      for shard in [3, 1, 5, 2, 4] {
        let share = try #require(Shard("\(shard)/5"))
        _ = try await makeRunner([madeBags()], results: shared, workers: 2, shard: share).run(experiment)
      }
      journals.append(try lines(shared))
      // A journal that was cut within a record.
      let resumed = folder.appending(path: "resumed")
      try FileManager.default.copyItem(at: folder.appending(path: "workers-1"), to: resumed)
      let file = resumed.appending(path: "tests/made/journal.jsonl.gz")
      let whole = try Data(contentsOf: file)
      try whole.prefix(whole.count * 2 / 3).write(to: file)
      #expect(try await makeRunner([madeBags()], results: resumed).run(experiment).ran > 0)
      journals.append(try lines(resumed))
      #expect(journals[0].count == 24)
      for other in journals.dropFirst() { #expect(other == journals[0]) }
    }
  }

  @Test("A plan and a submission are read from files")
  func files() throws {
    let folder = try Fixture.url("cluster")
    let plan = try ShardPlan.read(folder.appending(path: "shards-2-0123456789ab.json"))
    #expect(plan.units.map(\.shard) == [1, 2, 2, 1, 2, 1, 1, 2])
    #expect(try SlurmSubmission.read(in: folder)?.jobs == ["41"])
  }
}
