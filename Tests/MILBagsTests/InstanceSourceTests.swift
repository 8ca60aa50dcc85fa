import LinearAlgebra
import MILRecords
import Synchronization
import Testing

@testable import MILBags

/// A matrix that is read row by row.
private struct ReadRows: InstanceSource {
  let all: Matrix<Float>
  /// The row at which reading fails.
  var unreadable: Int?

  struct Unreadable: Error, Equatable { let row: Int }

  var instanceCount: Int { all.rows }
  var featureCount: Int { all.columns }

  func read(_ rows: Range<Int>, into block: inout InstanceBlock) throws {
    for row in rows {
      if row == unreadable { throw Unreadable(row: row) }
      block.append(all.row(row))
    }
  }
}

/// A source that returns one value fewer than it declares.
private struct ShortRows: InstanceSource {
  var instanceCount: Int { 6 }
  var featureCount: Int { 3 }
  func read(_ rows: Range<Int>, into block: inout InstanceBlock) {
    block.append(Array(repeating: 1, count: 3 * rows.count - 1))
  }
}

/// A matrix that counts how often it is read.
private struct CountedRows: InstanceSource {
  final class Reads: Sendable {
    let count = Mutex(0)
  }

  let all: Matrix<Float>
  let reads = Reads()

  var instanceCount: Int { all.rows }
  var featureCount: Int { all.columns }

  func read(_ rows: Range<Int>, into block: inout InstanceBlock) {
    reads.count.withLock { $0 += 1 }
    for row in rows { block.append(all.row(row)) }
  }

  static func == (left: CountedRows, right: CountedRows) -> Bool { left.all == right.all }
}

