import Foundation
import LinearAlgebra
import MILBags
import MILEvaluation
import MILExperiments
import MILModels
import TestSupport
import Testing

@testable import MILRecords

@Suite("Going on from a journal")
struct ResumeTests {
  private func journal(in results: URL, _ name: String = "journal.jsonl.gz") -> URL {
    results.appending(path: "tests/made").appending(path: name)
  }

  @Test("A journal that was cut between or inside lines is completed to what an uninterrupted run gives")
  func cutJournal() async throws {
    try await withTemporaryFolder { folder in
      let bags = try madeBags()
      let whole = folder.appending(path: "whole")
      let expected = try await makeRunner([bags], results: whole).run(madeExperiment())
      let lines = try plainLines(journal(in: whole)).split(separator: "\n")
      #expect(lines.count == 12)
      for (kept, lost) in [(0, 0), (5, 0), (7, 30), (3, 200)] {
        let results = folder.appending(path: "cut-\(kept)")
        let file = journal(in: results)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        // A stream that was interrupted after a record, with part of one more record missing.
        let packer = try Deflater(level: 6)
        let packed = lines[...kept].map { packer.pack(Data(($0 + "\n").utf8)) }
        let last = lost == 0 ? Data() : try #require(packed.last).dropLast(lost)
        try (Gzip.header + packed.dropLast().joined() + last).write(to: file)
        let outcome = try await makeRunner([bags], results: results, workers: 2).run(madeExperiment())
        #expect(outcome.ran == 12 - kept && outcome.skipped == kept)
        #expect(outcome.untimed == expected.untimed)
        #expect(try JournalSet<TrialRecord>(reading: [file]).selected.map(\.withoutTimes) == expected.untimed)
      }
    }
  }

  @Test("What is missing is run once, always runs all, never runs nothing")
  func policies() async throws {
    try await withTemporaryFolder { results in
      let bags = try madeBags()
      func run(_ policy: RunPolicy) async throws -> RunOutcome {
        try await makeRunner([bags], results: results, policy: policy).run(madeExperiment())
      }
      let none = try await run(.never)
      #expect(none.ran == 0 && none.records.isEmpty && none.skipped == 12)
      #expect(!FileManager.default.fileExists(atPath: journal(in: results).path))
      let first = try await run(.missing)
      let bytes = try Data(contentsOf: journal(in: results))
      let second = try await run(.missing)
      #expect(second.ran == 0 && second.skipped == 12 && second.records == first.records)
      let kept = try await run(.never)
      #expect(kept.ran == 0 && kept.records == first.records)
      #expect(try Data(contentsOf: journal(in: results)) == bytes)
      let again = try await run(.always)
      #expect(again.ran == 12 && again.untimed == first.untimed)
      #expect(try Data(contentsOf: journal(in: results)).starts(with: bytes))
    }
  }

  @Test(
    "A record with another configuration, protocol, data or folds is run again",
    arguments: ["configuration", "protocolSettings", "dataHash", "foldsHash"])
  func staleRecords(property: String) async throws {
    let properties: [String: WritableKeyPath<TrialRecord, String>] = [
      "configuration": \.configuration, "protocolSettings": \.protocolSettings, "dataHash": \.dataHash,
      "foldsHash": \.foldsHash,
    ]
    let path = try #require(properties[property])
    try await withTemporaryFolder { results in
      let bags = try madeBags()
      let expected = try await makeRunner([bags]).run(madeExperiment())
      var stale = expected.records
      stale[4][keyPath: path] += " "
      do {
        let writer = try JournalWriter<TrialRecord>(journal(in: results))
        for record in stale { try writer.append(record) }
      }
      let outcome = try await makeRunner([bags], results: results).run(madeExperiment())
      #expect(outcome.ran == 1)
      #expect(outcome.untimed == expected.untimed)
    }
  }

  @Test("Trials of a model that is not released are run again by another program; those of released models are not")
  func otherProgram() async throws {
    try await withTemporaryFolder { results in
      let registry = try ModelRegistry.withProbe(RecordingModel())
      let runner = try makeRunner([madeBags()], registry: registry, results: results)
      let experiment = madeExperiment(["probe", "constant"], repeats: 1)
      let first = try await runner.run(experiment)
      #expect(first.ran == 6 && first.records.allSatisfy { ($0.code == nil) == ($0.model == "constant") })
      #expect(try await runner.run(experiment).ran == 0)
      let file = journal(in: results)
      let own = try plainLines(file)
      let code = try #require(first.records.first { $0.model == "probe" }?.code)
      // One record is from another build, one from a version that did not record the code.
      for other in [own.replacing(code, with: "another"), own.replacing("\"code\":\"\(code)\",", with: "")] {
        try packedJournal(other).write(to: file)
        let again = try await runner.run(experiment)
        #expect(again.ran == 3 && again.skipped == 3)
        #expect(again.untimed == first.untimed)
      }
    }
  }

