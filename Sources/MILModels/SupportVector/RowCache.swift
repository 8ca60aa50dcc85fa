import CKernels

/// The rows of a kernel matrix that a solver has used last, cut to the columns it works on.
struct RowCache {
  var rows: [[Float]] = []
  private var owners: [Int] = []
  private var stamps: [Int] = []
  private var places: [Int32]
  private var clock = 0
  private var capacity = 2
  private let limit: Int

  /// An empty cache for a number of samples, that holds up to `limit` bytes but at least two rows.
  init(samples: Int, limit: Int) {
    places = Array(repeating: -1, count: samples)
    self.limit = limit
  }

  /// Forgets all rows; those to come have `columns` elements.
  mutating func clear(columns: Int) {
    for owner in owners { places[owner] = -1 }
    rows.removeAll(keepingCapacity: true)
    owners.removeAll(keepingCapacity: true)
    stamps.removeAll(keepingCapacity: true)
    capacity = max(2, limit / (4 * max(columns, 1)))
  }

  /// The place in ``rows`` of a sample's row, if it is there.
  mutating func place(of sample: Int) -> Int? {
    guard places[sample] >= 0 else { return nil }
    clock &+= 1
    stamps[Int(places[sample])] = clock
    return Int(places[sample])
  }

  /// A place for the row of a sample that has none, at the cost of the row not used for longest.
  mutating func makePlace(for sample: Int, columns: Int) -> Int {
    clock &+= 1
    var place = rows.count
    if place < capacity {
      rows.append([Float](repeating: 0, count: columns))
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

  /// Keeps the given columns, ascending, of all rows.
  mutating func keep(columns: [Int32]) {
    for place in rows.indices { ck_compact(columns.count, columns, &rows[place]) }
  }
}
