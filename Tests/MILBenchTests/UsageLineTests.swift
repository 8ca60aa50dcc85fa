import Testing

@testable import MILBench

@Suite("The usage in messages of the argument parser")
struct UsageLineTests {
  private let message =
    "OVERVIEW: Some words.\n\nUSAGE: milbench run <experiment> [--workers <n>] --data-folder <folder> --quiet"

  @Test("It is broken at the width of a terminal, between arguments alone")
  func breaks() {
    let fitted = UsageLine.fitted(in: message, to: 36)
    #expect(
      fitted == """
        OVERVIEW: Some words.

        USAGE: milbench run <experiment>
          [--workers <n>]
          --data-folder <folder> --quiet
        """)
  }

  @Test("It stays as it is if it fits, and without a terminal")
  func unchanged() {
    #expect(UsageLine.fitted(in: message, to: nil) == message)
    #expect(UsageLine.fitted(in: message, to: 100) == message)
  }
}
