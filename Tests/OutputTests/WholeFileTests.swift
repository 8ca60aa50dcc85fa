import Foundation
import Subprocesses
import Testing

@testable import Output

@Suite("Whole files")
struct WholeFileTests {
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = try TemporaryFolder("milbench-tests")
    try body(folder.url)
  }

  @Test("A file takes the place of another with its mode, through links, and leaves no draft")
  func replacing() throws {
    try withFolder { folder in
      let (file, link) = (folder.appending(path: "a/b/file"), folder.appending(path: "link"))
      try WholeFile.makeFolder(file.deletingLastPathComponent())
      try WholeFile.write(Data("one".utf8), to: file)
      #expect(chmod(file.path, 0o640) == 0)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
      try WholeFile.write(Data("two".utf8), to: link)
      #expect(try String(contentsOf: file, encoding: .utf8) == "two")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == file.path)
      let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? NSNumber
      #expect(mode == 0o640)
      #expect(try FileManager.default.contentsOfDirectory(atPath: file.deletingLastPathComponent().path) == ["file"])
    }
  }

  @Test("A device is written in place and stays one")
  func devices() throws {
    let null = URL(fileURLWithPath: "/dev/null")
    try WholeFile.check(null)
    try WholeFile.write(Data("gone".utf8), to: null)
    let type = try FileManager.default.attributesOfItem(atPath: null.path)[.type] as? FileAttributeType
    #expect(type == .typeCharacterSpecial)
  }

  @Test("Pieces go through a pipe, which stays one, and keep the mode of a file")
  func pieces() throws {
    try withFolder { folder in
      let (pipe, file) = (folder.appending(path: "pipe"), folder.appending(path: "file"))
      func write(to place: URL) throws {
        try WholeFile.write(to: place, inPieces: { append in for text in ["ab", "c"] { try append(Data(text.utf8)) } })
      }
      #expect(mkfifo(pipe.path, 0o600) == 0)
      let reader = open(pipe.path, O_RDWR | O_NONBLOCK)
      defer { close(reader) }
      try write(to: pipe)
      var bytes = [UInt8](repeating: 0, count: 8)
      #expect(read(reader, &bytes, 8) == 3 && bytes.prefix(3) == [97, 98, 99])
      var kind = stat()
      #expect(stat(pipe.path, &kind) == 0 && kind.st_mode & S_IFMT == S_IFIFO)
      try Data().write(to: file)
      #expect(chmod(file.path, 0o640) == 0)
      try write(to: file)
      let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? NSNumber
      #expect(mode == 0o640)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["file", "pipe"])
    }
  }

  @Test("What cannot be written is refused before and while writing in the same words")
  func refusals() throws {
    try withFolder { folder in
      let file = folder.appending(path: "file")
      try WholeFile.write(Data("one".utf8), to: file)
      for place in [folder, file.appending(path: "below"), file.appending(path: "far/below")] {
        #expect(throws: OutputError.self) { try WholeFile.check(place) }
        #expect(throws: OutputError.self) { try WholeFile.write(Data("x".utf8), to: place) }
      }
      #expect(throws: OutputError(place: file.path, reason: "\(file.path) is no folder")) {
        try WholeFile.checkFolder(file)
      }
      #expect(throws: OutputError(place: folder.path, reason: "it is a folder, expected a file")) {
        try WholeFile.check(folder)
      }
      let deep = folder.appending(path: "not/there/yet")
      try WholeFile.checkFolder(deep)
      let reason = "there is no folder \(deep.deletingLastPathComponent().path)"
      #expect(throws: OutputError(place: deep.path, reason: reason)) { try WholeFile.check(deep) }
      #expect(throws: OutputError(place: deep.path, reason: reason)) { try WholeFile.write(Data(), to: deep) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
    }
  }
}
