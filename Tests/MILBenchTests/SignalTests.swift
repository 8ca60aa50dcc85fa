import Foundation
import Subprocesses
import Testing

@Suite("Signals and what they leave")
struct SignalTests {
  /// Starts two processes outside the program's group, one of them through a parent that ends at once, and runs for ten
  /// minutes.
  private static let script = """
    mkdir -p pids
    setsid sh -c ': >pids/$$; exec sleep 600' &
    (setsid sh -c ': >pids/$$; exec sleep 600' &)
    : >pids/$$
    while [ $(ls pids | wc -l) -lt 3 ]; do sleep 0.01; done
    : >ready
    exec sleep 600
    """

  private func open(timeout: Int, _ body: (Workshop, Subprocess) async throws -> Void) async throws {
    try await Workshop.open { workshop in
      for folder in ["models", "temporary"] {
        try FileManager.default.createDirectory(
          at: workshop.folder.appending(path: folder), withIntermediateDirectories: true)
      }
      try workshop.write(Self.script, to: "models/model.sh")
      try workshop.write(
        "{ title: 'Slow', citation: 'Nobody.', command: ['sh', 'model.sh'], timeout: \(timeout) }",
        to: "models/slow.json5")
      var environment = ProcessInfo.processInfo.environment
      environment["TMPDIR"] = workshop.folder.appending(path: "temporary").path
      let process = try Subprocess(
        Tool.executable,
        ["evaluate", "--model", "slow", "--dataset", "musk1", "--folds", "2", "--workers", "1", "--output", "runs"],
        environment: environment, in: workshop.folder, output: .discarded, errors: .discarded)
      try await body(workshop, process)
      let names = try FileManager.default.contentsOfDirectory(
        atPath: workshop.folder.appending(path: "models/pids").path)
      let pids = names.compactMap { Int32($0) }
      #expect(pids.count >= 3)
      for pid in pids { #expect(await isGone(pid), "process \(pid) is left") }
      let left = try FileManager.default.contentsOfDirectory(atPath: workshop.folder.appending(path: "temporary").path)
      #expect(left.isEmpty)
    }
  }

  /// Sends a signal when the model runs; it keeps its thread, since other tests may block one for minutes.
  private func send(_ number: Int32, to process: Subprocess, in workshop: Workshop) {
    while !workshop.exists("models/ready"), process.poll() == nil { Thread.sleep(forTimeInterval: 0.01) }
    process.send(signal: number)
  }

  /// Returns whether a process ends within some seconds; a killed one may still be in the system's table.
  private func isGone(_ pid: Int32) async -> Bool {
    for _ in 0..<500 {
      if kill(pid, 0) != 0 { return true }
      let status = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
      if status.contains(") Z ") { return true }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return false
  }

  private static let isPossible =
    Subprocess.find("setsid") != nil && FileManager.default.fileExists(atPath: "/proc/self/stat")

  @Test(
    "A signal leaves no process of an external model, one with a session of its own included, and no folder of bags",
    .enabled(if: isPossible, "no setsid or no /proc"),
    arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGABRT])
  func signals(number: Int32) async throws {
    try await open(timeout: 600) { workshop, process in
      send(number, to: process, in: workshop)
      #expect(await process.waitForEnd() == .signalled(number))
      // A trial that a signal ended is not a failure of the model.
      let journal = (try? workshop.contents("runs/evaluate/journal.jsonl.gz")) ?? ""
      #expect(journal.isEmpty)
    }
  }

  @Test(
    "After SIGKILL another process ends the programs, and the next command removes the folders",
    .enabled(if: isPossible, "no setsid or no /proc"))
  func killed() async throws {
    try await open(timeout: 600) { workshop, process in
      send(SIGKILL, to: process, in: workshop)
      #expect(await process.waitForEnd() == .signalled(SIGKILL))
      var environment = ProcessInfo.processInfo.environment
      environment["TMPDIR"] = workshop.folder.appending(path: "temporary").path
      let output = workshop.folder.appending(path: "doctor.txt")
      let doctor = try Subprocess(
        Tool.executable, ["doctor"], environment: environment, in: workshop.folder, output: .file(output),
        errors: .discarded)
      _ = await doctor.waitForEnd()
      #expect(try workshop.contents("doctor.txt").contains("a folder of a killed command was removed"))
    }
  }

  @Test("A signal makes one line say what is kept and how to go on", arguments: [true, false])
  func words(keepsJournal: Bool) async throws {
    try await Workshop.open { workshop in
      try workshop.write(": >ready\nexec sleep 600\n", to: "models/model.sh")
      try workshop.write(
        "{ title: 'Slow', citation: 'Nobody.', command: ['sh', 'model.sh'], timeout: 600 }", to: "models/slow.json5")
      let process = try Subprocess(
        Tool.executable,
        ["evaluate", "--model", "slow", "--dataset", "musk1", "--folds", "2", "--workers", "1", "--quiet"]
          + (keepsJournal ? ["--output", "mine", "--fresh"] : []),
        in: workshop.folder, output: .discarded, errors: .file(workshop.folder.appending(path: "errors.txt")))
      send(SIGINT, to: process, in: workshop)
      #expect(await process.waitForEnd() == .signalled(SIGINT))
      let lines = try workshop.contents("errors.txt").split(separator: "\n").filter { $0.hasPrefix("stopped: ") }
      #expect(lines.count == 1)
      let line = String(lines.first ?? "")
      if keepsJournal {
        #expect(line.contains("in the journals in mine; the same call without --fresh goes on from there"), "\(line)")
      } else {
        #expect(line.contains("nothing is kept") && line.contains("--output FOLDER"), "\(line)")
      }
    }
  }

  /// Opens a pipe for writing as soon as a process reads it; nil if the process ends before.
  private func writer(of pipe: String, readBy process: Subprocess) -> FileHandle? {
    while process.poll() == nil {
      // Without waiting, a pipe that nobody reads cannot be opened.
      let number = Foundation.open(pipe, O_WRONLY | O_NONBLOCK)
      if number >= 0 { return FileHandle(fileDescriptor: number, closeOnDealloc: true) }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return nil
  }

  @Test("So does one that stops the import of a file")
  func importing() async throws {
    try await Workshop.open { workshop in
      // The command waits for the bytes of a pipe, so it is reading when the signal comes.
      let pipe = workshop.folder.appending(path: "bags.csv").path
      #expect(mkfifo(pipe, 0o600) == 0)
      let process = try Subprocess(
        Tool.executable, ["data", "import", "bags.csv", "--name", "mine"], in: workshop.folder, output: .discarded,
        errors: .file(workshop.folder.appending(path: "errors.txt")))
      let writer = writer(of: pipe, readBy: process)
      process.send(signal: SIGINT)
      #expect(await process.waitForEnd() == .signalled(SIGINT))
      try writer?.close()
      let errors = try workshop.contents("errors.txt")
      #expect(errors.contains("stopped: mine is not imported; the same call begins anew\n"), "\(errors)")
    }
  }

  @Test("What has ended by itself says nothing of the kind")
  func noWords() async throws {
    try await Workshop.open { workshop in
      let run = try await workshop.milbench("evaluate", "--model", "constant", "--dataset", "musk1", "--folds", "2")
      #expect(run.status == 0 && !run.errors.contains("stopped: "), "\(run.errors)")
    }
  }

  @Test("Neither does a timeout", .enabled(if: isPossible, "no setsid or no /proc"))
  func timeout() async throws {
    try await open(timeout: 5) { workshop, process in
      #expect(await process.waitForEnd() == .exited(3))
      let journal = try workshop.contents("runs/evaluate/journal.jsonl.gz")
      #expect(journal.contains("was stopped after 5 s"))
    }
  }
}
