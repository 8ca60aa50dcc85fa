import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Folds that circulate")
struct PredefinedFoldsTests {
  private struct Schemes: Decodable {
    let schemes: [Scheme]

    struct Scheme: Decodable {
      let assignment: [[Int]]
    }
  }

  private func bags(_ count: Int = 10, names: [String]? = nil) throws -> BagDataset {
    try BagDataset(
      name: "ten", instances: Matrix(rows: count, columns: 1), offsets: Array(0...count),
      labels: (0..<count).map { $0 < count / 2 ? 1 : 0 }, bagNames: names)
  }

  private func read(_ name: String, scheme: String? = nil, for dataset: BagDataset) throws -> [PredefinedFolds] {
    try PredefinedFolds.read(Fixture.url("layouts/" + name), scheme: scheme, for: dataset)
  }

  @Test("The three layouts give one assignment with one hash", arguments: ["testIndex.mat", "milpy-folds.mat"])
  func layouts(file: String) throws {
    let golden = try Fixture.json("layouts/schemes.json", as: Schemes.self).schemes[0].assignment
    let schemes = try read("schemes.json", for: bags())
    #expect(schemes.map(\.name) == ["made-3x4", "even-1x4"])
    let folds = try #require(try read(file, for: bags()).first)
    #expect(folds.folds.assignment == golden)
    #expect(folds.folds.repeats == 3 && folds.folds.foldCount == 4 && folds.folds.scheme == .circulated)
    #expect(folds.folds.hash == schemes[0].folds.hash)
    #expect(folds.folds.hash(repeat: 2) == schemes[0].folds.hash(repeat: 2))
    #expect(folds.folds.testBags(repeat: 1, fold: 1) == golden[0].indices.filter { golden[0][$0] == 1 })
    #expect(schemes[0].folds.source == "made-3x4: a script")
  }

  @Test("Whether folds are stratified is measured")
  func stratification() throws {
    // Bags 1 to 5 are positive and dealt to 1, 2, 3, 4, 1; bags 6 to 10 are dealt to 2, 3, 4, 1, 2.
    let even = try #require(try read("schemes.json", scheme: "even-1x4", for: bags()).first)
    #expect(even.isStratified)
    let sorted = try BagDataset(
      name: "ten", instances: Matrix(rows: 10, columns: 1), offsets: Array(0...10),
      labels: [1, 0, 0, 0, 1, 0, 0, 0, 1, 0])
    #expect(try #require(try read("schemes.json", scheme: "even-1x4", for: sorted).first).isStratified == false)
  }

  @Test("Bags named by numbers are found by number in whatever order they come", arguments: [0, 1])
  func order(first: Int) throws {
    let golden = try Fixture.json("layouts/schemes.json", as: Schemes.self).schemes[0].assignment
    let order = [3, 1, 4, 0, 5, 9, 2, 6, 8, 7]
    let renamed = try read("milpy-folds.mat", for: bags(names: order.map { String($0 + first) }))
    #expect(renamed[0].folds.assignment == golden.map { row in order.map { row[$0] } })
    let words = try read("milpy-folds.mat", for: bags(names: order.map { "bag \($0)" }))
    #expect(words[0].folds.assignment == golden)
  }

  @Test("Circulated folds go through a fold file, cannot be drawn, and do not change the hash of drawn ones")
  func file() throws {
    let folds = try #require(try read("schemes.json", scheme: "made-3x4", for: bags()).first).folds
    try Fixture.withFile([], named: "folds.json") { file in
      try folds.write(to: file)
      #expect(try FoldAssignment.read(from: file, for: bags()) == folds)
    }
    #expect(throws: FoldError.self) {
      try FoldAssignment(for: bags(), scheme: .circulated, folds: 2, repeats: 1, seed: 1)
    }
  }

  @Test("Repetitions that are no partition, other bag counts and unknown schemes are refused")
  func refusals() throws {
    func fail(_ text: String) throws -> String {
      try Fixture.withFile(Array(text.utf8), named: "folds.json") { file in
        "\(try #require(#expect(throws: (any Error).self) { try PredefinedFolds.read(file, for: self.bags(4)) }))"
      }
    }
    func scheme(_ rows: String) -> String { "{\"schemes\": [{\"name\": \"a\", \"assignment\": \(rows)}]}" }
    #expect(try fail(scheme("[[1, 2, 1]]")).contains("repetition 1 divides 3 bags, but data set ten has 4"))
    #expect(try fail(scheme("[[1, 2, 1, 2], [1, 3, 1, 3]]")).contains("repetition 1 are not all of 1 to 3"))
    #expect(try fail(scheme("[[1, 1, 1, 1]]")).contains("not all of 1 to 1"))
    #expect(try fail(scheme("[[0, 1, 2, 1]]")).contains("not all of 1 to 2"))
    #expect(try fail(scheme("[]")).contains("0 repetitions"))
    #expect(try fail("{}").contains("schemes"))
    try Fixture.withFile(Array("{".utf8) + [0xe2, 0x28, 0x3a], named: "folds.json") { file in
      let error = #expect(throws: FoldError.self) { try PredefinedFolds.read(file, for: self.bags(4)) }
      #expect(error?.description.contains("text in UTF-8") == true)
    }
    let error = #expect(throws: FoldError.self) { try read("schemes.json", scheme: "lamda", for: bags()) }
    #expect(error?.description.contains("no scheme \"lamda\", expected one of made-3x4, even-1x4") == true)
    let nine = #expect(throws: ReadError.self) { try read("testIndex.mat", for: bags(9)) }
    #expect(nine?.description.contains("bag 10, expected 1 to 9") == true)
    let eleven = #expect(throws: ReadError.self) { try read("testIndex.mat", for: bags(11)) }
    #expect(eleven?.description.contains("a partition of the bags") == true)
  }
}
