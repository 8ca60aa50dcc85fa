import LinearAlgebra
import UserInput

/// A data set as flat arrays: a matrix of instances, the id of each instance's bag, and labels.
///
/// What the layouts with one array a role (milpy's MAT-files, NumPy archives) have in common. Bags come in order of first
/// appearance; see ``NumberedBags`` for the order of a list with one entry a bag.
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
  /// The bag of each instance.
  var bags: Part<BagIdentifiers>
  /// A label for each bag or for each instance; nil where they follow from those of instances, or are not read.
  var labels: Part<[String]>?
  /// A label for each instance, where the file has them.
  var instanceLabels: Part<[String]>?
  /// A group for each bag or for each instance, where the file has them.
  var groups: Part<[String]>?
  /// The fold of each bag or of each instance; one a repetition.
  var folds: [Part<[String]>] = []
  /// A name for each bag, which also tells the order of lists with one entry a bag where the names are the ids.
  var bagNames: Part<[String]>?
  /// The names of the features.
  var featureNames: [String]?
  /// The place of each instance in its image.
  var places: [InstancePlace]?
  /// What the user says about the file.
  var options: ReadOptions
  /// What was decided before.
  var decisions: [ReadDecision] = []

  /// The data set, and what was decided about it.
  ///
  /// - Throws: ``ReadError`` naming the array that does not fit.
  func read(named name: String) throws -> ReadBags {
    let (columns, values) = features.content
    guard columns > 0, !values.isEmpty else { throw features.error(found: "no values", expected: "instances") }
    let rows = values.count / columns
    guard bags.content.count == rows else {
      throw bags.error(found: "\(bags.content.count) bag ids", expected: "\(rows), one for each instance")
    }
    try Self.requireFinite(features, allowsMissing: options.allowsMissing)
    let numbered = NumberedBags(bags.content)
    var lists = try PerBagLists(numbered, bagNames, options)
    let labels = try Labels(self, numbered, &lists)
    let groups = try groups.map { try lists.perBag($0, kind: "groups") }
    let folds = try folds.map { try lists.perBag($0, kind: "folds") }
    var dataset = try BagDataset(
      name: name, instances: numbered.matrix(columns: columns, features: values), offsets: numbered.offsets,
      labels: labels.bags, bagNames: lists.names, instanceLabels: labels.instances, groups: groups,
      featureNames: featureNames, places: places.map { numbered.ordered($0) })
    dataset.foldNames = folds.isEmpty ? nil : folds
    let scattered = numbered.rowOrder == nil ? [] : [BagNames.scattered]
    return ReadBags(
      dataset: dataset,
      decisions: decisions + scattered + lists.decisions + BagNames.decisions(numbered.names) + labels.decisions,
      classNames: labels.names)
  }

  /// Refuses features that are not finite, naming row and column.
  static func requireFinite(
    _ part: Part<(columns: Int, values: [Float])>, firstRow: Int = 0, allowsMissing: Bool = false
  ) throws {
    let (columns, values) = part.content
    guard let place = values.firstIndex(where: { !$0.isFinite && !(allowsMissing && $0.isNaN) }) else { return }
    throw part.error(
      found: "\(values[place]) in row \(firstRow + place / columns + 1), column \(place % columns + 1)",
      expected: "a finite number in single precision" + (values[place].isNaN ? MissingValues.wayOut : ""))
  }

  /// Labels as 1 or 0, or nil where an instance has none, by the rule of all formats.
  static func rule(
    of owner: LabelRule.Owner, _ part: Part<[String]>, _ options: ReadOptions, bagsUseMinusOne: Bool = false
  ) throws -> (labels: [Int?], classNames: [String], decision: ReadDecision) {
    var rule = LabelRule(of: owner, file: part.file, options: options)
    var known: [String: Int] = [:]
    let codes = try part.content.enumerated().map { index, text in
      if let code = known[text] { return code }
      let code = try rule.code(of: ArraySlice(text.utf8), at: .field("\(part.field), place \(index + 1)"))
      known[text] = code
      return code
    }
    let resolution = try rule.resolve(bagsUseMinusOne: bagsUseMinusOne)
    return (codes.map { resolution.meanings[$0] }, resolution.classNames, resolution.decision)
  }

  /// Numbers as labels are written: whole ones without a fraction.
  static func texts(_ part: Part<[Double]>) -> Part<[String]> {
    var last: (number: Double, text: String)?
    let texts = part.content.map { number in
      if let last, last.number == number { return last.text }
      let text = Int(exactly: number).map(String.init) ?? String(number)
      last = (number, text)
      return text
    }
    return Part<[String]>(file: part.file, field: part.field, content: texts)
  }

  /// The labels of bags and instances.
  private struct Labels {
    var bags: [Int]
    var instances: [Int?]?
    var names = ["0", "1"]
    var decisions: [ReadDecision] = []

    init(_ flat: FlatBags, _ numbered: NumberedBags, _ lists: inout PerBagLists) throws {
      let rows = numbered.bagOfRow.count
      let usesMinusOne = flat.labels?.content.contains { Double($0) == -1 } ?? false
      let instanceRule = try flat.instanceLabels.map { part in
        guard part.content.count == rows else {
          throw part.error(found: "\(part.content.count) labels", expected: "\(rows), one for each instance")
        }
        return try FlatBags.rule(of: .instances, part, flat.options, bagsUseMinusOne: usesMinusOne)
      }
      instances = instanceRule.map { numbered.ordered($0.labels) }
      if let part = flat.labels {
        let perBag = Part(file: part.file, field: part.field, content: try lists.perBag(part, kind: "labels"))
        let rule = try FlatBags.rule(of: .bags, perBag, flat.options)
        bags = rule.labels.map { $0 ?? 0 }
        names = rule.classNames
        decisions.append(rule.decision)
      } else if let instanceRule, flat.options.columns.hasLabels {
        bags = try DerivedLabels.ofBags(
          numbered.bagOfRow, instanceRule.labels, names: numbered.names, file: flat.bags.file)
        names = instanceRule.classNames
        decisions.append(DerivedLabels.decision)
      } else {
        bags = [Int](repeating: 0, count: numbered.names.count)
        decisions.append(ReadDecision(.labels, "not read", option: "--no-labels"))
      }
      if let instanceRule { decisions.append(instanceRule.decision) }
    }
  }
}

