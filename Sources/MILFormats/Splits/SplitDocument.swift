import Foundation
import MILBags
import UserInput

/// Folds or splits as JSON.
///
/// These forms are supported:
///
/// - A split is an object with lists of bags under `train`, `val` and `test`.
/// - Several splits are a list of such objects, an object of them, or either under `splits`.
/// - Folds are a list of the bags that each fold tests, under `folds` if there are two.
/// - Folds may also be an object with the fold of each bag.
/// - A list of such lists of folds has one for each repetition.
/// - Records, and columns as pandas writes them, are a table.
struct SplitDocument: Decodable {
  /// A JSON value.
  private indirect enum Value: Decodable {
    case object([(key: String, value: Value)])
    case list([Value])
    /// A text or a Boolean as text; empty for null.
    case text(String)
    /// A number as text.
    case number(String)

    init(from decoder: any Decoder) throws {
      if let fields = try? decoder.container(keyedBy: AnyKey.self) {
        let keys = fields.allKeys.sorted { NumberedNames.areInOrder($0.stringValue, $1.stringValue) }
        self = .object(try keys.map { ($0.stringValue, try fields.decode(Value.self, forKey: $0)) })
      } else if var items = try? decoder.unkeyedContainer() {
        var list: [Value] = []
        while !items.isAtEnd { list.append(try items.decode(Value.self)) }
        self = .list(list)
      } else {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
          self = .text("")
        } else if let text = try? value.decode(String.self) {
          self = .text(text)
        } else if let truth = try? value.decode(Bool.self) {
          self = .text(String(truth))
        } else if let whole = try? value.decode(Int.self) {
          self = .number(String(whole))
        } else {
          self = .number(String(try value.decode(Double.self)))
        }
      }
    }

    /// The text, or the number as text; nil for other values.
    var text: String? {
      switch self {
      case .text(let text), .number(let text): text
      case .object, .list: nil
      }
    }
    /// Whether a list contains numbers.
    var listsNumbers: Bool {
      switch self {
      case .list(let all):
        all.contains { value in
          if case .number = value { true } else { value.listsNumbers }
        }
      case .object(let fields): fields.contains { $0.value.listsNumbers }
      case .text, .number: false
      }
    }
    var list: [Value]? { if case .list(let list) = self { list } else { nil } }
    var object: [(key: String, value: Value)]? { if case .object(let object) = self { object } else { nil } }
    /// The texts of a list of texts; nil for other values.
    var texts: [String]? { list.flatMap { all in all.map(\.text).allAreThere() } }
    /// The lists of a list of lists of texts; nil for other values.
    var lists: [[String]]? { list.flatMap { all in all.map(\.texts).allAreThere() } }

    subscript(_ keys: String...) -> Value? { object?.first { keys.contains($0.key) }?.value }
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private let value: Value

  /// The keys of the document's top-level object; empty for a list.
  var keys: [String] { value.object?.map(\.key) ?? [] }

  init(from decoder: any Decoder) throws { value = try Value(from: decoder) }

  /// Returns the folds or splits of a data set's bags, and the decisions.
  ///
  /// - Throws: ``FoldError`` with the file and the invalid bag.
  func folds(for dataset: BagDataset, file: String) throws -> (folds: GivenFolds, notes: [String]) {
    if let table = Self.table(value, file) { return try SplitLayout.read(table, for: dataset) }
    if value.listsNumbers { try Self.refusePositions(dataset, file) }
    return try Reader(dataset: dataset, file: file).folds(value)
  }

  /// Refuses numbers if the names of bags are other bags' positions.
  private static func refusePositions(_ dataset: BagDataset, _ file: String) throws {
    let positions = Array(0..<dataset.bagCount)
    let names = dataset.bagNames.compactMap(Int.init)
    guard let bag = zip(names, positions).first(where: { $0 != $1 })?.1, names.sorted() == positions else { return }
    throw FoldError(
      place: file,
      problem: "numbers in lists may be names or positions of bags, and in data set \(dataset.name) bag "
        + "\(dataset.bagNames[bag]) is at position \(bag), counted from 0; expected names in quotation marks, such as "
        + "[\"\(dataset.bagNames[bag])\"]; names[index] of each position is one")
  }

