import Foundation
import MILEvaluation
import Testing

@Suite("Shares, Slurm and verification on the command line")
struct ClusterTests {
  /// Substitutes for Slurm in `bin`. sbatch logs its calls and, if `runs` exists, runs tasks one after the other.
  /// squeue prints the file `queue`, or reports that there is no such job.
  private static let programs = [
    "sbatch": """
    echo "$@" >>calls
    array= dependent=
    while [ $# -gt 0 ]; do
      case $1 in
        --array=*) array=${1#--array=} ;;
        --dependency=*) dependent=1 ;;
        -*) ;;
        *) break ;;
      esac
      shift
    done
    if [ -e runs-now ] && [ -n "$array" ]; then
      for task in $(seq "${array%%-*}" "${array##*-}"); do SLURM_ARRAY_TASK_ID=$task bash "$1" >/dev/null || true; done
    fi
    if [ -e runs-now ] && [ -n "$dependent" ]; then bash "$1" >/dev/null; fi
    wc -l <calls
    """,
    "squeue": """
    if [ -e queue ]; then cat queue; else echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1; fi
    """,
  ]

  private func open(_ body: (Workshop, @Sendable (String...) async throws -> ToolRun) async throws -> Void) async throws
  {
    try await Workshop.open { workshop in
      for (name, body) in Self.programs {
        try workshop.write("#!/bin/bash\nset -eu\n\(body)\n", to: "bin/\(name)")
        try FileManager.default.setAttributes(
          [.posixPermissions: 0o755], ofItemAtPath: workshop.folder.appending(path: "bin/\(name)").path)
      }
      let path = "PATH=\(workshop.folder.path)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
      let tool = try Tool.executable.path
      try await body(workshop) { (arguments: String...) in
        try await Tool.run([path, tool] + arguments, in: workshop.folder, program: URL(filePath: "/usr/bin/env"))
      }
    }
  }

  @Test("A job array runs all shares, and the job behind it writes the tables")
  func array() async throws {
    try await open { workshop, milbench in
      try workshop.write("", to: "runs-now")
      let submitted = try await milbench("submit", "paper/tiny", "--tasks", "2", "--", "--time=5")
      #expect(submitted.status == 0, "\(submitted.errors)")
      #expect(submitted.output.contains("6 of 6 trials to run, tasks 1-2 of 2"))
      let calls = try workshop.contents("calls").split(separator: "\n")
      #expect(calls.count == 2 && calls.allSatisfy { $0.hasPrefix("--parsable ") && $0.contains(" --time=5 ") })
      #expect(calls[1].contains("--dependency=afterany:1 "))
      for shard in ["1-of-2", "2-of-2"] { #expect(workshop.exists("runs/paper/tiny/journal-\(shard).jsonl.gz")) }
      #expect(workshop.exists("runs/paper/tiny/table.csv"))
      let status = try await milbench("status", "paper/tiny")
      #expect(
        status.output.hasSuffix("paper/tiny: 6 of 6 done, 0 failed, 0 missing\n"), "\(status.output)\(status.errors)")
      let again = try await milbench("submit", "paper/tiny")
      #expect(again.output == "paper/tiny: nothing to hand over, 6 of 6 trials are done\n", "\(again.errors)")
    }
  }

  @Test("Tasks in the queue are not handed over again, and of the others only those with something to do")
  func again() async throws {
    try await open { workshop, milbench in
      #expect(try await milbench("submit", "paper/tiny", "--tasks", "3").status == 0)
      try workshop.write("1 RUNNING\n2 PENDING\n3 PENDING\n", to: "queue")
      let queued = try await milbench("submit", "paper/tiny")
      #expect(queued.output.hasPrefix("in the queue already: tasks 1-3\n"), "\(queued.output)\(queued.errors)")
      #expect(try workshop.contents("calls").split(separator: "\n").count == 2)
      let status = try await milbench("status", "paper/tiny", "--json")
      let shares = try #require(try status.json["shares"] as? [[String: Any]])
      #expect(shares.map { $0["state"] as? String } == ["running", "waiting", "waiting"])
      let other = try await milbench("submit", "paper/tiny", "--tasks", "2")
      #expect(other.status == 1 && other.complaint?.contains("scancel 1") == true, "\(other.errors)")
      try FileManager.default.removeItem(at: workshop.folder.appending(path: "queue"))
      #expect(try await milbench("run", "paper/tiny", "--quiet", "--shard", "2/3").status == 0)
      let told = try await milbench("status", "paper/tiny")
      #expect(told.output.contains("stopped: 1,3; milbench submit paper/tiny hands them over again"), "\(told.output)")
      let rest = try await milbench("submit", "paper/tiny")
      #expect(rest.output.contains("tasks 1,3 of 3\n"), "\(rest.output)\(rest.errors)")
      #expect(try workshop.contents("calls").contains("--array=1,3 "))
    }
  }

