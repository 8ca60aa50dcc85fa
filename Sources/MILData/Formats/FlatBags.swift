import LinearAlgebra
import UserInput

/// A data set as flat arrays: a matrix of instances, the number of each instance's bag, and labels.
///
/// What the layouts with one array a role (milpy's MAT-files, NumPy archives) have in common. Bags come in ascending
/// order of their numbers, which is also the order of a list of labels with one entry a bag.
struct FlatBags {
  /// An array of the file: where it is, for errors, and its content.
  struct Part<Content> {
    let file: String
    let field: String
    let content: Content

    func error(found: String, expected: String) -> ReadError {
      ReadError(file: file, at: .field(field), found: found, expected: expected)
    }
  }

  /// The features row after row, and how many a row has.
  var features: Part<(columns: Int, values: [Float])>
  /// The number of the bag of each instance.
  var bags: Part<[Double]>
  /// A label for each bag or for each instance.
  var labels: Part<[Double]>
  /// A label for each instance, where the file has them.
  var instanceLabels: Part<[Double]>?
  /// A group for each bag or for each instance, where the file has them.
  var groups: Part<[String]>?
  /// What the bags are called, by their numbers; nil where the numbers are the names.
  var bagNames: [String]?
  /// What the user says about the file.
  var options: ReadOptions

  /// The data set.
  ///
  /// - Throws: ``ReadError`` naming the array that does not fit.
  func read(named name: String) throws -> ReadBags {
    let (columns, values) = features.content
    guard columns > 0, !values.isEmpty else { throw features.error(found: "no values", expected: "instances") }
    let rows = values.count / columns
    guard bags.content.count == rows else {
      throw bags.error(found: "\(bags.content.count) bag numbers", expected: "\(rows), one for each instance")
    }
    let numbers = try bags.content.enumerated().map { row, number in
      guard let whole = Int(exactly: number) else {
        throw bags.error(found: "bag number \(number) of instance \(row + 1)", expected: "a whole number")
      }
      return whole
    }
    try Self.requireFinite(features)
    let numbered = NumberedBags(numbers)
    let names = numbered.numbers.map { number in
      bagNames.flatMap { $0.indices.contains(number) ? $0[number] : nil } ?? String(number)
    }
    let bagLabels = try Self.perBag(labels, numbered, names, kind: "labels")
    let rule = try Self.rule(of: .bags, labels, bagLabels, options)
    let instanceRule = try instanceLabels.map { part in
      guard part.content.count == rows else {
        throw part.error(found: "\(part.content.count) labels", expected: "\(rows), one for each instance")
      }
      return try Self.rule(of: .instances, part, part.content, options, bagsUseMinusOne: labels.content.contains(-1))
    }
    let dataset = try BagDataset(
      name: name, instances: numbered.matrix(columns: columns, features: values), offsets: numbered.offsets,
      labels: rule.labels.map { $0 ?? 0 }, bagNames: names,
      instanceLabels: instanceRule.map { numbered.ordered($0.labels) },
      groups: groups.map { try Self.perBag($0, numbered, names, kind: "groups") })
    return ReadBags(
      dataset: dataset, decisions: [rule.decision] + (instanceRule.map { [$0.decision] } ?? []),
      classNames: rule.classNames)
  }

  /// Refuses features that are not finite, naming row and column.
  static func requireFinite(_ part: Part<(columns: Int, values: [Float])>, firstRow: Int = 0) throws {
    let (columns, values) = part.content
    guard let place = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw part.error(
      found: "\(values[place]) in row \(firstRow + place / columns + 1), column \(place % columns + 1)",
      expected: "a finite number in single precision")
  }

  /// Labels as 1 or 0, or nil where an instance has none, by the rule of all formats.
  static func rule(
    of owner: LabelRule.Owner, _ part: Part<[Double]>, _ numbers: [Double], _ options: ReadOptions,
    bagsUseMinusOne: Bool = false
  ) throws -> (labels: [Int?], classNames: [String], decision: ReadDecision) {
    var rule = LabelRule(of: owner, file: part.file, options: options)
    var codeOfNumber: [Double: Int] = [:]
    let codes = try numbers.enumerated().map { index, number in
      if let known = codeOfNumber[number] { return known }
      let text = Int(exactly: number).map(String.init) ?? String(number)
      let code = try rule.code(of: ArraySlice(text.utf8), at: .field("\(part.field), place \(index + 1)"))
      codeOfNumber[number] = code
      return code
    }
    let resolution = try rule.resolve(bagsUseMinusOne: bagsUseMinusOne)
    return (codes.map { resolution.meanings[$0] }, resolution.classNames, resolution.decision)
  }

  private static func perBag<Element: Equatable>(
    _ part: Part<[Element]>, _ bags: NumberedBags, _ names: [String], kind: String
  ) throws -> [Element] {
    do throws(NumberedBags.Misfit) {
      return try bags.perBag(part.content)
    } catch .length {
      throw part.error(
        found: "\(part.content.count) \(kind)",
        expected: "\(bags.numbers.count) for the bags or \(bags.bagOfRow.count) for the instances")
    } catch .contradiction(let bag, let row) {
      throw part.error(
        found: "\(part.content[row]) for instance \(row + 1) of bag \(names[bag])",
        expected: "one value throughout the bag")
    }
  }
}
