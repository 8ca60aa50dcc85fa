import Foundation
import Testing
import UserInput

@testable import Output

@Suite("Reasons of the system")
struct SystemReasonTests {
  @Test("Foundation's errors become a few words, without its domains and numbers")
  func foundation() throws {
    let missing = URL(fileURLWithPath: "/no/such/file")
    let reading = #expect(throws: (any Error).self) { try Data(contentsOf: missing) }
    #expect(SystemReason.text(of: try #require(reading)) == "there is no such file or folder")
    let folder = #expect(throws: (any Error).self) {
      try Data("x".utf8).write(to: FileManager.default.temporaryDirectory, options: [])
    }
    #expect(SystemReason.text(of: try #require(folder)) == "it is a folder, expected a file")
    let listing = #expect(throws: (any Error).self) {
      try FileManager.default.contentsOfDirectory(atPath: "/dev/null")
    }
    #expect(!SystemReason.text(of: try #require(listing)).contains("Domain"))
    #expect(SystemReason.text(of: POSIXError(.ENOSPC)) == "no space is left on the disk")
    #expect(SystemReason.text(of: CocoaError(.fileWriteOutOfSpace)) == "no space is left on the disk")
    #expect(SystemReason.text(of: NSError(domain: "Some", code: 7)) == "the system gave no reason")
  }

  @Test("An error of this project keeps its own sentence")
  func own() {
    let error = DocumentError(file: "a.json5", problem: "is wrong")
    #expect(SystemReason.text(of: error) == "a.json5: is wrong")
    #expect(SystemReason.text(of: OutputError(place: "x", reason: "y")) == "x cannot be written: y")
  }
}
