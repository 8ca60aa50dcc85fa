import Foundation
import Testing

@testable import Output
@testable import Subprocesses

@Suite("What killed programs leave behind")
struct AbandonedTests {
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "abandoned-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("Drafts without a lock are removed; those that are being written, young ones and other files stay")
  func drafts() throws {
    try withFolder { folder in
      let draft = Draft(in: folder)
      let number = open(draft.url.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
      draft.hold(number)
      // A disk may report only when a file is closed that it is full.
      close(number)
      for name in [".milbench-left", ".other", "table.md"] {
        try Data("x".utf8).write(to: folder.appending(path: name))
      }
      WholeFile.removeAbandoned(in: [folder])
      #expect(try names(folder).count == 4)
      WholeFile.removeAbandoned(in: [folder, folder.appending(path: "none")], olderThan: -1)
      #expect(try names(folder) == [draft.url.lastPathComponent, ".other", "table.md"].sorted())
      draft.end()
      WholeFile.removeAbandoned(in: [folder], olderThan: -1)
      #expect(try names(folder) == [".other", "table.md"])
    }
  }

  @Test("A file is written once, whoever comes first")
  func once() throws {
    try withFolder { folder in
      let file = folder.appending(path: "plan.json")
      try WholeFile.writeOnce(Data("first".utf8), to: file)
      try WholeFile.writeOnce(Data("second".utf8), to: file)
      #expect(try String(contentsOf: file, encoding: .utf8) == "first")
      #expect(try names(folder) == ["plan.json"])
      #expect(throws: OutputError.self) {
        try WholeFile.writeOnce(Data(), to: folder.appending(path: "none/plan.json"))
      }
    }
  }

  @Test("Temporary folders whose program has ended are removed; those in use, young ones and other folders stay")
  func folders() throws {
    try withFolder { place in
      let own = try TemporaryFolder("milbench-test")
      let mode = try FileManager.default.attributesOfItem(atPath: own.url.path)[.posixPermissions] as? Int
      #expect(mode == 0o700)
      let used = place.appending(path: "milbench-used.temporary")
      for name in ["milbench-used.temporary", "milbench-left.temporary", "milbench-mine", "other.temporary"] {
        let folder = place.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("labels".utf8).write(to: folder.appending(path: "training.npz"))
      }
      let lock = open(used.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
      TemporaryFolder.removeAbandoned(in: place)
      #expect(try names(place).count == 4)
      TemporaryFolder.removeAbandoned(in: place, olderThan: -1)
      #expect(try names(place) == ["milbench-mine", "milbench-used.temporary", "other.temporary"])
      close(lock)
      TemporaryFolder.removeAbandoned(in: own.url.deletingLastPathComponent(), olderThan: 1e6)
      #expect(FileManager.default.fileExists(atPath: own.url.path))
    }
  }

  @Test("A folder whose name says that it was locked goes at once; those of other machines stay")
  func lockedFolders() throws {
    try withFolder { place in
      let (host, own) = (TemporaryFolder.host, try TemporaryFolder("milbench-test"))
      #expect(own.url.lastPathComponent.hasSuffix("@\(host).temporary"))
      let (left, used) = ("milbench-left@\(host).temporary", "milbench-used@\(host).temporary")
      let others = ["milbench-far@\(host)-2.temporary", "milbench-far@\(host)-2.unlocked"]
      let young = "milbench-young@\(host).unlocked"
      for name in [left, used, young] + others {
        try FileManager.default.createDirectory(at: place.appending(path: name), withIntermediateDirectories: true)
      }
      let lock = open(place.appending(path: used).path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      defer { close(lock) }
      #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
      #expect(TemporaryFolder.removeAbandoned(in: place, olderThan: 1e6) == 1)
      #expect(try names(place) == ([used, young] + others).sorted())
      #expect(TemporaryFolder.removeAbandoned(in: place, olderThan: -1) == 1)
      #expect(try names(place) == ([used] + others).sorted())
    }
  }
}