@Suite("Instances that are not in memory")
struct InstanceSourceTests {
  private func sets(rows: Int = 6, columns: Int = 3) throws -> (memory: BagDataset, elsewhere: BagDataset) {
    var generator = RandomGenerator(seed: 4)
    let all = Matrix<Float>(
      rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in Float(generator.normal()) })
    let memory = try BagDataset(
      name: "made", instances: all, offsets: [0, 1, 3, rows], labels: [1, 0, 1], featureNames: ["a", "b", "c"])
    return (memory, memory.replacing(source: ReadRows(all: all)))
  }

  @Test("A fingerprint that is known is not read for again, nor taken for that of other bags")
  func knownFingerprint() throws {
    let (memory, _) = try sets()
    let rows = CountedRows(all: memory.instances)
    let known = try memory.replacing(source: rows).knowingFingerprint()
    let reads = rows.reads.count.withLock { $0 }
    #expect(try known.renamed("other").known(as: "made").fingerprint == memory.fingerprint)
    let readsAfterwards = rows.reads.count.withLock { $0 }
    #expect(reads > 0 && readsAfterwards == reads)
    let (some, turned) = (known.selecting(bags: [2, 0]), known.selecting(features: [2, 0, 1]))
    #expect(try some.fingerprint == memory.selecting(bags: [2, 0]).fingerprint)
    #expect(try turned.fingerprint == memory.selecting(features: [2, 0, 1]).fingerprint)
    let others = try (known.replacing(targets: .labels([0, 1, 0])), memory.replacing(targets: .labels([0, 1, 0])))
    #expect(try others.0.fingerprint == others.1.fingerprint && others.0.fingerprint != memory.fingerprint)
  }

  @Test("Features are found by their names")
  func featureMatch() throws {
    #expect(FeatureMatch(of: ["a", "b"], among: ["a", "b"]) == nil && FeatureMatch(of: nil, among: ["a"]) == nil)
    let match = try #require(FeatureMatch(of: ["a", "b", "c"], among: ["c", "x", "a"]))
    #expect(match.places == [2, 0] && match.missing == ["b"] && match.extra == ["x"] && match.areDistinct)
    #expect(FeatureMatch(of: ["a"], among: ["b", "b", "a"])?.areDistinct == false)
    #expect(FeatureMatch(of: ["a", "a"], among: ["a", "b"])?.areDistinct == false)
  }

  @Test("Views read what the same steps give in memory")
  func views() throws {
    let (memory, elsewhere) = try sets()
    #expect(!elsewhere.isInMemory && elsewhere.instances.rows == 0)
    #expect(try elsewhere.matrix() == memory.instances)
    #expect(try elsewhere.loaded() == memory && elsewhere != memory)
    let standardiser = Standardiser(fittedTo: memory.instances)
    for bags in [[2, 0], [1], [0, 1, 2], [2, 2]] {
      let (here, there) = (memory.selecting(bags: bags), elsewhere.selecting(bags: bags))
      #expect(try there.matrix() == here.instances && there.table == here.table)
      #expect(
        try elsewhere.selecting(bags: bags, standardisedBy: standardiser).matrix()
          == memory.selecting(bags: bags, standardisedBy: standardiser).instances)
      // A view of a view, and rows of it that start and end within bags.
      #expect(try there.selecting(bags: [0]).matrix() == here.selecting(bags: [0]).instances)
      #expect(
        try standardiser.apply(to: there).source.instances([1..<there.instanceCount])
          == standardiser.apply(to: here.instances).selectingRows([1..<here.instanceCount]))
    }
    let columns = elsewhere.selecting(features: [2, 0])
    #expect(columns.featureNames == ["c", "a"])
    #expect(try columns.matrix() == memory.selecting(features: [2, 0]).instances)
    #expect(try elsewhere.instances(ofBags: [1, 0]) == memory.instances.selectingRows([1..<3, 0..<1]))
  }

  @Test("A set has one fingerprint wherever its features are, in as many blocks as it takes")
  func fingerprint() throws {
    let (memory, elsewhere) = try sets()
    #expect(try elsewhere.fingerprint == memory.fingerprint)
    let rows = 100_000
    let wide = Matrix<Float>(rows: rows, columns: 60)
    let large = try BagDataset(name: "large", instances: wide, offsets: [0, 7, rows], labels: [0, 1])
    #expect(try large.replacing(source: ReadRows(all: wide)).fingerprint == large.fingerprint)
  }

  @Test("A standardiser fitted to blocks is the one fitted to the matrix, bit for bit", arguments: [false, true])
  func standardiser(imputes: Bool) throws {
    var generator = RandomGenerator(seed: 7)
    let (rows, columns) = (70_000, 90)
    var elements = (0..<rows * columns).map { _ in Float(generator.normal()) }
    if imputes { for place in stride(from: 3, to: elements.count, by: 1013) { elements[place] = .nan } }
    let all = Matrix<Float>(rows: rows, columns: columns, elements: elements)
    let bags = try BagDataset(name: "large", instances: all, offsets: [0, 9, rows], labels: [0, 1])
    let elsewhere = bags.replacing(source: ReadRows(all: all))
    let expected = Standardiser(fittedTo: all, epsilon: 1e-6, imputes: imputes)
    #expect(try Standardiser(fittedTo: elsewhere, epsilon: 1e-6, imputes: imputes) == expected)
    #expect(try elsewhere.hasMissingValues == imputes && bags.hasMissingValues == imputes)
  }

  @Test("Several sources in sequence are the features of one set")
  func parts() throws {
    let all = Matrix<Float>([[1, 2], [3, 4], [5, 6]])
    let table = try BagTable(name: "parts", offsets: [0, 1, 3], targets: .classes([0, 1]))
    let sources = [all.selectingRows([0..<1]), all.selectingRows([1..<3])].map { MatrixSource(all: $0) }
    #expect(try BagDataset(table, sources).matrix() == all)
    #expect(try BagDataset(table, [MatrixSource(all: all)]).matrix() == all)
    #expect(throws: DatasetError.self) { try BagDataset(table, [sources[0]]) }
    #expect(throws: DatasetError.self) { try BagDataset(table, []) }
  }

  @Test("What cannot be read, and what a source leaves out, is an error")
  func failures() throws {
    let (memory, _) = try sets()
    let broken = memory.replacing(source: ReadRows(all: memory.instances, unreadable: 4))
    #expect(throws: ReadRows.Unreadable(row: 4)) { try broken.matrix() }
    #expect(throws: ReadRows.Unreadable(row: 4)) { try broken.fingerprint }
    #expect(throws: ReadRows.Unreadable(row: 4)) { try Standardiser(fittedTo: broken) }
    #expect(try broken.selecting(bags: [0, 1]).matrix() == memory.selecting(bags: [0, 1]).instances)
    let short = memory.replacing(source: ShortRows())
    let error = #expect(throws: InstanceBlock.Incomplete.self) { try short.matrix() }
    #expect(error?.description == "a source gave 17 features, expected 18")
  }

  @Test("Targets that are no labels are stratified, selected and blinded")
  func targets() throws {
    let numbers = Targets.numbers([3, 9, 1, 7, 5, 2, 8, 4])
    #expect(numbers.strata == [1, 3, 0, 2, 2, 0, 3, 1])
    #expect(
      numbers.selecting([1, 2]) == .numbers([9, 1]) && numbers.blinded == .numbers(Array(repeating: 0, count: 8)))
    let survival = Targets.survival(times: [2, 5, 1], events: [true, false, true])
    #expect(survival.strata == [1, 0, 1])
    #expect(survival.selecting([2, 1]) == .survival(times: [1, 5], events: [true, false]))
    #expect(survival.repeated([1, 0, 2]) == .survival(times: [2, 1, 1], events: [true, true, true]))
    let (memory, _) = try sets()
    func set(_ targets: Targets) throws -> BagDataset {
      try BagDataset(name: "made", instances: memory.instances, offsets: memory.offsets, targets: targets)
    }
    #expect(try set(survival).labels == [1, 0, 1] && set(survival).fingerprint != memory.fingerprint)
    let classes = try set(.classes([2, 0, 1], names: ["x", "y", "z"]))
    #expect(classes.selecting(bags: [0]).targets == .classes([2], names: ["x", "y", "z"]))
    #expect(classes.withoutAnswers.targets == .classes([0, 0, 0], names: ["x", "y", "z"]))
    for (targets, problem) in [
      (Targets.labels([1, 0, 2]), "bag 3 has label 2, expected 0 or 1"),
      (.classes([1, 0, 3], names: ["x", "y", "z"]), "bag 3 has label 3, expected 0 to 2"),
      (.numbers([1, .nan, 2]), "bag 2 has target nan, expected a finite number"),
      (
        .survival(times: [1, 2, -1], events: [true, true, true]), "bag 3 has time -1.0, expected a finite number from 0"
      ),
      (.survival(times: [1, 2, 3], events: [true]), "1 events for 3 times"),
    ] {
      #expect(throws: DatasetError(dataset: "made", problem: problem)) { try set(targets) }
    }
  }
}