  @Test("One changed feature makes all records of its data set stale, and of that alone")
  func changedData() async throws {
    try await withTemporaryFolder { results in
      let (first, second) = try (madeBags("made"), madeBags("other", seed: 5))
      var experiment = madeExperiment(["constant"], repeats: 1)
      experiment.datasets = ["made", "other"]
      _ = try await makeRunner([first, second], results: results).run(experiment)
      var instances = second.instances
      instances[0, 0] += 1
      let outcome = try await makeRunner([first, second.replacing(instances: instances)], results: results)
        .run(experiment)
      #expect(outcome.ran == 3 && outcome.skipped == 3)
    }
  }

  @Test("A recipe that changes makes the records of its protocol stale")
  func changedRecipe() async throws {
    try await withTemporaryFolder { results in
      var experiment = madeExperiment(["probe"], repeats: 1)
      experiment.protocol = "as-published"
      for (rate, ran) in [("0.5", 3), ("0.5", 0), ("0.25", 3)] {
        let registry = try ModelRegistry.withProbe(RecordingModel(), parameters: ["made": ["rate": rate]])
        let outcome = try await makeRunner([madeBags()], registry: registry, results: results).run(experiment)
        #expect(outcome.ran == ran)
        #expect(outcome.records.allSatisfy { $0.model == "probe" && $0.configuration.contains("\"rate\":\(rate)") })
      }
    }
  }

  @Test("Equal trials of another experiment are taken over, unequal and failed ones are not")
  func borrowed() async throws {
    try await withTemporaryFolder { results in
      let runner = try makeRunner([madeBags()], results: results)
      let first = try await runner.run(madeExperiment(["constant"], repeats: 1))
      var second = madeExperiment(repeats: 1)
      second.name = "tests/second"
      var taking = runner
      taking.borrowed = try JournalFiles.own(in: results.appending(path: first.records[0].experiment))
      taking.keepsBorrowed = true
      let outcome = try await taking.run(second)
      #expect(outcome.ran == 3 && outcome.skipped == 3)
      // Reused records are in the experiment's own journal.
      let own = try JournalSet<TrialRecord>(reading: JournalFiles.own(in: results.appending(path: "tests/second")))
        .selected
      #expect(own.count == 6)
      #expect(own.filter { $0.model == "constant" }.map(\.scores) == first.records.map(\.scores))
      second.seed += 1
      let other = try await taking.run(second)
      #expect(other.ran == 6)
    }
  }

  @Test("More repeats keep the records and folds of fewer")
  func moreRepeats() async throws {
    try await withTemporaryFolder { results in
      let runner = try makeRunner([madeBags()], results: results)
      let first = try await runner.run(madeExperiment(repeats: 1))
      let more = try await runner.run(madeExperiment(repeats: 3))
      #expect(first.ran == 6 && more.ran == 12 && more.skipped == 6)
      #expect(more.records.filter { $0.repetition == 1 } == first.records)
      let fresh = try await makeRunner([madeBags()]).run(madeExperiment(repeats: 3))
      #expect(more.untimed == fresh.untimed)
      let fewer = try await runner.run(madeExperiment(repeats: 2))
      #expect(fewer.ran == 0 && fewer.records.count == 12)
    }
  }

  @Test("Shards share the trials out, and their journals together are the whole")
  func shards() async throws {
    try await withTemporaryFolder { results in
      let bags = try madeBags()
      var ran: [Int] = []
      for text in ["1/5", "2/5", "3/5", "4/5", "5/5"] {
        let shard = try #require(Shard(text))
        ran.append(try await makeRunner([bags], results: results, shard: shard).run(madeExperiment()).ran)
      }
      #expect(ran.reduce(0, +) == 12 && ran.allSatisfy { (2...4).contains($0) }, "\(ran)")
      let journals = try JournalFiles.own(in: results.appending(path: "tests/made"))
      #expect(journals.map(\.lastPathComponent) == (1...5).map { "journal-\($0)-of-5.jsonl.gz" })
      let whole = try await makeRunner([bags]).run(madeExperiment())
      #expect(try JournalSet<TrialRecord>(reading: journals).selected.map(\.withoutTimes) == whole.untimed)
      let union = try await makeRunner([bags], results: results).run(madeExperiment())
      #expect(union.ran == 0 && union.untimed == whole.untimed)
    }
  }

  @Test(
    "A share is written i/n with i from 1 to n",
    arguments: ["", "1", "0/2", "3/2", "-1/2", "1/0", "1/-1", "1/2/3", "a/b", "1/99999999999999999999"])
  func wrongShards(text: String) {
    #expect(Shard(text) == nil)
  }
}
