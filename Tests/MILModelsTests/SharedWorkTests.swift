import LinearAlgebra
import MILBenchTesting
import Synchronization
import Testing

@testable import MILModels

@Suite("What trials share")
struct SharedWorkTests {
  private struct Matrices: SharedKey {
    static func bytes(of value: KernelRows) -> Int { value.bytes }
  }

  private func matrix(_ order: Int) throws -> KernelRows {
    try KernelRows(stored: Array(repeating: Array(repeating: 1, count: order), count: order))
  }

  @Test("A matrix is computed once, however many ask for it at a time")
  func once() async throws {
    let store = SharedWork()
    let made = Counter()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          try store.value(Matrices(), of: "a") { known in
            if let known { return known }
            made.count()
            return try matrix(50)
          }.count
        }
      }
      for try await order in group { #expect(order == 50) }
    }
    #expect(made.value == 1)
  }

  @Test("Beyond the limit what was not asked for longest is forgotten")
  func forgetting() throws {
    let store = SharedWork(limit: 1000)
    var made: [String] = []
    func ask(_ name: String, order: Int = 10) throws {
      _ = try store.value(Matrices(), of: name) { known in
        if let known { return known }
        made.append(name)
        return try matrix(order)
      }
    }
    try ask("a")
    try ask("b")
    try ask("a")
    try ask("c")
    try ask("a")
    try ask("b")
    #expect(made == ["a", "b", "c", "b"])
    try ask("large", order: 40)
    try ask("large", order: 40)
    #expect(made.suffix(1) == ["large"])
  }

  @Test("What could not be computed is tried again")
  func failing() throws {
    let store = SharedWork()
    #expect(throws: ModelError.self) { try store.value(Matrices(), of: "a") { _ in throw ModelError("no") } }
    #expect(try store.value(Matrices(), of: "a") { _ in try matrix(3) }.count == 3)
  }

  @Test("What follows from two bags is worked out once for all trials, from their own training bags alone")
  func pairs() throws {
    let bags = try plantedBags(5)
    let calls = Counter()
    let work = LeastDistance(calls: calls)
    let store = SharedWork()
    func matrix(_ numbers: [Int]) throws -> [Double] {
      try SharedBags(of: bags, numbers: numbers, identity: "planted", store: store).matrix(of: work).elements
    }
    let first = try matrix([0, 3, 2])
    #expect(calls.value == 6 && first[0] == 0 && first[1] == first[3] && first[1] > 0)
    // The pair 0 and 2 is known; three new pairs contain bag 4.
    let second = try matrix([2, 0, 4])
    #expect(calls.value == 9 && second[1] == first[2])
    let alone = try SharedBags(of: bags, numbers: [2, 0, 4], identity: "other", store: store).matrix(of: work).elements
    #expect(alone == second && calls.value == 15)
  }
}

/// The smallest squared distance between instances of two bags.
private struct LeastDistance: BagPairWork {
  let calls: Counter

  func value(_ first: Matrix<Float>, _ second: Matrix<Float>) throws -> Double {
    calls.count()
    var least = Double.infinity
    for a in 0..<first.rows {
      for b in 0..<second.rows {
        let differences = zip(first.row(a), second.row(b)).map { Double($0 - $1) }
        least = min(least, differences.reduce(0) { $0 + $1 * $1 })
      }
    }
    return least
  }

  static func == (left: Self, right: Self) -> Bool { true }
  func hash(into hasher: inout Hasher) {}
}

/// Counts calls from several tasks.
private final class Counter: Sendable {
  private let calls = Mutex(0)
  var value: Int { calls.withLock { $0 } }
  func count() { calls.withLock { $0 += 1 } }
}
