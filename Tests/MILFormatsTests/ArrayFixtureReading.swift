import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

/// Tests that read fixtures of arrays.
protocol ArrayFixtureReading {}

extension ArrayFixtureReading {
  /// Reads the fixture with a name, by options that `change` sets.
  func load(_ name: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    change(&options)
    return try BagReader.read(Fixture.url("arrays/" + name), options: options)
  }

  /// Returns the error of reading a fixture that is refused.
  func failure(_ name: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> String {
    try #require(#expect(throws: ReadError.self) { try load(name, change) }).description
  }
}
