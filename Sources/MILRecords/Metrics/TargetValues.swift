/// Everything that code outside of tasks reads of targets, so that it does not distinguish their kinds.
extension Targets {
  /// The class of each bag; nil if there are no classes.
  package var classIndices: [Int]? {
    if case .classes(let labels, _) = self { return labels }
    return nil
  }

  /// The names of more than two classes; empty for others.
  package var classNames: [String] {
    if case .classes(_, let names) = self, names.count > 2 { return names }
    return []
  }

  /// The number of each bag: its class, its number, or its time.
  package var values: [Double] {
    switch self {
    case .classes(let labels, _): labels.map(Double.init)
    case .numbers(let numbers): numbers
    case .survival(let times, _): times
    }
  }

  /// Whether the event of each bag occurred at its time; nil if there are no times.
  package var events: [Bool]? {
    if case .survival(_, let events) = self { return events }
    return nil
  }

  /// The titles of the columns of targets in a table.
  package var columnTitles: [String] {
    switch self {
    case .classes: ["label"]
    case .numbers: ["number"]
    case .survival: ["time", "event"]
    }
  }

  /// Returns the target of a bag in the columns of ``columnTitles``: the name of a class or its index, or numbers; an
  /// event is 1.
  package func texts(of bag: Int) -> [String] {
    if let classIndices { return [classText(classIndices[bag])] }
    return ["\(values[bag])"] + (events.map { [$0[bag] ? "1" : "0"] } ?? [])
  }

  /// Returns the name of a class, or its index if it has no name.
  package func classText(_ index: Int) -> String {
    classNames.indices.contains(index) ? classNames[index] : String(index)
  }

  /// Returns the targets of some bags, in the given order; a bag may occur several times.
  package func selecting(_ bags: [Int]) -> Targets {
    switch self {
    case .classes(let labels, let names): .classes(bags.map { labels[$0] }, names: names)
    case .numbers(let values): .numbers(bags.map { values[$0] })
    case .survival(let times, let events): .survival(times: bags.map { times[$0] }, events: bags.map { events[$0] })
    }
  }

  /// Joins the targets of several sets of bags in order; leaves out those of another kind than the first.
  package init(joining parts: [Targets]) {
    self = parts.first ?? .classes([])
    for part in parts.dropFirst() {
      switch (self, part) {
      case (.classes(let left, let names), .classes(let right, _)): self = .classes(left + right, names: names)
      case (.numbers(let left), .numbers(let right)): self = .numbers(left + right)
      case (.survival(let times, let events), .survival(let moreTimes, let moreEvents)):
        self = .survival(times: times + moreTimes, events: events + moreEvents)
      default: break
      }
    }
  }
}