  /// Returns records, or columns with the values of each row, as a table; nil for other values.
  private static func table(_ value: Value, _ file: String) -> SplitTable? {
    if let records = value.list, let first = records.first?.object, first.count > 1,
      records.allSatisfy({ $0.object?.allSatisfy { $0.value.text != nil } == true })
    {
      let header = first.map(\.key)
      return SplitTable(
        file: file, header: header,
        rows: records.enumerated().map { index, record in
          (index + 1, header.map { key in record[key]?.text ?? "" })
        })
    }
    guard let columns = value.object, columns.count > 1, let first = columns[0].value.object, !first.isEmpty,
      columns.contains(where: { BagColumn.isKnown($0.key) }),
      columns.allSatisfy({ $0.value.object?.map(\.key) == first.map(\.key) }),
      columns.allSatisfy({ $0.value.object?.allSatisfy { $0.value.text != nil } == true })
    else { return nil }
    return SplitTable(
      file: file, header: columns.map(\.key),
      rows: first.indices.map { row in (row + 1, columns.map { $0.value.object?[row].value.text ?? "" }) })
  }

  /// Reads documents that are not tables.
  private struct Reader {
    let dataset: BagDataset
    let file: String

    private func refuse(_ problem: String) -> FoldError { FoldError(place: file, problem: problem) }

    private static let expected =
      "expected what 'folds export' wrote, schemes, or an object with lists of bag names under train and test, a list of such "
      + "objects, a list of the bag names that each fold tests, or an object with the fold of each bag"

    func folds(_ value: Value) throws -> (folds: GivenFolds, notes: [String]) {
      if let list = value.list { return try self.list(list, value) }
      guard let fields = value.object else { throw refuse("a lone value; \(Self.expected)") }
      // Settings beside the lists are unrelated to bags: { "seed": 1, "splits": [...] }.
      let content = fields.filter { $0.value.text == nil }
      if let splits = value["splits"], splits.text == nil { return (.splits(try self.splits(splits)), []) }
      if content.count == 1, let (key, inner) = content.first, let found = try wrapped(key, inner) { return found }
      if let parts = try parts(fields) { return parts }
      if !content.isEmpty, let lists = content.map(\.value.texts).allAreThere() {
        try refuseKeys(content.map(\.key))
        let areFolds = content.allSatisfy { SplitWords.mayNameFold($0.key) }
        return (try self.folds(lists, called: areFolds ? nil : content.map(\.key)), [])
      }
      if !content.isEmpty, content.allSatisfy({ $0.value.object != nil }) {
        return (.splits(try self.splits(.list(content.map(\.value)))), [])
      }
      if content.isEmpty, !fields.isEmpty { return (try assignment(fields, title: nil), []) }
      if let several = content.first(where: { ($0.value.texts ?? []).count > 1 }), content.count == fields.count {
        throw refuse(
          "field \(several.key.onOneLine(limit: 60)) is no split and no fold; \(Self.expected)")
      }
      throw refuse("a split without lists of bags; \(Self.expected)")
    }

    /// Reads the only field of an object; nil if its name is unknown.
    private func wrapped(_ key: String, _ value: Value) throws -> (folds: GivenFolds, notes: [String])? {
      let plain = key.lowercased()
      guard ["fold", "folds", "repetitions", "repeats"].contains(plain) else { return nil }
      if let lists = value.lists { return (try folds(lists), []) }
      if let fields = value.object, fields.allSatisfy({ $0.value.text != nil }) {
        return (try assignment(fields, title: "fold"), [])
      }
      if let rounds = value.list, let lists = rounds.map(\.lists).allAreThere() {
        return try repetitions(lists, areSaid: plain.hasPrefix("rep"))
      }
      if value.list?.isEmpty == false, value.list?.allSatisfy({ $0.object != nil }) == true {
        return (.splits(try splits(value)), [])
      }
      return nil
    }

    private func list(_ list: [Value], _ value: Value) throws -> (folds: GivenFolds, notes: [String]) {
      if let lists = value.lists {
        guard lists.count != 2 else {
          throw refuse(
            "two lists may be two folds or train and test; expected { \"folds\": [[...], [...]] } or "
              + "{ \"train\": [...], \"test\": [...] }")
        }
        return (try folds(lists), [])
      }
      if let rounds = list.map(\.lists).allAreThere() { return try repetitions(rounds, areSaid: false) }
      if list.allSatisfy({ $0.text != nil }) {
        throw refuse(
          "a list that names no bags or parts; expected { \"fold\": { \"name of bag\": fold, ... } }, a list of the bag "
            + "names that each fold tests, or { \"train\": [...], \"test\": [...] } for each split")
      }
      return (.splits(try splits(value)), [])
    }

    // MARK: - Folds

    private typealias Entry = (name: String, fold: String, place: String)

