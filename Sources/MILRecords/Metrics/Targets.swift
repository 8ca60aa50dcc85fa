/// The targets of bags, which a model learns to predict: classes, numbers, or survival times with their events.
public enum Targets: Sendable, Equatable {
  /// The class of each bag, from 0; two classes need no names, and 1 is the positive one.
  case classes([Int], names: [String] = [])
  /// The number of each bag.
  case numbers([Double])
  /// The time of each bag, and whether the event occurred then or the bag was last seen without it.
  case survival(times: [Double], events: [Bool])

  /// The kind of prediction.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// One of two classes.
    case twoClasses
    /// One of more than two classes.
    case classes
    /// A number.
    case numbers
    /// A risk.
    case survival
  }

  /// Returns targets of negative and positive bags, with labels 0 and 1.
  package static func labels(_ labels: [Int]) -> Targets { .classes(labels) }

  /// The number of classes, 2 or more; 0 if targets are not classes.
  public var classCount: Int {
    if case .classes(_, let names) = self { return max(2, names.count) }
    return 0
  }

  /// The kind of prediction.
  public var kind: Kind {
    switch self {
    case .classes(_, let names): names.count > 2 ? .classes : .twoClasses
    case .numbers: .numbers
    case .survival: .survival
    }
  }

  /// The number of bags.
  public var count: Int {
    switch self {
    case .classes(let labels, _): labels.count
    case .numbers(let numbers): numbers.count
    case .survival(let times, _): times.count
    }
  }
}
