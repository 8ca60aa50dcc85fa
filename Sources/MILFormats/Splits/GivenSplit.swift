import MILBags

/// The role of a bag in a split.
enum SplitRole: String, CaseIterable {
  case train
  /// Neither trained on nor tested: the harness selects nothing on validation bags.
  case val
  case test

  private static let words: [String: SplitRole] = [
    "train": .train, "training": .train, "trn": .train, "tr": .train, "val": .val, "valid": .val, "validation": .val,
    "dev": .val, "vali": .val, "test": .test, "testing": .test, "tst": .test, "te": .test,
  ]

  /// Parses a word such as `train` or `validation`, ignoring case.
  init?(word: String) {
    guard let role = Self.words[word.lowercased()] else { return nil }
    self = role
  }

  /// Parses the name of a column or field, such as `train`, `val_slide_path`, `is_test` or `X_test_3`.
  ///
  /// The result is nil for labels and for folds.
  init?(column: String) {
    let parts = Self.parts(of: column)
    guard let first = parts.first(where: { !Self.leading.contains($0) && !$0.allSatisfy(\.isNumber) }),
      let last = parts.last, !last.hasSuffix("label"), !last.hasSuffix("labels"), parts.first != "y",
      !["fold", "folds"].contains(last), !Self.measures.contains(last)
    else { return nil }
    guard let role = Self.plainWord(first) else { return nil }
    self = role
  }

  /// Returns the split number in the name of a column or field: 1 for `train_1`, `test1` and `fold_1_test`.
  static func number(ofColumn column: String) -> Int? {
    parts(of: column).lazy.compactMap { Int($0.drop { !$0.isNumber }) }.first
  }

  private static func parts(of column: String) -> [String] {
    column.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// Words that may precede the word of a part.
  private static let leading: Set = ["is", "in", "x", "ids", "id", "fold", "split", "cv", "bag", "bags"]
  /// Measures of a part, which are not lists of its bags.
  private static let measures: Set = [
    "auc", "acc", "accuracy", "loss", "score", "f1", "error", "size", "count", "frac", "fraction", "ratio", "time",
  ]

  /// Returns the role of a word without the number after it; nil for other words.
  private static func plainWord(_ word: String) -> SplitRole? {
    let stem = word.prefix { $0.isLetter }
    return word.dropFirst(stem.count).allSatisfy(\.isNumber) ? SplitRole(word: String(stem)) : nil
  }
}

/// One split into training and test bags, as in a file.
package struct GivenSplit: Equatable {
  package let training: [Int]
  package let test: [Int]
  /// The bags that are in neither.
  package let leftOut: [Int]
  /// The place of the split, for errors and notes.
  package let place: String
  /// The decisions about it.
  package var notes: [String] = []
}

/// Builds a split from the entries of a file, and checks it.
struct SplitBuilder {
  private let dataset: BagDataset
  private let place: String
  private var roles: [SplitRole?]
  private var places: [String]
  /// The decisions about the split.
  var notes: [String] = []

  /// Creates a builder for a split at `place`, a file or a column of one.
  init(_ dataset: BagDataset, place: String) {
    self.dataset = dataset
    self.place = place
    roles = Array(repeating: nil, count: dataset.bagCount)
    places = Array(repeating: "", count: dataset.bagCount)
  }

  /// Assigns a role to bags.
  ///
  /// - Parameters:
  ///   - line: the place in the file, such as `line 4`.
  ///   - mayRepeat: whether a file may repeat an assignment, such as once for each instance.
  /// - Throws: ``FoldError`` for a bag that already has another role.
  mutating func assign(_ bags: [Int], _ role: SplitRole, line: String, mayRepeat: Bool) throws {
    for bag in bags {
      if let old = roles[bag] {
        guard old != role || !mayRepeat else { continue }
        let name = dataset.bagNames[bag]
        throw FoldError(
          place: "\(place), \(line)",
          problem: old == role
            ? "bag \(name) is listed under \(role.rawValue) twice, first in \(places[bag]); remove one of the two"
            : "bag \(name) is in \(role.rawValue), and in \(old.rawValue) in \(places[bag]); a bag has one part in a "
              + "split, remove it from one of the two")
      }
      roles[bag] = role
      places[bag] = line
    }
  }

  /// Assigns a role to all bags without one.
  mutating func assignRest(_ role: SplitRole) {
    let count = roles.count { $0 == nil }
    if count > 0 {
      notes.append("bags that are in no part, \(count) of them, are \(role == .test ? "tested" : "trained on")")
    }
    for bag in roles.indices where roles[bag] == nil { roles[bag] = role }
  }

  /// Returns the split.
  ///
  /// - Throws: ``FoldError`` for bags without a role, an empty part, or a group on both sides.
  func finished() throws -> GivenSplit {
    func refuse(_ problem: String) -> FoldError { FoldError(place: place, problem: problem) }
    let missing = roles.indices.filter { roles[$0] == nil }
    if let first = missing.first {
      throw refuse(
        "bag \(dataset.bagNames[first]) of data set \(dataset.name) is in no part"
          + (missing.count > 1 ? ", nor are \(missing.count - 1) others" : "")
          + "; list each bag under train or test, or under val to leave it out")
    }
    func bags(_ role: SplitRole) -> [Int] { roles.indices.filter { roles[$0] == role } }
    // If no bag is under test, those under val are tested.
    let isTested = roles.contains(.test)
    let said = !isTested && roles.contains(.val) ? ["bags under val are tested, since none is under test"] : []
    let split = GivenSplit(
      training: bags(.train), test: bags(isTested ? .test : .val), leftOut: isTested ? bags(.val) : [], place: place,
      notes: notes + said)
    if split.test.isEmpty { throw refuse("no bag is tested, expected at least one under test") }
    if split.training.isEmpty { throw refuse("no bag is trained on, expected at least one under train") }
    if let problem = dataset.partedGroup(training: split.training, test: split.test) { throw refuse(problem) }
    return split
  }
}

extension BagDataset {
  /// Describes a group with bags on both sides of a split, as half a sentence; nil if there is none.
  func partedGroup(training: [Int], test: [Int]) -> String? {
    guard let groups else { return nil }
    let trained = Dictionary(training.map { (groups[$0], $0) }, uniquingKeysWith: { first, _ in first })
    for bag in test {
      guard let other = trained[groups[bag]] else { continue }
      return
        "group \(groups[bag]) is parted: bag \(bagNames[bag]) is tested and bag \(bagNames[other]) trained on; put "
        + "all bags of a group on one side, or read the data set without its groups, which --ignore-column leaves out"
    }
    return nil
  }
}
