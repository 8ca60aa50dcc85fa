import Containers
import MILBags
import UserInput

/// Makes bags from the arrays of one file: the common part of NumPy archives and MAT-files with one variable a role.
///
/// Bags have one of three forms:
///
/// - Instances are the rows of the features, each with the id of its bag.
/// - The features are an array of bags x instances x features.
/// - Sizes state the number of rows of each bag.
///
/// Labels, groups and folds have an entry for each bag or for each instance. Ids are compared as text, whole numbers
/// with all their digits.
struct ArrayBags {
  private var roles: ArrayRoles
  private let options: ReadOptions
  private let file: String
  private let load: (String) throws -> StoredArray
  private var decisions: [ReadDecision] = []
  /// The names of the features, and their original spelling.
  private var featureNames: [String]?
  private var featureTitles: [String] = []

  /// Creates a reader of the arrays that have roles; `load` returns an array by name.
  init(_ roles: ArrayRoles, _ options: ReadOptions, file: String, load: @escaping (String) throws -> StoredArray) {
    (self.roles, self.options, self.file, self.load) = (roles, options, file, load)
  }

  /// Reads the data set.
  ///
  /// - Parameters:
  ///   - rows: the instances, if the layout has its own way to store them.
  ///   - labels: the label of each bag of those rows, if the layout has them.
  ///   - load: returns an array by name.
  /// - Throws: ``ReadError`` with the invalid array.
  static func read(
    _ roles: ArrayRoles, _ options: ReadOptions, file: String, name: String, rows: ArrayRows? = nil,
    labels: [String]? = nil, load: @escaping (String) throws -> StoredArray
  ) throws -> ReadBags {
    var reader = ArrayBags(roles, options, file: file, load: load)
    return try reader.read(named: name, rows, labels)
  }

  private func array(_ role: ArrayRoles.Role) throws -> StoredArray? { try roles.names[role].map(load) }

  private mutating func read(named name: String, _ given: ArrayRows?, _ labelOfBag: [String]?) throws -> ReadBags {
    let rows = try (given ?? instances()).leavingOut(
      of: roles, options, &decisions, &featureNames, &featureTitles, load)
    if let encoding = options.encoding {
      decisions.append(
        ReadDecision(
          .encoding, "\(encoding.rawValue) for texts of bytes, \(options.reason(for: .encoding))", option: "--encoding")
      )
    }
    var lists = try BagLists(rows, options: options, file: file)
    if let names = try array(.bagNames) { try lists.name(by: names) }
    let labels = options.columns.hasLabels ? try array(.labels) : nil
    let instanceLabels = try array(.instanceLabels)
    if options.columns.hasLabels, labels == nil, labelOfBag == nil, instanceLabels == nil {
      throw roles.missing(.labels, summary: "no array for the labels", expected: "one called label or the like")
    }
    let labelOfRow = try labelOfBag.map { lists.spread($0) } ?? labels.map { try lists.perRow($0, what: "labels") }
    let eventOfRow = try array(.events).map { try lists.perRow($0, what: "events") }
    let own = try instanceLabels.map { try lists.perInstance($0, what: "instance labels") }
    let groupOfRow = try array(.groups).map { try lists.perRow($0, what: "groups") }
    let foldsOfRow = try roles.folds.map { try lists.perRow(load($0), what: "folds") }
    let places = try places(rows)
    var bags = BagCollector(
      file: file, featureCount: rows.columns, expectedRows: rows.count, options: options)
    (bags.featureNames, bags.featureTitles, bags.loss) = (featureNames, featureTitles, rows.loss)
    bags.eventColumn = roles.names[.events]
    for row in 0..<rows.count {
      try bags.add(
        BagCollector.Row(
          bag: lists.bagName(ofRow: row), label: labelOfRow?[row], event: eventOfRow?[row], instanceLabel: own?[row],
          group: groupOfRow?[row],
          folds: foldsOfRow.map { $0[row] }, place: places?[row]), at: .field("\(rows.idField), instance \(row + 1)"),
        labelAt: labels.map { .field(lists.place(of: $0, row: row)) })
    }
    bags.features = rows.values
    var columnDecisions = roles
    for role in lists.released { columnDecisions.release(role) }
    if options.bagOrder != nil, !lists.usesOrder {
      decisions.append(
        ReadDecision(.bags, "no list with one entry a bag needs an order, so --bag-order changes nothing"))
    }
    bags.decisions = columnDecisions.decisions + decisions + lists.decisions
    var result = try bags.finish(named: name)
    result.columns = roles.resolved
    return result
  }

