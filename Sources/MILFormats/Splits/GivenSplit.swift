import MILBags

/// What a split does with a bag.
enum SplitRole: String, CaseIterable {
  case train
  /// Neither trained on nor tested: the harness chooses nothing on validation bags.
  case val
  case test

  private static let words: [String: SplitRole] = [
    "train": .train, "training": .train, "trn": .train, "tr": .train, "val": .val, "valid": .val, "validation": .val,
    "dev": .val, "vali": .val, "test": .test, "testing": .test, "tst": .test, "te": .test,
  ]

  /// The role of a word such as `train` or `validation`, whatever the case.
  init?(word: String) {
    guard let role = Self.words[word.lowercased()] else { return nil }
    self = role
  }

  /// The role that the name of a column or field tells, such as `train`, `val_slide_path`, `is_test` or `X_test_3`; nil for
  /// labels and for folds.
  init?(column: String) {
    let parts = Self.parts(of: column)
    guard let first = parts.first(where: { !Self.leading.contains($0) && !$0.allSatisfy(\.isNumber) }),
      let last = parts.last, !last.hasSuffix("label"), !last.hasSuffix("labels"), parts.first != "y",
      !["fold", "folds"].contains(last), !Self.measures.contains(last)
    else { return nil }
    guard let role = Self.plainWord(first) else { return nil }
    self = role
  }

  /// Which of several splits the name of a column or field tells: 1 of `train_1`, `test1` and `fold_1_test`.
  static func number(ofColumn column: String) -> Int? {
    parts(of: column).lazy.compactMap { Int($0.drop { !$0.isNumber }) }.first
  }

  private static func parts(of column: String) -> [String] {
    column.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// What may stand before the word of a part.
  private static let leading: Set = ["is", "in", "x", "ids", "id", "fold", "split", "cv", "bag", "bags"]
  /// What is measured on a part, and is no list of its bags.
  private static let measures: Set = [
    "auc", "acc", "accuracy", "loss", "score", "f1", "error", "size", "count", "frac", "fraction", "ratio", "time",
  ]

  /// A word of a part without the number behind it; nil for others.
  private static func plainWord(_ word: String) -> SplitRole? {
    let stem = word.prefix { $0.isLetter }
    return word.dropFirst(stem.count).allSatisfy(\.isNumber) ? SplitRole(word: String(stem)) : nil
  }
}

/// One split into training and test bags, as a file gives it.
package struct GivenSplit: Equatable {
  package let training: [Int]
  package let test: [Int]
  /// The bags that are neither.
  package let leftOut: [Int]
  /// Where it stands, for errors and notes.
  package let place: String
  /// What was decided about it.
  package var notes: [String] = []
}

/// Gathers what a file says of one split, and checks it.
struct SplitBuilder {
  private let dataset: BagDataset
  private let place: String
  private var roles: [SplitRole?]
  private var places: [String]
  /// What was decided about the split.
  var notes: [String] = []

  /// A split of a data set that stands at `place`, a file or a column of one.
  init(_ dataset: BagDataset, place: String) {
    self.dataset = dataset
    self.place = place
    roles = Array(repeating: nil, count: dataset.bagCount)
    places = Array(repeating: "", count: dataset.bagCount)
  }

  /// Gives bags a role.
  ///
  /// - Parameters:
  ///   - line: where the file says so, such as `line 4`.
  ///   - mayRepeat: whether a file may say the same of a bag twice, such as once an instance.
  /// - Throws: ``FoldError`` for a bag that has another role already.
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

  /// Gives all bags without a role this one.
  mutating func assignRest(_ role: SplitRole) {
    let count = roles.count { $0 == nil }
    if count > 0 {
      notes.append("bags that are in no part, \(count) of them, are \(role == .test ? "tested" : "trained on")")
    }
    for bag in roles.indices where roles[bag] == nil { roles[bag] = role }
  }

  /// The split.
  ///
  /// - Throws: ``FoldError`` for bags without a role, an empty part, and a group on both sides.
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
    // Where no bag is under test, those under val are tested.
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
  /// Which group has bags on both sides of a split, as half a sentence; nil where none has.
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
