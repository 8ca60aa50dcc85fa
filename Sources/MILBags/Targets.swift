import MILRecords

extension Targets {
  /// The classes that folds are stratified by: the class of a bag, the quartile of a number, or whether the event of a
  /// time happened.
  package var strata: [Int] {
    switch self {
    case .classes(let labels, _): return labels
    case .survival(_, let events): return events.map { $0 ? 1 : 0 }
    case .numbers(let values):
      var strata = Array(repeating: 0, count: values.count)
      for (rank, bag) in values.indices.sorted(by: { (values[$0], $0) < (values[$1], $1) }).enumerated() {
        strata[bag] = 4 * rank / values.count
      }
      return strata
    }
  }

  /// The problem, as half a sentence; nil for valid targets.
  var problem: String? {
    switch self {
    case .classes(let labels, _):
      let wrong = labels.firstIndex { !(0..<classCount).contains($0) }
      let expected = classCount == 2 ? "0 or 1" : "0 to \(classCount - 1)"
      return wrong.map { "bag \($0 + 1) has label \(labels[$0]), expected \(expected)" }
    case .numbers(let values):
      return values.firstIndex { !$0.isFinite }.map {
        "bag \($0 + 1) has target \(values[$0]), expected a finite number"
      }
    case .survival(let times, let events):
      if times.count != events.count { return "\(events.count) events for \(times.count) times" }
      return times.firstIndex { !($0.isFinite && $0 >= 0) }.map {
        "bag \($0 + 1) has time \(times[$0]), expected a finite number from 0"
      }
    }
  }

  /// Targets of the same kind without information: the first class, 0, or a follow-up of no time.
  var blinded: Targets {
    switch self {
    case .classes(let labels, let names): .classes(labels.map { _ in 0 }, names: names)
    case .numbers(let values): .numbers(values.map { _ in 0 })
    case .survival(let times, _): .survival(times: times.map { _ in 0 }, events: times.map { _ in false })
    }
  }

  /// Returns the targets of bags that are each split into `counts` bags.
  package func repeated(_ counts: [Int]) -> Targets {
    selecting(counts.indices.flatMap { Array(repeating: $0, count: counts[$0]) })
  }
}