  /// Reads the rows of all bags, and the bag of each.
  private mutating func instances() throws -> ArrayRows {
    guard let features = try array(.features) else {
      throw roles.missing(.features, summary: "no array for the features", expected: "instances x features")
    }
    let ids = try array(.bags)
    let idTexts = try ids.map { try trimmed($0.ids(options)) }
    let areDistinct = idTexts.map { TextIndex.areDistinct($0) && $0.count == features.shape.first } ?? true
    if features.shape.count >= 3, areDistinct {
      try CubeAxes.check(features, labels: options.columns.hasLabels ? array(.labels) : nil, &decisions)
      try roles.findPadding(of: features, options, load: load)
      let (settled, load) = (roles, load)
      return try PaddedBags.rows(
        features, ids: idTexts, idField: ids?.field ?? features.field, sizes: array(.sizes), mask: array(.mask),
        options, ignoring: { try settled.features(count: $0, options, load: load).leftOut }, decisions: &decisions)
    }
    let (count, columns, stored) = try features.rows(count: idTexts?.count)
    let values = FlatBags.withoutInfinity(stored, options, numbers: { try? features.numbers() })
    guard columns > 0, count > 0 else { throw features.error(found: "no values", expected: "instances") }
    let bagOfRow: [String]
    if let ids, let idTexts, let sizes = try array(.sizes) {
      bagOfRow = try consecutive(sizes, count: count, named: idTexts, by: ids)
    } else if let ids, let idTexts {
      guard count == idTexts.count else {
        let isOfInstances = features.shape.count > 2 && features.shape[0] * features.shape[1] == idTexts.count
        let isTransposed = features.shape.count == 2 && features.shape[1] == idTexts.count
        throw ids.error(
          found: "\(idTexts.count) bag numbers",
          expected: "\(count), one for each \(features.shape.count > 2 ? "entry of the first axis" : "instance")"
            + (isOfInstances
              ? "; \(features.field) of one row an instance is X.reshape(\(idTexts.count), -1)" : "")
            + (isTransposed ? "; \(features.field) transposed has as many rows" : "")
            + (features.shape.count == 3 && features.shape[2] == idTexts.count
              ? "; where the last axis is bags, \(CubeAxes.command(features)) puts it first" : ""))
      }
      bagOfRow = idTexts
    } else if let sizes = try array(.sizes) {
      bagOfRow = try consecutive(sizes, count: count)
    } else {
      throw roles.missing(
        .bags, summary: "no array for the bag numbers", expected: "one for each instance, called bag or the like")
    }
    if features.shape.count > 2 {
      decisions.append(
        ReadDecision(
          .columns,
          "an instance is the \(columns) numbers of "
            + features.shape.dropFirst().map(String.init).joined(separator: " x ") + ", laid side by side"))
    }
    try FlatBags.requireFinite(
      FilePart(file: file, field: features.field, content: (columns, values)),
      allowsMissing: options.admitsMissing, ignoring: roles.features(count: columns, options, load: load).leftOut,
      exact: features.overflow)
    return ArrayRows(
      bagOfRow: bagOfRow, areNumbers: ids.map { !$0.isText } ?? true, idField: ids?.field ?? features.field,
      columns: columns, values: values, gridPlaces: nil, gridCount: count, loss: features.loss(columns: columns))
  }