    /// Returns the bags of lists of folds, each with its place.
    private func entries(_ lists: [[String]], _ prefix: String) -> [Entry] {
      lists.enumerated().flatMap { index, names in
        names.enumerated().map { ($1, String(index), "\(prefix)fold \(index + 1), entry \($0 + 1)") }
      }
    }

    private func folds(_ lists: [[String]], called names: [String]? = nil) throws -> GivenFolds {
      var all = entries(lists, "")
      if let names { all = all.map { ($0.name, Int($0.fold).map { names[$0] } ?? $0.fold, $0.place) } }
      return try FoldColumns.folds([assigned(all, title: names == nil ? "fold" : nil)], for: dataset)
    }

    /// Reads lists of folds for each repetition, or scikit-learn's pairs of training and test bags.
    private func repetitions(
      _ rounds: [[[String]]], areSaid: Bool
    ) throws -> (folds: GivenFolds, notes: [String]) {
      let matcher = BagMatcher(dataset)
      let arePairs = rounds.count > 1 && rounds.allSatisfy { $0.count == 2 }
      let found = rounds.map { $0.map { $0.map { matcher.bags(named: $0) ?? [] }.joined().sorted() } }
      let areKnown = rounds.joined().joined().allSatisfy { matcher.bags(named: $0) != nil }
      if arePairs, areKnown, !areSaid {
        let all = Array(0..<dataset.bagCount)
        let tested = found.flatMap { $0[1] }.sorted()
        let areCovering = found.allSatisfy { ($0[0] + $0[1]).sorted() == all }
        guard tested == all || !areCovering else {
          throw refuse(
            "pairs of lists may be train and test, or two folds in each of \(rounds.count) repetitions; expected a list of "
              + "{ \"train\": [...], \"test\": [...] }, or { \"repetitions\": [[[...], [...]], ...] }")
        }
        let parts = rounds.map { [("train", $0[0]), ("test", $0[1])] }
        return (
          .splits(try parts.enumerated().map { try split($1, number: $0, of: parts.count) }),
          ["pairs of lists are taken as train and test, since the second lists test each bag once"]
        )
      }
      let columns = try rounds.enumerated().map { round, lists in
        try assigned(entries(lists, "repetition \(round + 1), "))
      }
      return (try FoldColumns.folds(columns, for: dataset), [])
    }

    private func assignment(_ fields: [(key: String, value: Value)], title: String?) throws -> GivenFolds {
      let entries = fields.map { ($0.key, $0.value.text ?? "", "field \($0.key.onOneLine(limit: 60))") }
      guard title != nil || !entries.contains(where: { Double($0.1).map { $0 != $0.rounded() } ?? false }) else {
        throw refuse("a split without lists of bags; \(Self.expected)")
      }
      return try FoldColumns.folds([assigned(entries, title: title)], for: dataset)
    }

    private func assigned(_ entries: [Entry], title: String? = "fold") throws -> FoldColumns.Column {
      let matcher = try BagMatcher(dataset).reading(entries.map(\.name), titled: "", at: file)
      var found = [(fold: String, place: String)?](repeating: nil, count: dataset.bagCount)
      for entry in entries {
        let place = "\(file), \(entry.place)"
        for bag in try matcher.require(entry.name, at: place) {
          if let old = found[bag] {
            throw FoldError(
              place: place,
              problem:
                "bag \(dataset.bagNames[bag]) is there already, in \(old.place); a bag is in one fold, remove one of "
                + "the two")
          }
          found[bag] = (entry.fold, entry.place)
        }
      }
      if let bag = found.firstIndex(where: { $0 == nil }) {
        throw refuse(
          "bag \(dataset.bagNames[bag]) of data set \(dataset.name) is in no fold; add it to one, or give an object "
            + "with the fold of each bag, -1 for a bag that is only trained on")
      }
      return FoldColumns.Column(name: file, title: title, values: found.map { $0?.fold ?? "" })
    }

    /// Refuses two lists whose names may refer to parts, or to anything else.
    private func refuseKeys(_ keys: [String]) throws {
      let areFolds = keys.allSatisfy { FoldColumns.words.contains(String($0.lowercased().prefix { $0.isLetter })) }
      guard keys.count == 2, !areFolds else { return }
      throw refuse(
        "the lists \(keys.map { ReadError.quoted($0.utf8) }.joined(separator: " and ")) may be two folds, a part that is "
          + "trained on and one that is tested, or neither; expected \(SplitWords.wayOut)")
    }

    // MARK: - Splits

