import UserInput

/// The most recently used rows of a kernel matrix, restricted to a solver's active columns.
struct RowCache {
  /// The rows at the assigned positions; they may be longer than the number of active columns.
  var rows: [[Float]] = []
  private var owners: [Int] = []
  private var stamps: [Int] = []
  private var places: [Int32]
  private var clock = 0
  private var capacity = 2
  private let limit: Int

  /// Creates an empty cache for a number of samples, with up to `limit` bytes but at least two rows.
  init(samples: Int, limit: Int) {
    places = Array(repeating: -1, count: samples)
    self.limit = limit
  }

  /// Removes all rows; new ones have up to `columns` elements.
  mutating func clear(columns: Int) {
    forget()
    rows.removeAll(keepingCapacity: true)
    capacity = max(2, limit / (4 * max(columns, 1)))
  }

  /// Invalidates the rows and keeps their memory; new ones have no more elements.
  ///
  /// Restricting all rows to fewer columns instead would touch many that are not needed again.
  mutating func forget() {
    for owner in owners { places[owner] = -1 }
    owners.removeAll(keepingCapacity: true)
    stamps.removeAll(keepingCapacity: true)
  }

  /// Returns the position in ``rows`` of a sample's row; nil if it is not cached.
  mutating func place(of sample: Int) -> Int? {
    guard places[sample] >= 0 else { return nil }
    clock &+= 1
    stamps[Int(places[sample])] = clock
    return Int(places[sample])
  }

  /// Returns a position for the row of an uncached sample, evicting the least recently used row if the cache is full.
  mutating func makePlace(for sample: Int, columns: Int) -> Int {
    clock &+= 1
    var place = owners.count
    if place < capacity {
      if place == rows.count { rows.append([Float](repeating: 0, count: columns)) }
      owners.append(sample)
      stamps.append(clock)
    } else {
      place = 0
      for other in stamps.indices where stamps[other] < stamps[place] { place = other }
      places[owners[place]] = -1
      owners[place] = sample
      stamps[place] = clock
    }
    places[sample] = Int32(place)
    return place
  }
}
