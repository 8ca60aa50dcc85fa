import Foundation
import MILBench
import Testing

@Suite("The doctor")
struct DoctorTests {
  /// Returns the checks of a call, by title.
  private func checks(_ run: ToolRun) throws -> [String: [String: String]] {
    let list = try #require(try run.json["checks"] as? [[String: String]])
    return Dictionary(list.map { ($0["title"] ?? "", $0) }) { first, _ in first }
  }

  @Test("All checks are told with a state, as text and as JSON, without data")
  func everything() async throws {
    try await Workshop.open { workshop in
      let run = try await workshop.milbench("doctor", "--json")
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.output)\(run.errors)")
      let checks = try checks(run)
      for title in [
        "version", "BLAS", "matrix product", "linear solve", "cores", "memory", "build", "runs", "temporary files",
        "experiments", "MILBENCH_DATA", "data sets", "Python", "Slurm",
      ] {
        let check = try #require(checks[title], "no check \(title)")
        #expect(["ok", "warning"].contains(check["state"]) && check["finding"]?.isEmpty == false, "\(check)")
      }
      #expect(checks["data sets"]?["finding"]?.contains("musk1, musk2") == true)
      #expect(checks["data sets"]?["advice"]?.contains("milbench data get") == true)
      #expect(checks["MILBENCH_DATA"]?["finding"]?.contains("not set") == true)
      #expect(checks["experiments"]?["finding"] == "1 in experiments")
      #expect(!workshop.exists("runs"), "a check has changed something")

      let text = try await workshop.milbench("doctor")
      #expect(text.status == 0 && text.output.contains("matrix product"), "\(text.output)")
      #expect(!text.output.contains("\u{1B}"))
    }
  }

  @Test("A folder that cannot be written is a problem with a way out")
  func unwritable() async throws {
    try await Workshop.open { workshop in
      try workshop.write("a file", to: "runs")
      let run = try await workshop.milbench("doctor", "--json")
      #expect(run.status == 1 && !run.trapped)
      let check = try #require(try checks(run)["runs"])
      #expect(check["state"] == "problem" && check["advice"]?.contains("--output") == true, "\(check)")
      #expect(try await workshop.milbench("doctor", "--output", "elsewhere").status == 0)
      let text = try await workshop.milbench("doctor")
      #expect(text.status == 1 && text.output.contains("1 problem"), "\(text.output)")
    }
  }

  @Test("A folder of data that is missing, and a memory that is no number, are problems")
  func environment() async throws {
    try await Workshop.open { workshop in
      let run = try await workshop.shell(
        "MILBENCH_DATA=datasets-that-are-not-here MILBENCH_MEMORY=much exec \"$@\"", ["doctor", "--json"])
      #expect(run.status == 1)
      let checks = try checks(run)
      #expect(checks["MILBENCH_DATA"]?["state"] == "problem")
      #expect(checks["MILBENCH_DATA"]?["finding"]?.contains("datasets-that-are-not-here") == true)
      #expect(checks["memory"]?["state"] == "problem")
      #expect(checks["memory"]?["finding"]?.contains("much") == true)
    }
  }

  @Test("Limits of a container and of the shell are told")
  func limits() {
    #expect(MachineChecks.cores(of: 8, quota: "250000 100000\n").state == .warning)
    #expect(MachineChecks.cores(of: 8, quota: "250000 100000\n").advice == "give commands --workers 2")
    #expect(MachineChecks.cores(of: 2, quota: "max 100000\n").state == .ok)
    #expect(MachineChecks.cores(of: 2, quota: "200000 100000\n").state == .ok)
    #expect(MachineChecks.cores(of: 1, quota: nil).finding.hasPrefix("1 core,"))

    let table = """
      Limit                     Soft Limit           Hard Limit           Units
      Max file size             unlimited            unlimited            bytes
      Max address space         2147483648           unlimited            bytes
      """
    let limited = MachineChecks.limits(of: table)
    #expect(limited.map(\.state) == [.warning])
    #expect(limited.first?.finding == "address space at most 2.0 GiB")
    #expect(limited.first?.advice?.contains("ulimit -v unlimited") == true)
    #expect(MachineChecks.limits(of: table.replacing("2147483648", with: "unlimited ")).map(\.state) == [.ok])
    #expect(MachineChecks.limits(of: nil).isEmpty)
  }

  @Test("Python and Slurm are judged by what they can do")
  func programs() async throws {
    #expect(ProgramChecks.python(at: nil).state == .warning)
    // Neither answers: one fails, and one is not a program.
    #expect(ProgramChecks.python(at: URL(filePath: "/bin/false")).finding.contains("does not answer"))
    #expect(ProgramChecks.python(at: URL(filePath: "/dev/null")).state == .warning)
    try await Workshop.open { workshop in
      func python(_ code: Int) throws -> HealthCheck {
        try workshop.write("#!/bin/sh\nexit \(code)\n", to: "python3")
        let program = workshop.folder.appending(path: "python3")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        return ProgramChecks.python(at: program)
      }
      #expect(try python(64).state == .warning)
      #expect(try python(64 + 2).finding.hasSuffix("with torch, without numpy"))
      let both = try python(64 + 1 + 2)
      #expect(both.state == .ok && both.finding.hasSuffix("with numpy, torch"))
      #expect(both.advice == "where needed: pandas, sklearn")
      #expect(try python(64 + 15).advice == nil)
    }
    #expect(ProgramChecks.slurm { _ in true }.state == .ok)
    #expect(ProgramChecks.slurm { _ in false }.state == .ok)
    #expect(ProgramChecks.slurm { $0 == "squeue" }.finding == "sbatch is missing")
  }

  @Test("Text has a line a check, its advice below, and counts at the end")
  func text() {
    let checks = [
      HealthCheck("one", "is well"), HealthCheck("two", "is slow", .warning, advice: "do this"),
      HealthCheck("three", "fails", .problem), HealthCheck("four", "fails", .problem),
    ]
    #expect(
      checks.text == """
        ok       one    is well
        warning  two    is slow
                        -> do this
        problem  three  fails
        problem  four   fails

        4 checks: 2 problems and 1 warning.
        """)
    #expect(checks.haveProblem && !Array(checks.prefix(2)).haveProblem)
    #expect([checks[0], checks[0]].sentence == "All 2 checks are well.")
  }
}
