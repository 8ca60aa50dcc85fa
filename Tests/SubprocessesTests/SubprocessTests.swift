import Foundation
import Subprocesses
import Testing

@Suite("Subprocesses")
struct SubprocessTests {
  private static let shell = URL(fileURLWithPath: "/bin/sh")

  private func withFile<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    return try await body(file)
  }

  @Test("Exit codes and signals are told, again and again")
  func endings() throws {
    for code: Int32 in [0, 1, 7, 255] {
      let process = try Subprocess(Self.shell, ["-c", "exit \(code)"])
      #expect(process.wait() == .exited(code) && process.poll() == .exited(code))
    }
    let killed = try Subprocess(Self.shell, ["-c", "kill -9 $$"])
    #expect(killed.wait() == .signalled(SIGKILL))
    let sleeping = try Subprocess(URL(fileURLWithPath: "/bin/sleep"), ["600"])
    #expect(sleeping.poll() == nil)
    sleeping.send()
    #expect(sleeping.wait() == .signalled(SIGTERM))
    sleeping.send()
  }

  @Test("Arguments, environment, folder and streams are those asked for")
  func surroundings() async throws {
    try await withFile { file in
      let folder = try #require(file.deletingLastPathComponent().path.withCString { realpath($0, nil) })
      defer { free(folder) }
      let process = try Subprocess(
        Self.shell, ["-c", "read line; echo \"$1|$NAME|$(pwd -P)|$line\"; echo wrong >&2", "sh", "a b"],
        environment: ["NAME": "value", "PATH": "/usr/bin:/bin"], in: file.deletingLastPathComponent(),
        output: .file(file), errors: .discarded)
      #expect(await process.waitForEnd() == .exited(0))
      #expect(try String(contentsOf: file, encoding: .utf8) == "a b|value|\(String(cString: folder))|\n")
    }
  }

  @Test("No open file is passed on", .enabled(if: FileManager.default.fileExists(atPath: "/dev/fd")))
  func openFiles() async throws {
    try await withFile { file in
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
      let descriptor = open(file.path, O_RDONLY)
      defer { close(descriptor) }
      let process = try Subprocess(Self.shell, ["-c", "test -e /dev/fd/\(descriptor)"])
      #expect(descriptor > 2 && process.wait() == .exited(1))
    }
  }

  @Test("A program whose file is still open for writing is waited for")
  func busy() async throws {
    try await withFile { file in
      try FileManager.default.copyItem(atPath: "/bin/sleep", toPath: file.path)
      let descriptor = open(file.path, O_WRONLY)
      #expect(descriptor >= 0)
      Thread.detachNewThread {
        Thread.sleep(forTimeInterval: 0.05)
        close(descriptor)
      }
      let process = try Subprocess(file, ["0"])
      #expect(await process.waitForEnd() == .exited(0))
    }
  }

  @Test("A program that is not there is an error of one line")
  func missing() throws {
    let error = #expect(throws: SubprocessError.self) { try Subprocess(URL(fileURLWithPath: "/no/such"), []) }
    #expect(error?.description == "/no/such cannot be run: No such file or directory")
    #expect(throws: SubprocessError.self) {
      try Subprocess(Self.shell, [], in: URL(fileURLWithPath: "/no/such"))
    }
    #expect(Subprocess.find("no-such-program-anywhere") == nil)
    #expect(Subprocess.find("sh", environment: ["PATH": "/nowhere:/bin"])?.path == "/bin/sh")
  }

  @Test(
    "All that a program with a group of its own has started ends with it, killed or not",
    arguments: [("sleep 600 >fifo & exec sleep 600", true), ("sleep 600 >fifo & read line <wait", false)])
  func groups(script: String, isKilled: Bool) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let names = ["fifo", "wait"].map { folder.appendingPathComponent($0).path }
    for name in names { #expect(mkfifo(name, 0o600) == 0) }
    let process = try Subprocess(Self.shell, ["-c", script], in: folder, ownsGroup: true, errors: .discarded)
    // Opens once the program's own child has the other end, and hangs up when no process has it any more.
    let descriptor = open(names[0], O_RDONLY)
    defer { close(descriptor) }
    if isKilled {
      process.send(signal: SIGKILL)
      #expect(process.wait() == .signalled(SIGKILL))
    } else {
      close(open(names[1], O_WRONLY))
      #expect(process.wait() == .exited(1))
    }
    var hangUp = pollfd(fd: descriptor, events: 0, revents: 0)
    #expect(poll(&hangUp, 1, 10_000) == 1 && Int32(hangUp.revents) & POLLHUP != 0)
  }

  @Test(
    "Nothing is left of a program with a group of its own, be it in another session and without a parent",
    .enabled(if: Subprocess.find("setsid") != nil && FileManager.default.fileExists(atPath: "/proc/self/stat")),
    arguments: ["exec sleep 600", "exit 3", "(env -u A setsid sleep 600 >fifo &); exec sleep 600"])
  func sessions(ending: String) throws {
    let folder = try TemporaryFolder("subprocesses")
    let fifo = folder.url.appendingPathComponent("fifo").path
    #expect(mkfifo(fifo, 0o600) == 0)
    let script = "setsid sleep 600 >fifo & (setsid sleep 600 >fifo &); exec 3>fifo; \(ending)"
    let process = try Subprocess(Self.shell, ["-c", script], in: folder.url, ownsGroup: true, errors: .discarded)
    // Opens once one of the sleepers has the other end, and hangs up when none of them is left.
    let descriptor = open(fifo, O_RDONLY)
    defer { close(descriptor) }
    if ending != "exit 3" { process.kill() }
    #expect(process.wait() == (ending == "exit 3" ? .exited(3) : .signalled(SIGKILL)))
    var hangUp = pollfd(fd: descriptor, events: 0, revents: 0)
    #expect(poll(&hangUp, 1, 10_000) == 1 && Int32(hangUp.revents) & POLLHUP != 0)
  }

  @Test("A temporary folder is for this user alone and goes with its owner")
  func temporaryFolder() throws {
    var folder: TemporaryFolder? = try TemporaryFolder("subprocesses")
    let url = try #require(folder?.url)
    try Data("x".utf8).write(to: url.appendingPathComponent("file"))
    let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? NSNumber
    #expect(mode == 0o700)
    folder = nil
    #expect(!FileManager.default.fileExists(atPath: url.path))
  }

  @Test("The ends of many programs started at once are all told")
  func many() async throws {
    let endings = try await withThrowingTaskGroup(of: Subprocess.Ending.self) { group in
      for number in 0..<60 {
        group.addTask {
          let last = try Subprocess(Self.shell, ["-c", "sleep 0.0\(number % 10); exit \(number)"])
          return await last.waitForEnd()
        }
      }
      return try await group.reduce(into: Set<Int32>()) { codes, ending in
        if case .exited(let code) = ending { codes.insert(code) }
      }
    }
    #expect(endings == Set(0..<60))
  }
}
