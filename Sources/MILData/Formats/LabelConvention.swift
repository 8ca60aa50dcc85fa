/// Which of the labels in a file are positive: the one rule of all layouts.
///
/// Numbers: the labels of a file are among 0 and 1, or -1 and 1, or 1 and 2, and the larger is positive; where all
/// labels are one number, 0 and -1 are negative, 1 and 2 positive.
///
/// Names, in any case: (1) one that says positive (``positiveWords``) is positive and all others are negative; (2) of
/// two of which one says negative (``negativeWords``, or "non", "not" or "no" before the other name), the other is
/// positive; (3) names that are numbers are taken as such; (4) of two that say neither, the second in the order of the
/// file is positive, and a note tells so.
enum LabelConvention {
  /// Names that mean positive.
  static let positiveWords: Set<String> = ["positive", "pos", "+", "+1", "true", "yes", "present", "target"]
  /// Names that mean negative.
  static let negativeWords: Set<String> = [
    "negative", "neg", "-", "-1", "false", "no", "absent", "other", "others", "outlier", "background", "normal",
    "benign", "control", "rest", "none",
  ]

  /// What numbers may stand for labels, for errors.
  static let numbersExpected = "1 and 0, 1 and -1, or 2 and 1 (the larger is positive)"

  /// A label that fits no convention together with those before it.
  struct Misfit: Error {
    /// Its position among the labels, from 0.
    let position: Int
  }

  /// 1 or 0 for each number.
  ///
  /// - Throws: ``Misfit`` at the first number that fits no convention.
  static func binary(_ numbers: [Double]) throws(Misfit) -> [Int] {
    let conventions: [Set<Double>] = [[0, 1], [-1, 1], [1, 2]]
    var seen: Set<Double> = []
    for (position, number) in numbers.enumerated() where !seen.contains(number) {
      seen.insert(number)
      guard conventions.contains(where: { seen.isSubset(of: $0) }) else { throw Misfit(position: position) }
    }
    let positive: Double = seen.contains(2) ? 2 : 1
    return numbers.map { $0 == positive ? 1 : 0 }
  }

  /// 1 or 0 for each of the names that labels have in a file, in the order of the file; nil when no rule decides.
  ///
  /// - Returns: the labels, and a note for the user where the order decided.
  static func binary(names: [String]) -> (labels: [Int], note: String?)? {
    let names = names.map { $0.lowercased() }
    func only(_ isMeant: (String) -> Bool) -> Int? {
      let places = names.indices.filter { isMeant(names[$0]) }
      return places.count == 1 ? places[0] : nil
    }
    func labels(positive: Int) -> [Int] { names.indices.map { $0 == positive ? 1 : 0 } }
    if let positive = only(positiveWords.contains) { return (labels(positive: positive), nil) }
    let numbers = names.compactMap(Double.init)
    if numbers.count == names.count, Set(numbers).count == names.count, let labels = try? binary(numbers) {
      return (labels, nil)
    }
    if names.count == 1, negativeWords.contains(names[0]) { return ([0], nil) }
    guard names.count == 2, names[0] != names[1] else { return nil }
    func denies(_ name: String, _ other: String) -> Bool {
      ["non", "not", "no"].contains { prefix in
        name.hasPrefix(prefix) && name.hasSuffix(other) && name.count <= prefix.count + 1 + other.count
      }
    }
    if let negative = only({ name in
      negativeWords.contains(name) || names.contains { denies(name, $0) }
    }) {
      return (labels(positive: 1 - negative), nil)
    }
    return ([0, 1], "of the classes \(names[0]) and \(names[1]), \(names[1]) is taken as positive")
  }
}