/// Lists with one entry a bag or one an instance, brought into the order of bags.
struct PerBagLists {
  private let numbered: NumberedBags
  private let options: ReadOptions
  /// Where each bag's entry stands, where the names of bags tell it.
  private var placesByName: [Int]?
  /// What the bags are called.
  private(set) var names: [String]
  /// What was decided about the order of bags.
  private(set) var decisions: [ReadDecision] = []

  /// Lists beside the ids of bags, and perhaps the names of bags.
  init(_ numbered: NumberedBags, _ bagNames: FlatBags.Part<[String]>?, _ options: ReadOptions) throws {
    self.numbered = numbered
    self.options = options
    names = numbered.names
    guard let bagNames else { return }
    let places = Dictionary(zip(bagNames.content, bagNames.content.indices), uniquingKeysWith: { first, _ in first })
    if Set(bagNames.content) == Set(names), places.count == bagNames.content.count {
      placesByName = names.map { places[$0] ?? 0 }
      decisions.append(ReadDecision(.bags, "lists with one entry a bag are in the order of \(bagNames.field)"))
    } else {
      names = try perBag(bagNames, kind: "names")
      decisions.append(ReadDecision(.bags, "bags are called as in \(bagNames.field)"))
    }
  }

  /// The list with one entry a bag.
  ///
  /// - Throws: ``ReadError`` for a list of another length, for instances of a bag that differ, and where it is open which
  ///   entry is whose.
  mutating func perBag(_ part: FlatBags.Part<[String]>, kind: String) throws -> [String] {
    let (bagCount, rowCount) = (numbered.names.count, numbered.bagOfRow.count)
    if part.content.count == rowCount {
      do throws(NumberedBags.Contradiction) {
        return try numbered.perBag(ofRows: part.content)
      } catch {
        throw part.error(
          found: "\(part.content[error.row]) for instance \(error.row + 1) of bag \(numbered.names[error.bag])",
          expected: "one value throughout the bag")
      }
    }
    guard part.content.count == bagCount else {
      throw part.error(
        found: "\(part.content.count) \(kind)",
        expected: "\(bagCount) for the bags or \(rowCount) for the instances")
    }
    guard let places = placesByName ?? numbered.places(options.bagOrder) else {
      throw part.error(
        found: "one entry a bag, while the bags' ids do not ascend in the order in which they first appear ("
          + numbered.names.prefix(3).joined(separator: ", ") + " ...)",
        expected: "--bag-order appearance or sorted to say whose entry is whose, or an array of bag names")
    }
    if placesByName == nil {
      let order = options.bagOrder == .sorted ? "sorted" : "as they first appear"
      let decision = ReadDecision(
        .bags, "the \(kind) in \(part.field), one a bag, are those of the bags \(order)", option: "--bag-order")
      if !decisions.contains(decision) { decisions.append(decision) }
    }
    return places.map { part.content[$0] }
  }
}