  @Test("A dry run hands nothing over, and options that are set here are refused")
  func mistakes() async throws {
    try await open { workshop, milbench in
      let dry = try await milbench("submit", "paper/tiny", "--tasks", "2", "--dry-run")
      #expect(dry.status == 0 && dry.output.contains("sbatch --parsable --array=1-2 "), "\(dry.output)\(dry.errors)")
      #expect(!workshop.exists("calls") && workshop.exists("runs/paper/tiny/slurm/task.sh"))
      for (arguments, words) in [
        (["--tasks", "2", "--", "--array=1-9"], "--array"), (["--tasks", "0"], "--tasks is 0"),
        ([], "--tasks is missing"),
      ] {
        try await workshop.expectError(["submit", "paper/tiny"] + arguments, [words])
      }
      try await workshop.expectError(["status", "paper/none"], ["no plan of shares", "--shard"])
    }
  }

  @Test("What was recorded is run again and is the same; a changed figure fails")
  func verification() async throws {
    try await Workshop.open { workshop in
      _ = try await workshop.milbench("run", "--quiet")
      let same = try await workshop.milbench("verify", "runs/paper/tiny", "--sample", "4", "--quiet")
      #expect(same.status == 0, "\(same.errors)")
      #expect(same.output.contains("paper/tiny: 4 of 6 trials run again on "), "\(same.output)")
      #expect(same.output.contains(": 4 the same bit for bit\n"))
      let list = "runs/paper/tiny/verified.json"
      #expect(!workshop.exists(list))
      for _ in 1...2 {
        let recorded = try await workshop.milbench("verify", "runs/paper/tiny", "--sample", "4", "--record", "--quiet")
        #expect(recorded.status == 0, "\(recorded.errors)")
        #expect(try workshop.contents(list).split(separator: "\n").count == 6)
      }
      _ = try await workshop.milbench("report")
      #expect(try workshop.contents("runs/datasets/musk1.html").contains("same bits"))
      try workshop.write("mine", to: list)
      #expect(try await workshop.milbench("verify", "runs/paper/tiny", "--record", "--quiet").status != 0)
      try await workshop.expectError(["report"], ["verified.json: not a list of milbench verify"])
      try FileManager.default.removeItem(at: workshop.folder.appending(path: list))
      let journal = "runs/paper/tiny/journal.jsonl.gz"
      let text = try workshop.contents(journal)
      let changed = text.replacing(/"lossByEpoch":\[0\.[0-9]/, with: "\"lossByEpoch\":[0.0")
      try #require(changed != text)
      try workshop.write(changed, to: journal)
      let different = try await workshop.milbench("verify", "paper/tiny", "--quiet")
      #expect(different.status == 1 && different.output.contains("different: musk1, mi-net-bag"), "\(different.output)")
      #expect(different.complaint?.contains("other figures than were recorded on this core") == true)
      try await workshop.expectError(["verify", "paper/tiny", "--output", "none"], ["no records"])
    }
  }

  @Test("Names that are markup, formulas or commands are only text in every table and page")
  func escaping() async throws {
    try await Workshop.open { workshop in
      let name = "=cmd|' /C calc'!A0 <script>alert(1)</script> \\input{x} 50%_&#$"
      let json = String(decoding: try JSONEncoder().encode(name), as: UTF8.self)
      var bags = ["bag,label,x"]
      for bag in 1...12 { bags.append("\"<script>alert(\(bag))</script>=cmd\",\(bag % 2),\(bag % 2).\(bag)") }
      try workshop.write(bags.joined(separator: "\n"), to: "experiments/paper/bags.csv")
      try workshop.write(
        "{title: \(json), datasets: [{name: \(json), path: 'bags.csv'}], models: [{id: 'constant', label: \(json)}, 'mi-kernel'], "
          + "folds: 2, repeats: 1}", to: "experiments/paper/tiny.json5")
      let run = try await workshop.milbench("run", "--quiet")
      try #require(run.status == 0, "\(run.errors)")
      let page = try workshop.contents("runs/index.html")
      #expect(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert"))
      let files = try FileManager.default.subpathsOfDirectory(atPath: workshop.results.path)
      for file in files where file.hasSuffix(".svg") || file.hasSuffix(".md") {
        #expect(!(try workshop.contents("runs/\(file)")).contains("<script>"), "\(file)")
      }
      let csv = try workshop.contents("runs/paper/tiny/table.csv")
      #expect(!csv.contains("\n=cmd") && !csv.contains(",=cmd") && !csv.contains("\"=cmd"), "\(csv)")
      let latex = try workshop.contents("runs/paper/tiny/table.tex")
      #expect(
        !latex.contains("\\input{x}") && !latex.contains("50%") && latex.contains("50\\%\\_\\&\\#\\$"), "\(latex)")
    }
  }
}
