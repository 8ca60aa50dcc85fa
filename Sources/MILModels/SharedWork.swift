import LinearAlgebra
import MILBags
import Synchronization

/// The name of a piece of work that trials share, and the type of what it gives.
protocol SharedKey: Hashable, Sendable {
  associatedtype Value: Sendable
  /// The memory that a value holds.
  static func bytes(of value: Value) -> Int
}

/// What trials on the same bags have worked out so far: each piece is worked out once, by the first trial that asks.
///
/// Beyond its limit the store forgets what has not been asked for longest. Results do not depend on it.
public final class SharedWork: Sendable {
  private struct Key: Hashable, Sendable {
    let origin: String
    let work: any SharedKey

    static func == (left: Key, right: Key) -> Bool { left.origin == right.origin && left.work.isEqual(to: right.work) }

    func hash(into hasher: inout Hasher) {
      hasher.combine(origin)
      work.hash(into: &hasher)
    }
  }

  /// One value; locked while it is worked out, so that others wait for it rather than do the same.
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

  /// An empty store that holds up to `limit` bytes, 2 GiB unless told, beside the value asked for last.
  public init(limit: Int = 2 << 30) { self.limit = limit }

  /// The value of a key, made of the one that is there, or of nil.
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

/// Something that follows from two bags alone, such as the distance between them.
///
/// The structure's properties are what distinguishes one such work from another, for example the kind of distance.
public protocol BagPairWork: Hashable, Sendable {
  /// The value of two bags, of which the one with the lower number in the data set comes first.
  ///
  /// - Parameters:
  ///   - first: the instances of one bag, a row each.
  ///   - second: those of the other, or of the same.
  func value(_ first: Matrix<Float>, _ second: Matrix<Float>) throws -> Double
}

/// The training bags of a fit by their numbers in their data set, and what trials on that set share.
///
/// A model gets at what is shared by its own training bags alone; there is no way to the features, labels or names of others.
public struct SharedBags: Sendable {
  /// The number of each training bag in its data set, in the order of the training bags.
  public let numbers: [Int]
  /// All bags, with features as the training bags have them; for work whose results are only given out for `numbers`.
  let dataset: BagDataset
  private let identity: String
  private let store: SharedWork

  /// Bags of a data set.
  ///
  /// - Parameters:
  ///   - dataset: all bags, with the features as the training bags have them.
  ///   - numbers: the training bags in it, in their order.
  ///   - identity: what tells the data set, as prepared, from others in the store.
  ///   - store: what trials have worked out so far.
  public init(of dataset: BagDataset, numbers: [Int], identity: String, store: SharedWork) {
    self.dataset = dataset
    self.numbers = numbers
    self.identity = identity
    self.store = store
  }

  /// Bags that share with nobody but the inner folds of their own fit.
  init(_ dataset: BagDataset) {
    self.init(of: dataset, numbers: Array(0..<dataset.bagCount), identity: "training", store: SharedWork())
  }

  /// The same bags with their features in memory.
  func loaded() throws -> SharedBags {
    SharedBags(of: try dataset.loaded(), numbers: numbers, identity: identity, store: store)
  }

  /// Some of the bags, given by their places among these.
  public func selecting(_ places: [Int]) -> SharedBags {
    SharedBags(of: dataset, numbers: places.map { numbers[$0] }, identity: identity, store: store)
  }

  /// The value of a key, worked out where it is not there.
  func value<Work: SharedKey>(_ work: Work, _ make: () throws -> Work.Value) rethrows -> Work.Value {
    try store.value(work, of: identity) { try $0 ?? make() }
  }

  /// The values of all pairs of the training bags, a row and a column for each in their order; what other trials have
  /// worked out already is not worked out again.
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

/// Two bags by their numbers.
private struct BagPair: Hashable, Sendable {
  let first, second: Int
  init(_ first: Int, _ second: Int) { (self.first, self.second) = (first, second) }
}

private struct BagPairs<Work: BagPairWork>: SharedKey {
  let work: Work

  static func bytes(of value: [BagPair: Double]) -> Int { 48 * value.count }
}
