import Foundation
import MILModels
import Testing

@Suite("The wide table")
struct WideTableTests {
  @Test("It has a row for every model of the registry")
  func complete() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = try String(contentsOf: root.appending(path: "experiments/clean/field.json5"), encoding: .utf8)
    for model in try ModelRegistry.standard().registrations {
      #expect(file.contains("\"\(model.id)\","), "\(model.id)")
    }
  }
}