  /// Returns ids without surrounding blanks.
  private mutating func trimmed(_ ids: [String]) -> [String] {
    func isPlain(_ id: String) -> Bool {
      id.utf8.first != 0x20 && id.utf8.last != 0x20 && id.utf8.allSatisfy { $0 != 0x09 && $0 < 0x80 }
    }
    guard !ids.allSatisfy(isPlain) else { return ids }
    let unseen = ids.compactMap { PlainText.visible(ArraySlice($0.utf8)) }
    decisions += unseen.first.map { PlainText.decision("ids", unseen.count, String(decoding: $0, as: UTF8.self)) }.list
    let ids = ids.map { id in
      PlainText.visible(ArraySlice(id.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? id
    }
    let result = ids.map(BagNames.trimmed)
    var raw: [String: String] = [:]
    let both = zip(ids, result).first { id, name in raw.updateValue(id, forKey: name).map { $0 != id } ?? false }
    decisions += both.map { BagNames.blanks($0.1) }.list
    return result
  }

  /// Assigns consecutive rows to bags.
  private mutating func consecutive(_ sizes: StoredArray, count: Int) throws -> [String] {
    let numbers = try PaddedBags.sizes(sizes, atMost: count)
    guard numbers.reduce(0, +) == count else {
      throw sizes.error(
        found: "sizes of \(numbers.reduce(0, +)) instances together", expected: "\(count) as the features have rows")
    }
    decisions.append(ReadDecision(.bags, "rows that follow each other, as many as \(sizes.field) says"))
    return numbers.enumerated().flatMap { Array(repeating: String($0 + 1), count: $1) }
  }

  /// Assigns consecutive rows to bags with ids, one a bag or one an instance.
  ///
  /// - Throws: ``ReadError`` if ids and sizes disagree.
  private mutating func consecutive(
    _ sizes: StoredArray, count: Int, named ids: [String], by array: StoredArray
  ) throws -> [String] {
    let numbers = try consecutive(sizes, count: count)
    let bags = Set(numbers).count
    if ids.count == bags, TextIndex.areDistinct(ids) { return numbers.compactMap { Int($0).map { ids[$0 - 1] } } }
    guard ids.count == count else {
      throw array.error(
        found: "\(ids.count) ids",
        expected: "\(bags), one for each of \(sizes.field), or \(count), one for each instance")
    }
    let pairs = Set(zip(numbers, ids).map { [$0, $1] })
    guard pairs.count == bags, Set(ids).count == bags else {
      throw array.error(
        found: "other bags than \(sizes.field) says", expected: "one of the two arrays; --ignore-column leaves one out")
    }
    return ids
  }

  /// Returns the place of each row in its image.
  private func places(_ rows: ArrayRows) throws -> [InstancePlace]? {
    let (across, down): ([Double], [Double])
    let array: StoredArray
    if roles.coordinates.count == 2 {
      let pair = try roles.coordinates.map(load)
      (array, across, down) = (pair[0], try pair[0].numbers(), try pair[1].numbers())
    } else if let both = try self.array(.places) {
      let numbers = try both.numbers()
      guard both.shape.last == 2 else {
        throw both.error(expected: "two numbers an instance; --ignore-column leaves the array out")
      }
      array = both
      across = stride(from: 0, to: numbers.count, by: 2).map { numbers[$0] }
      down = stride(from: 1, to: numbers.count, by: 2).map { numbers[$0] }
    } else {
      return nil
    }
    guard across.count == down.count, across.count == rows.gridCount || across.count == rows.count else {
      throw array.error(
        found: "\(across.count) and \(down.count) places", expected: "\(rows.gridCount), one for each instance")
    }
    let isGrid = across.count == rows.gridCount
    return try (0..<rows.count).map { row in
      let place = isGrid ? rows.gridPlaces?[row] ?? row : row
      guard across[place].isFinite, down[place].isFinite else {
        throw array.error(found: "no finite place for instance \(row + 1)", expected: "two finite numbers")
      }
      return InstancePlace(x: across[place], y: down[place])
    }
  }
}

/// Instances as rows, each with its bag id.
struct ArrayRows {
  /// The id of each row's bag.
  let bagOfRow: [String]
  /// Whether the ids are numbers, which have a natural order.
  let areNumbers: Bool
  /// The array of ids, for errors.
  let idField: String
  /// The number of features.
  let columns: Int
  /// The features, row after row.
  let values: [Float]
  /// The cell of each row in an array of bags x instances; nil if rows and cells coincide.
  let gridPlaces: [Int]?
  /// The number of cells of such an array.
  let gridCount: Int
  /// The loss of the features in single precision.
  var loss: RoundingLoss?

  /// The number of rows.
  var count: Int { bagOfRow.count }

  /// Returns the rows without ignored features.
  fileprivate func leavingOut(
    of roles: ArrayRoles, _ options: ReadOptions, _ decisions: inout [ReadDecision], _ names: inout [String]?,
    _ titles: inout [String], _ load: (String) throws -> StoredArray
  ) throws -> ArrayRows {
    let (all, places, bookkeeping) = try roles.features(count: columns, options, load: load)
    let kept = all.kept(without: places)
    names = all.names.map { names in kept.map { names[$0] } }
    let spelled = all.titles
    titles = kept.map { spelled[$0] }
    decisions += all.decision(places.subtracting(bookkeeping)).list
    decisions +=
      all.decision(bookkeeping, because: "whose names are those of labels, folds or bookkeeping", option: .keepColumn)
      .list
    return ArrayRows(
      bagOfRow: bagOfRow, areNumbers: areNumbers, idField: idField, columns: kept.count,
      values: NumberedFeatures.without(places, of: columns, values), gridPlaces: gridPlaces, gridCount: gridCount,
      loss: loss?.selecting(kept))
  }
}
