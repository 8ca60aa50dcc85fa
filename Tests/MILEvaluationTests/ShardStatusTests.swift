import Foundation
import MILRecords
import Testing

@testable import MILEvaluation

@Suite("The state of shares")
struct ShardStatusTests {
  @Test("Units are counted by what became of them, and shares told by who is at them")
  func counts() async throws {
    let runner = try makeRunner([madeBags()])
    let experiment = madeExperiment(["constant"], repeats: 2)
    let (plan, _) = try runner.share(experiment, among: 3)
    var records = try await runner.run(experiment).records
    let shares = Dictionary(uniqueKeysWithValues: plan.units.map { ($0.key, $0.shard) })
    // The first share is done, one unit of the second failed, and one of the third has other settings.
    records = records.map { record in
      var record = record
      if shares[record.key] == 2 { (record.status, record.scores) = (.failed, []) }
      if shares[record.key] == 3 { record.dataHash += "0" }
      return record
    }
    var status = ShardStatus(plan, records, running: { _ in false })
    #expect(status.shares.map(\.units) == [2, 2, 2] && status.shares.map(\.done) == [2, 0, 0])
    #expect(status.shares.map(\.failed) == [0, 2, 0] && status.shares.map(\.missing) == [0, 0, 2])
    #expect(status.shares.map(\.state) == [.done, .stopped, .stopped] && status.stopped == [2, 3])
    #expect(status.sentence == "tests/made: 2 of 6 done, 2 failed, 2 missing")
    status = ShardStatus(plan, records, running: { $0 == 3 }, queue: [2: .waiting])
    #expect(status.shares.map(\.state) == [.done, .waiting, .running] && status.stopped.isEmpty)
    #expect(
      status.sentence
        == "tests/made: 2 of 6 done, 2 left in running shares (3), shares in the queue: 2, 2 failed, 2 missing")
  }

  @Test("Numbers are told as ranges, as Slurm reads them")
  func ranges() {
    #expect([5, 1, 2, 3, 9, 8].ranges == "1-3,5,8-9")
    #expect([Int]().ranges.isEmpty)
  }

  @Test("Lines of the queue are tasks and states; what is no task is left out")
  func queue() {
    let tasks = Slurm.tasks(in: "1 RUNNING\n2 PENDING\nN/A PENDING\n3 COMPLETING\n\n")
    #expect(tasks.map(\.task) == [1, 2, 3] && tasks.map(\.state) == [.running, .waiting, .running])
  }

  @Test("Words that a shell would take apart are quoted in scripts")
  func quoting() {
    #expect(SlurmScripts.quoted("plain-1.0/x") == "plain-1.0/x")
    #expect(SlurmScripts.quoted("mi-net[a=1,b='2']") == #"'mi-net[a=1,b='\''2'\'']'"#)
    #expect(SlurmScripts.quoted("") == "''")
    let scripts = SlurmScripts(
      program: URL(fileURLWithPath: "/opt/mil bench"), folder: URL(fileURLWithPath: "/work/$HOME"), experiment: "a/b")
    let submission = SlurmSubmission(tasks: 4, plan: "p", arguments: ["--only", "x;y"], options: [])
    let text = scripts.task(submission)
    #expect(text.contains("cd '/work/$HOME'\n") && text.contains("exec '/opt/mil bench' run a/b --only 'x;y' --quiet"))
    #expect(text.contains("--shard \"$SLURM_ARRAY_TASK_ID/4\""))
  }
}
