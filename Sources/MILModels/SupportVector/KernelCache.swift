import MILData
import Synchronization

/// Kernel matrices that trials on the same bags share: each is computed once, by the first trial that asks.
///
/// Beyond its limit it forgets what has not been asked for longest. Results do not depend on it.
public final class KernelCache: Sendable {
  struct Key: Hashable {
    var origin: String
    var representation: String
    var kernel: KernelFunction
    var isStored: Bool
  }

  /// One matrix; locked while it is computed, so that others wait for it rather than compute it too.
  private final class Slot: Sendable {
    let rows = Mutex<KernelRows?>(nil)
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

  /// An empty cache that holds up to `limit` bytes, 2 GiB unless told, beside the matrix asked for last.
  public init(limit: Int = 2 << 30) { self.limit = limit }

  /// The matrix of a key, computed by `make` where it is not there.
  func rows(for key: Key, _ make: () throws -> KernelRows) rethrows -> KernelRows {
    let slot = state.withLock { state in
      state.clock += 1
      var entry = state.entries[key] ?? Entry(slot: Slot(), used: 0)
      entry.used = state.clock
      state.entries[key] = entry
      return entry.slot
    }
    let rows = try slot.rows.withLock { rows in
      if let rows { return rows }
      let made = try make()
      rows = made
      return made
    }
    state.withLock { forget(&$0, besides: key, holding: rows.bytes) }
    return rows
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

/// The prepared data set that training bags were taken from, for models that compute something once for all trials on it.
///
/// It holds test bags too: a fit may prepare with them what does not depend on their labels and does not reach the
/// result, for example kernels whose rows it never reads.
public struct BagOrigin: Sendable {
  /// All bags, with the features as the training bags have them.
  public let dataset: BagDataset
  /// The training bags in it, in their order.
  public let bags: [Int]
  /// What tells the data set, as prepared, from others in the cache.
  public let identity: String
  /// What the trials have computed so far.
  public let cache: KernelCache

  /// An origin.
  public init(dataset: BagDataset, bags: [Int], identity: String, cache: KernelCache) {
    self.dataset = dataset
    self.bags = bags
    self.identity = identity
    self.cache = cache
  }

  /// The same origin of fewer bags, given by their places among the training bags.
  func selecting(_ places: [Int]) -> BagOrigin {
    BagOrigin(dataset: dataset, bags: places.map { bags[$0] }, identity: identity, cache: cache)
  }
}
