import UserInput

/// The rows of a kernel matrix that a solver has used last, cut to the columns it works on.
struct RowCache {
  /// The rows at the places given out; they may be longer than the columns worked on.
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

  /// Forgets all rows; those to come have up to `columns` elements.
  mutating func clear(columns: Int) {
    forget()
    rows.removeAll(keepingCapacity: true)
    capacity = max(2, limit / (4 * max(columns, 1)))
  }

  /// Forgets what the rows hold and keeps their memory: those to come have no more elements.
  ///
  /// Cutting all rows to fewer columns instead would touch many that are not asked for again.
  mutating func forget() {
    for owner in owners { places[owner] = -1 }
    owners.removeAll(keepingCapacity: true)
    stamps.removeAll(keepingCapacity: true)
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