    /// Reads the splits of an object whose fields are parts; nil for other objects.
    private func parts(_ fields: [(key: String, value: Value)]) throws -> (folds: GivenFolds, notes: [String])? {
      let lists = fields.filter { $0.value.texts != nil }
      let words = SplitWords.roles(of: lists.map(\.key)) ?? [:]
      let roles = lists.filter { SplitRole(column: $0.key) != nil }
      if roles.isEmpty, words.count > 1, let note = SplitWords.note(words) {
        let named = lists.map { (words[$0.key]?.rawValue ?? "", $0.value.texts ?? []) }
        return (.splits([try split(named, number: 0, of: 1)]), [note])
      }
      // Words that only another beside them clarifies: { "train": [...], "holdout": [...] }.
      let others = lists.filter { SplitRole(column: $0.key) == nil && words[$0.key] != nil }
      if !roles.isEmpty {
        let all =
          roles.map { ($0.key, $0.value.texts ?? []) }
          + others.map { (words[$0.key]?.rawValue ?? "", $0.value.texts ?? []) }
        let note = others.isEmpty ? nil : SplitWords.note(words)
        return (.splits(try numbered(all)), [note].compactMap(\.self))
      }
      // A list for each split under each part.
      let nested = fields.filter { SplitRole(column: $0.key) != nil && $0.value.lists?.isEmpty == false }
      guard nested.count > 1, let count = nested[0].value.lists?.count,
        nested.allSatisfy({ $0.value.lists?.count == count })
      else { return nil }
      return (
        .splits(
          try (0..<count).map { number in
            try split(nested.map { ($0.key, $0.value.lists?[number] ?? []) }, number: number, of: count)
          }), []
      )
    }

    /// Returns the splits of fields such as `train_0` and `test_0`, or the only one.
    private func numbered(_ fields: [(key: String, names: [String])]) throws -> [GivenSplit] {
      let groups = Dictionary(grouping: fields) { SplitRole.number(ofColumn: $0.key) ?? -1 }.sorted { $0.key < $1.key }
      return try groups.enumerated().map { number, group in
        try split(group.value.map { ($0.key, $0.names) }, number: number, of: groups.count)
      }
    }

    private func splits(_ value: Value) throws -> [GivenSplit] {
      let parts = value.list ?? value.object?.map(\.value) ?? []
      let fields = try parts.map { part in
        let lists = (part.object ?? []).filter { SplitRole(column: $0.key) != nil && $0.value.texts != nil }
        guard !lists.isEmpty else { throw refuse("a split without lists of bags; \(Self.expected)") }
        return lists.map { ($0.key, $0.value.texts ?? []) }
      }
      guard !fields.isEmpty else { throw refuse("a split without lists of bags; \(Self.expected)") }
      return try fields.enumerated().map { try split($1, number: $0, of: fields.count) }
    }

    private func split(_ lists: [(String, [String])], number: Int, of count: Int) throws -> GivenSplit {
      try refusePositions(lists)
      var builder = SplitBuilder(dataset, place: count == 1 ? file : "\(file), split \(number + 1)")
      let matcher = try BagMatcher(dataset).reading(
        lists.flatMap(\.1), titled: lists.map(\.0).joined(separator: " "), at: file)
      builder.notes += matcher.note.list
      for (key, names) in lists.sorted(by: { $0.0 < $1.0 }) {
        guard let role = SplitRole(column: key) else { continue }
        for (place, name) in names.enumerated() {
          let line = "\(key)[\(place)]"
          try builder.assign(
            matcher.require(name, at: "\(file), split \(number + 1), \(line)"), role, line: line, mayRepeat: false)
        }
      }
      return try builder.finished()
    }

    /// Refuses positions of bags that are names of other bags.
    private func refusePositions(_ lists: [(String, [String])]) throws {
      let matcher = BagMatcher(dataset)
      for (key, names) in lists {
        let words = key.lowercased().split { !$0.isLetter }
        guard words.contains(where: { ["idx", "idxs", "index", "indices", "indexes", "positions"].contains($0) }),
          let name = names.first(where: { text in Int(text).map { matcher.bag(named: text) != $0 } ?? false })
        else { continue }
        throw refuse(
          "\(key.onOneLine(limit: 40)) says positions, and \(name) is \(matcher.bag(named: name) == nil ? "no" : "another") "
            + "bag's name; expected names of bags under train and test, as names[index] of each position is one")
      }
    }
  }
}

extension Sequence {
  /// Returns all elements unwrapped; nil if one is nil.
  fileprivate func allAreThere<Wrapped>() -> [Wrapped]? where Element == Wrapped? {
    var result: [Wrapped] = []
    for element in self {
      guard let element else { return nil }
      result.append(element)
    }
    return result
  }
}
