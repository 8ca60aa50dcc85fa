import LinearAlgebra
import MILBags
import Synchronization

/// The key of a piece of work that trials share, and the type of its value.
protocol SharedKey: Hashable, Sendable {
  associatedtype Value: Sendable
  /// Returns the size of a value in memory.
  static func bytes(of value: Value) -> Int
}

/// The shared results of trials on the same bags: each is computed once, by the first trial that requests it.
///
/// Beyond its limit the store evicts the least recently requested values. Results do not depend on it.
package final class SharedWork: Sendable {
  private struct Key: Hashable, Sendable {
    let origin: String
    let work: any SharedKey

    static func == (left: Key, right: Key) -> Bool { left.origin == right.origin && left.work.isEqual(to: right.work) }

    func hash(into hasher: inout Hasher) {
      hasher.combine(origin)
      work.hash(into: &hasher)
    }
  }

  /// One value; locked while it is computed, so that others wait for it instead of computing it too.
  private final class Slot: Sendable {
    let value = Mutex<(any Sendable)?>(nil)
  }

  private struct Entry {
    let slot: Slot
    var bytes = 0
    var used: Int
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    var clock = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  /// Creates an empty store of up to `limit` bytes, 2 GiB by default, besides the value requested last.
  package init(limit: Int = 2 << 30) { self.limit = limit }

  /// Returns the value of a key, made from the stored one or from nil.
  func value<Work: SharedKey>(
    _ work: Work, of origin: String, _ make: (Work.Value?) throws -> Work.Value
  ) rethrows -> Work.Value {
    let key = Key(origin: origin, work: work)
    let slot = state.withLock { state in
      state.clock += 1
      var entry = state.entries[key] ?? Entry(slot: Slot(), used: 0)
      entry.used = state.clock
      state.entries[key] = entry
      return entry.slot
    }
    let value = try slot.value.withLock { stored in
      let made = try make(stored as? Work.Value)
      stored = made
      return made
    }
    state.withLock { forget(&$0, besides: key, holding: Work.bytes(of: value)) }
    return value
  }

  private func forget(_ state: inout State, besides key: Key, holding bytes: Int) {
    state.entries[key]?.bytes = bytes
    var total = state.entries.values.reduce(0) { $0 + $1.bytes }
    for (other, entry) in state.entries.sorted(by: { $0.value.used < $1.value.used }) where total > limit {
      guard other != key, entry.bytes > 0 else { continue }
      state.entries[other] = nil
      total -= entry.bytes
    }
  }
}

extension SharedKey {
  fileprivate func isEqual(to other: any SharedKey) -> Bool { (other as? Self) == self }
}

/// Work that depends on two bags alone, such as the distance between them.
///
/// The structure's properties distinguish one such work from another, for example the kind of distance.
public protocol BagPairWork: Hashable, Sendable {
  /// Returns the value of two bags, of which the one with the lower number in the data set comes first.
  ///
  /// - Parameters:
  ///   - first: the instances of one bag, one per row.
  ///   - second: the instances of the other, or of the same bag.
  func value(_ first: Matrix<Float>, _ second: Matrix<Float>) throws -> Double
}

/// The training bags of a fit by their numbers in their data set, with the results that trials on that set share.
///
/// A model accesses shared results by its own training bags only; the features, labels and names of other bags are
/// inaccessible.
public struct SharedBags: Sendable {
  /// The number of each training bag in its data set, in the order of the training bags.
  package let numbers: [Int]
  /// All bags, with features in the form of the training bags; for work whose results are returned for `numbers` only.
  let dataset: BagDataset
  private let identity: String
  private let store: SharedWork

  /// Creates shared bags of a data set.
  ///
  /// - Parameters:
  ///   - dataset: all bags, with features in the form of the training bags.
  ///   - numbers: the training bags in it, in their order.
  ///   - identity: the identity of the prepared data set in the store.
  ///   - store: the shared results of trials.
  package init(of dataset: BagDataset, numbers: [Int], identity: String, store: SharedWork) {
    self.dataset = dataset
    self.numbers = numbers
    self.identity = identity
    self.store = store
  }

  /// Creates bags whose results no other trial shares.
  public init(_ dataset: BagDataset) {
    self.init(of: dataset, numbers: Array(0..<dataset.bagCount), identity: "training", store: SharedWork())
  }

  /// Returns the same bags with their features in memory.
  func loaded() throws -> SharedBags {
    SharedBags(of: try dataset.loaded(), numbers: numbers, identity: identity, store: store)
  }

  /// Returns some of the bags, given by their positions among these.
  package func selecting(_ places: [Int]) -> SharedBags {
    SharedBags(of: dataset, numbers: places.map { numbers[$0] }, identity: identity, store: store)
  }

  /// Returns the value of a key, computed if it is not stored.
  func value<Work: SharedKey>(_ work: Work, _ make: () throws -> Work.Value) rethrows -> Work.Value {
    try store.value(work, of: identity) { try $0 ?? make() }
  }

  /// Returns the values of all pairs of the training bags, a row and a column for each in their order. Pairs computed
  /// by other trials are not computed again.
  public func matrix(of work: some BagPairWork) throws -> Matrix<Double> {
    let known = try store.value(BagPairs(work: work), of: identity) { known in
      var known = known ?? [:]
      for first in numbers {
        for second in numbers where first <= second && known[BagPair(first, second)] == nil {
          known[BagPair(first, second)] = try work.value(instances(first), instances(second))
        }
      }
      return known
    }
    var result = Matrix<Double>(rows: numbers.count, columns: numbers.count)
    for (row, first) in numbers.enumerated() {
      for (column, second) in numbers.enumerated() {
        result[row, column] = known[BagPair(min(first, second), max(first, second))] ?? .nan
      }
    }
    return result
  }

  private func instances(_ number: Int) throws -> Matrix<Float> { try dataset.instances(ofBags: [number]) }
}

/// A pair of bags by their numbers.
private struct BagPair: Hashable, Sendable {
  let first, second: Int
  init(_ first: Int, _ second: Int) { (self.first, self.second) = (first, second) }
}

private struct BagPairs<Work: BagPairWork>: SharedKey {
  let work: Work

  static func bytes(of value: [BagPair: Double]) -> Int { 48 * value.count }
}
