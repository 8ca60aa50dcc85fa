import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing

@Suite("Folds")
struct FoldsTests {
  private func dataset(labels: [Int], groups: [String]? = nil, name: String = "made") throws -> BagDataset {
    try BagDataset(
      name: name, instances: Matrix<Float>(rows: labels.count, columns: 1), offsets: Array(0...labels.count),
      labels: labels, groups: groups
    ).known(as: name)
  }

  private func counts(_ folds: FoldAssignment, _ round: Int, where isCounted: (Int) -> Bool = { _ in true }) -> [Int] {
    (1...folds.foldCount).map { folds.testBags(repeat: round, fold: $0).filter(isCounted).count }
  }

  @Test(
    "Stratified folds are even in size and in each class",
    arguments: [(47, 45, 10), (39, 63, 10), (3, 20, 5), (0, 9, 4)])
  func stratified(positives: Int, negatives: Int, count: Int) throws {
    let set = try dataset(labels: Array(repeating: 1, count: positives) + Array(repeating: 0, count: negatives))
    let folds = try FoldAssignment(for: set, scheme: .stratified, folds: count, repeats: 5, seed: 3)
    for round in 1...5 {
      for counted in [counts(folds, round), counts(folds, round) { set.labels[$0] == 1 }] {
        #expect((counted.max() ?? 0) - (counted.min() ?? 0) <= 1)
      }
      #expect(counts(folds, round).reduce(0, +) == set.bagCount)
    }
    #expect(Set(folds.assignment).count == 5)
  }

  struct PlainCase: Decodable {
    let bags: Int
    let folds: Int
    let sizes: [Int]
  }

  @Test("Plain folds have the sizes of scikit-learn's KFold")
  func plain() throws {
    for golden in try Fixture.json("plain-folds.json", as: [PlainCase].self) {
      let set = try dataset(labels: (0..<golden.bags).map { $0 % 2 })
      let folds = try FoldAssignment(for: set, scheme: .plain, folds: golden.folds, repeats: 2, seed: 9)
      #expect(counts(folds, 1) == golden.sizes)
      #expect(counts(folds, 2) == golden.sizes)
      #expect(folds.testBags(repeat: 1, fold: 1) != Array(0..<golden.sizes[0]))
    }
  }

  @Test("Test and training bags of a fold divide the bags")
  func partition() throws {
    let folds = try FoldAssignment(
      for: dataset(labels: [1, 0, 1, 0, 1, 0, 0]), scheme: .stratified, folds: 3, repeats: 1, seed: 1)
    for fold in 1...3 {
      let test = folds.testBags(repeat: 1, fold: fold)
      let training = folds.trainingBags(repeat: 1, fold: fold)
      #expect((test + training).sorted() == Array(0..<7))
      #expect(test == test.sorted() && training == training.sorted())
    }
  }

  @Test(
    "A repeat's folds depend on seed, set and scheme, not on the number of repeats",
    arguments: [FoldScheme.stratified, .plain])
  func streams(scheme: FoldScheme) throws {
    let labels = (0..<40).map { $0 % 2 }
    func draw(_ name: String, _ repeats: Int, _ seed: UInt64) throws -> [[Int]] {
      try FoldAssignment(
        for: dataset(labels: labels, name: name), scheme: scheme, folds: 5, repeats: repeats, seed: seed
      ).assignment
    }
    let two = try draw("a", 2, 1)
    #expect(try draw("a", 4, 1)[..<2] == two[...])
    #expect(try draw("a", 2, 2) != two)
    #expect(try draw("b", 2, 1) != two)
    #expect(two[0] != two[1])
  }

  struct DrawnCase: Decodable {
    let scheme: FoldScheme
    let labels: [Int]
    let folds: Int
    let seed: UInt64
    let assignment: [[Int]]
    let hash: String
  }

  @Test("The drawn folds are those of an independent program, on every platform and in every release")
  func drawn() throws {
    for golden in try Fixture.json("drawn-folds.json", as: [DrawnCase].self) {
      let folds = try FoldAssignment(
        for: dataset(labels: golden.labels), scheme: golden.scheme, folds: golden.folds,
        repeats: golden.assignment.count, seed: golden.seed)
      #expect(folds.assignment == golden.assignment)
      #expect(folds.hash == golden.hash)
    }
  }

