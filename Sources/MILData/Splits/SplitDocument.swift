import Foundation
import UserInput

/// Folds or splits as JSON.
///
/// A split is an object with lists of bags under `train`, `val` and `test`; several are a list of such objects, an object
/// of them, or either under `splits`. Folds are a list of the bags that each fold tests, under `folds` where there are two,
/// or an object with the fold of each bag. A list of such lists of folds has one for each repetition.
struct SplitDocument: Decodable {
  private enum Content {
    case splits([[String: [String]]])
    case folds([[String]])
    case repetitions([[[String]]])
    /// The fold of each bag, and whether the document calls them folds.
    case assignment([String: String], areFolds: Bool)
  }

  private let content: Content

  /// The names of an object's fields.
  struct Keys: Decodable {
    let names: [String]

    init(from decoder: any Decoder) throws {
      names = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    }
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// A bag's name or a fold, which may be written as a whole number.
  private struct Name: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      text = try (try? value.decode(String.self)) ?? String(value.decode(Int.self))
    }
  }

  private struct Part: Decodable {
    let lists: [String: [String]]

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: AnyKey.self)
      var lists: [String: [String]] = [:]
      for key in fields.allKeys where SplitRole(column: key.stringValue) != nil {
        lists[key.stringValue] = try fields.decode([Name].self, forKey: key).map(\.text)
      }
      self.lists = lists
    }
  }

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let lists = try? value.decode([[Name]].self) {
      guard lists.count != 2 else {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: decoder.codingPath,
            debugDescription: "two lists may be two folds or train and test; expected { \"folds\": [[...], [...]] } or "
              + "{ \"train\": [...], \"test\": [...] }"))
      }
      content = .folds(lists.map { $0.map(\.text) })
    } else if let rounds = try? value.decode([[[Name]]].self) {
      content = .repetitions(rounds.map { $0.map { $0.map(\.text) } })
    } else if (try? value.decode([Name].self)) != nil {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription:
            "a list that names no bags or parts; expected { \"fold\": { \"name of bag\": fold, ... } }, a list of the bag "
            + "names that each fold tests, or { \"train\": [...], \"test\": [...] } for each split"))
    } else if let parts = try? value.decode([Part].self) {
      content = .splits(parts.map(\.lists))
    } else {
      content = try Self.object(decoder.container(keyedBy: AnyKey.self), value)
    }
  }

  private static func object(
    _ fields: KeyedDecodingContainer<AnyKey>, _ value: any SingleValueDecodingContainer
  ) throws -> Content {
    let keys = fields.allKeys.sorted { $0.stringValue.localizedStandardCompare($1.stringValue) == .orderedAscending }
    let key = AnyKey(stringValue: "splits")
    if fields.contains(key) { return .splits(try fields.decode([Part].self, forKey: key).map(\.lists)) }
    let folds = AnyKey(stringValue: "folds")
    if keys.count == 1, let lists = try? fields.decode([[Name]].self, forKey: folds) {
      return .folds(lists.map { $0.map(\.text) })
    }
    for name in keys.count == 1 ? ["fold", "folds"] : [] {
      if let names = try? fields.decode([String: Name].self, forKey: AnyKey(stringValue: name)) {
        return .assignment(names.mapValues(\.text), areFolds: true)
      }
    }
    for name in keys.count == 1 ? ["folds", "repetitions", "repeats"] : [] {
      if let rounds = try? fields.decode([[[Name]]].self, forKey: AnyKey(stringValue: name)) {
        return .repetitions(rounds.map { $0.map { $0.map(\.text) } })
      }
    }
    if keys.contains(where: { SplitRole(column: $0.stringValue) != nil }),
      let part = try? value.decode(Part.self), !part.lists.isEmpty
    {
      return .splits([part.lists])
    }
    if let lists = try? keys.map({ try fields.decode([Name].self, forKey: $0) }) {
      return .folds(lists.map { $0.map(\.text) })
    }
    if let parts = try? keys.map({ try fields.decode(Part.self, forKey: $0) }) { return .splits(parts.map(\.lists)) }
    if let names = try? value.decode([String: Name].self) {
      return .assignment(names.mapValues(\.text), areFolds: false)
    }
    return .splits([try value.decode(Part.self).lists])
  }

  /// The folds or splits of a data set's bags.
  ///
  /// - Throws: ``FoldError`` with the file and the bag that does not fit.
  func folds(for dataset: BagDataset, file: String) throws -> GivenFolds {
    switch content {
    case .splits(let parts): .splits(try splits(parts, dataset, file))
    case .folds(let lists):
      try FoldColumns.folds([assigned(Self.entries(lists, ""), dataset, file)], for: dataset)
    case .repetitions(let rounds):
      try FoldColumns.folds(
        rounds.enumerated().map { round, lists in
          try assigned(Self.entries(lists, "repetition \(round + 1), "), dataset, file)
        }, for: dataset)
    case .assignment(let folds, let areFolds):
      try FoldColumns.folds(
        [
          assigned(
            folds.sorted { $0.key < $1.key }.map { ($0.key, $0.value, "field \($0.key.onOneLine(limit: 60))") },
            dataset, file, title: areFolds ? "fold" : nil)
        ], for: dataset)
    }
  }

  private typealias Entry = (name: String, fold: String, place: String)

  /// The bags of lists of folds, each with its place.
  private static func entries(_ lists: [[String]], _ prefix: String) -> [Entry] {
    lists.enumerated().flatMap { index, names in
      names.enumerated().map { ($1, String(index), "\(prefix)fold \(index + 1), entry \($0 + 1)") }
    }
  }

  private func assigned(
    _ entries: [Entry], _ dataset: BagDataset, _ file: String, title: String? = "fold"
  ) throws -> FoldColumns.Column {
    let matcher = BagMatcher(dataset)
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
      throw FoldError(
        place: file,
        problem:
          "bag \(dataset.bagNames[bag]) of data set \(dataset.name) is in no fold; add it to one, or give an object "
          + "with the fold of each bag, -1 for a bag that is only trained on")
    }
    return FoldColumns.Column(name: file, title: title, values: found.map { $0?.fold ?? "" })
  }

  private func splits(
    _ parts: [[String: [String]]], _ dataset: BagDataset, _ file: String
  ) throws -> [GivenSplit] {
    let matcher = BagMatcher(dataset)
    guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty }) else {
      throw FoldError(
        place: file,
        problem:
          "a split without lists of bags; expected what 'folds export' wrote, schemes, or an object with lists of "
          + "bag names under train and test, a list of such objects, a list of the bag names that each fold tests, or "
          + "an object with the fold of each bag")
    }
    return try parts.enumerated().map { index, lists in
      var builder = SplitBuilder(dataset, place: parts.count == 1 ? file : "\(file), split \(index + 1)")
      for key in lists.keys.sorted() {
        guard let role = SplitRole(column: key) else { continue }
        for (place, name) in (lists[key] ?? []).enumerated() {
          let line = "\(key)[\(place)]"
          try builder.assign(
            matcher.require(name, at: "\(file), split \(index + 1), \(line)"), role, line: line, mayRepeat: false)
        }
      }
      return try builder.finished()
    }
  }
}