  @Test("Groups stay together and classes even", arguments: [FoldScheme.stratified, .plain])
  func groups(scheme: FoldScheme) throws {
    var generator = RandomGenerator(seed: 5)
    let groups = (0..<120).map { _ in "patient \(generator.integer(below: 30))" }
    let set = try dataset(labels: (0..<120).map { _ in generator.integer(below: 2) }, groups: groups)
    let folds = try FoldAssignment(for: set, scheme: scheme, folds: 5, repeats: 3, seed: 8)
    for round in 1...3 {
      for name in Set(groups) {
        let holders = groups.indices.filter { groups[$0] == name }.map { folds.assignment[round - 1][$0] }
        #expect(Set(holders).count == 1)
      }
      #expect(counts(folds, round).allSatisfy { (18...30).contains($0) })
      if scheme == .stratified {
        let positives = counts(folds, round) { set.labels[$0] == 1 }
        #expect((positives.max() ?? 0) - (positives.min() ?? 0) <= 4)
      }
    }
  }

  @Test("As many folds as groups leaves no fold empty")
  func tightGroups() throws {
    let set = try dataset(labels: [1, 1, 0, 0, 0, 1], groups: ["a", "a", "b", "c", "c", "d"])
    let folds = try FoldAssignment(for: set, scheme: .stratified, folds: 4, repeats: 20, seed: 1)
    for round in 1...20 { #expect(counts(folds, round).allSatisfy { $0 > 0 }) }
    #expect(throws: FoldError.self) {
      try FoldAssignment(for: set, scheme: .stratified, folds: 5, repeats: 1, seed: 1)
    }
  }

  @Test("Impossible numbers are refused", arguments: [(1, 1), (5, 1), (0, 1), (-1, 1), (2, 0), (2, -3), (Int.max, 1)])
  func refusals(folds: Int, repeats: Int) throws {
    let set = try dataset(labels: [1, 0, 1, 0])
    #expect(throws: FoldError.self) {
      try FoldAssignment(for: set, scheme: .plain, folds: folds, repeats: repeats, seed: 1)
    }
  }

  @Test("A fold file gives back what was written; a changed one is refused with both hashes")
  func file() throws {
    let set = try dataset(labels: [1, 0, 1, 0, 1, 0], name: "with \"quotes\"")
    let folds = try FoldAssignment(for: set, scheme: .stratified, folds: 3, repeats: 2, seed: .max)
    try Fixture.withFile([], named: "folds.json") { file in
      try folds.write(to: file)
      #expect(try FoldAssignment.read(from: file, for: set) == folds)
      #expect(throws: FoldError.self) {
        try FoldAssignment.read(from: file, for: self.dataset(labels: [1, 0, 1]))
      }
      let text = try String(contentsOf: file, encoding: .utf8)
      try #require(text.contains("\"repeats\": 2"))
      let row = folds.assignment[0].map(String.init).joined(separator: ",")
      let swapped = folds.assignment[0].reversed().map(String.init).joined(separator: ",")
      try #require(row != swapped)
      try text.replacingOccurrences(of: row, with: swapped).write(to: file, atomically: true, encoding: .utf8)
      let error = #expect(throws: FoldError.self) { try FoldAssignment.read(from: file) }
      let line = try #require(error).description
      #expect(line.contains(file.path) && line.contains(folds.hash))
      let hashes = line.split { !$0.isHexDigit }.filter { $0.count == 64 }
      #expect(hashes.count == 2 && hashes[0] != hashes[1])
    }
  }

  @Test(
    "A damaged fold file is an error",
    arguments: ["", "{}", "[1]", "{\"dataset\": 3}", "{\"dataset\": \"a\", \"bags\": 2, \"scheme\": \"odd\"}"])
  func damaged(text: String) throws {
    try Fixture.withFile(Array(text.utf8), named: "folds.json") { file in
      let error = #expect(throws: FoldError.self) { try FoldAssignment.read(from: file) }
      #expect(error?.description.contains(file.path) == true)
      #expect(error?.description.contains("\n") == false)
    }
  }
}
