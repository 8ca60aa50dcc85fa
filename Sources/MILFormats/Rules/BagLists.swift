import Containers
import MILBags
import UserInput

/// Spreads lists with one entry a bag over the bags' instances.
///
/// By default, entries belong to bags in the order of the bags' first rows, and a decision says so. The ids may have
/// another natural order: numbers that do not ascend, or text that ascends in neither natural nor alphabetical order.
/// `numpy.unique` or `unique` would then have given another list, so the user must choose. A list of the ids settles
/// the order.
struct BagLists {
  private let rows: ArrayRows
  private let options: ReadOptions
  /// The ids in order of first appearance.
  private let ids: [String]
  /// The index of each row's bag in the ids.
  private let bagOfRow: [Int]
  /// The names of bags, if an array has them.
  private var names: [String]?
  /// The bag, in order of first appearance, of each entry of a list; nil without a list of ids.
  private var orderByNames: [Int]?
  private var listed: [String] = []
  /// The entry of each bag, by the field of a list for the bags.
  private var entries: [String: [Int]] = [:]
  /// The roles whose arrays turned out to be unusable.
  private(set) var released: [ArrayRoles.Role] = []
  private var nameDecisions: [ReadDecision] = []

  /// Creates the lists beside some rows.
  ///
  /// - Throws: ``ReadError`` for an id in two Unicode forms.
  init(_ rows: ArrayRows, options: ReadOptions, file: String) throws {
    (self.rows, self.options) = (rows, options)
    var places: [String: Int] = [:]
    var ids: [String] = []
    bagOfRow = try rows.bagOfRow.enumerated().map { row, id in
      if let known = places[id] {
        guard ids[known].utf8.elementsEqual(id.utf8) else {
          throw UnicodeForms.error(id, file: file, at: .field("\(rows.idField), instance \(row + 1)"))
        }
        return known
      }
      places[id] = ids.count
      ids.append(id)
      return ids.count - 1
    }
    self.ids = ids
  }

  /// The decisions on the order of lists and the names of bags.
  var decisions: [ReadDecision] {
    guard !listed.isEmpty, !isGrid else { return nameDecisions }
    let what = listed.joined(separator: ", ")
    let how =
      orderByNames != nil ? "as the array of names says" : orderInWords
    return nameDecisions + [
      ReadDecision(.bags, "\(what) with one entry a bag: these go to the bags \(how)", option: "--bag-order")
    ]
  }

  /// The order of lists in words, and the other ones if ids with numbers have several.
  private var orderInWords: String {
    let reason = options.bagOrder == nil ? "" : ", " + options.reason(for: .bagOrder)
    let haveTwoOrders = !rows.areNumbers && sortedOrder != naturalOrder
    func example(_ order: [Int]) -> String {
      order.prefix(3).map { ids[$0].onOneLine(limit: 40) }.joined(separator: ", ") + (order.count > 3 ? ", ..." : "")
    }
    let (sorted, natural) = (example(sortedOrder), example(naturalOrder))
    switch options.bagOrder {
    case .sorted:
      guard haveTwoOrders else { return "in ascending order of the ids" + reason }
      return "in ascending order of the ids by their characters (\(sorted))\(reason); natural is by their numbers "
        + "(\(natural))"
    case .natural:
      guard haveTwoOrders else { return "in ascending order of the ids" + reason }
      return "in ascending order of the ids by their numbers (\(natural))\(reason); sorted is by their characters "
        + "(\(sorted)), as numpy.unique sorts"
    default:
      let order = "in the order in which bags first appear" + reason
      guard haveTwoOrders, options.bagOrder == nil else { return order }
      let appearing = Array(ids.indices)
      return order + " (\(example(appearing)))"
        + (sortedOrder == appearing ? "" : "; lists in the order of numpy.unique need sorted (\(sorted))")
        + (naturalOrder == appearing ? "" : "; natural is by the numbers in ids (\(natural))")
    }
  }

  /// Whether a list has one entry a bag, in an order that is not certain.
  var usesOrder: Bool { !listed.isEmpty && !isGrid }

  /// Returns the name of a row's bag.
  func bagName(ofRow row: Int) -> ArraySlice<UInt8> {
    ArraySlice((names?[bagOfRow[row]] ?? ids[bagOfRow[row]]).utf8)
  }

  /// Takes an array of names: the ids in the order of the lists, or other names of the bags.
  mutating func name(by array: StoredArray) throws {
    let texts = try array.entries(options).map(BagNames.trimmed)
    let places = Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let order = texts.compactMap { places[$0] }
    if texts.count == ids.count, order.count == ids.count, Set(order).count == ids.count {
      orderByNames = order
      return
    }
    if !order.isEmpty, let other = texts.first(where: { places[$0] == nil }) ?? texts.first {
      throw array.error(
        found: "\(order.count) of \(texts.count) entries that are ids of the file"
          + (places[other] == nil ? ", and \(ReadError.quoted(other.utf8)), which is none" : ""),
        expected: "each of the \(ids.count) ids once, in the order of the lists, or names that are no ids; "
          + "--ignore-column leaves the array out")
    }
    guard texts.count == ids.count, TextIndex.areDistinct(texts), !texts.contains("") else {
      released.append(.bagNames)
      return
    }
    let order2 = try listOrder(array)
    var names = ids
    for (entry, bag) in order2.enumerated() { names[bag] = texts[entry] }
    self.names = names
    listed.append(array.field)
    nameDecisions.append(ReadDecision(.bags, "bags are called as \(array.field) says"))
  }

  /// Returns an entry for each row from a list for the bags or for the instances.
  mutating func perRow(_ array: StoredArray, what: String) throws -> [ArraySlice<UInt8>] {
    if what == "labels", array.shape.count == 2, array.shape[0] > 1, array.shape[1] > 1, !isGrid,
      [ids.count, rows.count].contains(array.shape[0])
    {
      throw array.error(
        found: "labels of shape (\(array.shape[0]), \(array.shape[1])), as of one column a class",
        expected: "one label a bag or instance, as y.argmax(axis=1) makes it")
    }
    let entries = try array.entries(options).map { ArraySlice($0.utf8) }
    if let own = ofInstances(entries) { return own }
    guard entries.count == ids.count, array.isList else {
      throw array.error(
        found: "\(entries.count) \(what)", expected: "\(ids.count) for the bags or \(rows.count) for the instances")
    }
    let order = try listOrder(array)
    var ofBag = entries
    for (entry, bag) in order.enumerated() { ofBag[bag] = entries[entry] }
    listed.append(array.field)
    var places = Array(ids.indices)
    for (entry, bag) in order.enumerated() { places[bag] = entry }
    self.entries[array.field] = places
    return bagOfRow.map { ofBag[$0] }
  }

  /// Returns the place of a row's entry in a list, for errors.
  func place(of array: StoredArray, row: Int) -> String {
    guard let entries = entries[array.field] else { return "\(array.field), instance \(row + 1)" }
    return "\(array.field), entry \(entries[bagOfRow[row]] + 1)"
  }

  /// Returns an entry for each row from one for each bag in order of first appearance.
  func spread(_ ofBag: [String]) -> [ArraySlice<UInt8>] { bagOfRow.map { ArraySlice(ofBag[$0].utf8) } }

  /// Returns an entry for each row from a list for the instances.
  func perInstance(_ array: StoredArray, what: String) throws -> [ArraySlice<UInt8>] {
    let entries = try array.entries(options).map { ArraySlice($0.utf8) }
    guard let own = ofInstances(entries) else {
      throw array.error(found: "\(entries.count) \(what)", expected: "\(rows.gridCount), one for each instance")
    }
    return own
  }

  private func ofInstances(_ entries: [ArraySlice<UInt8>]) -> [ArraySlice<UInt8>]? {
    if entries.count == rows.count { return entries }
    guard entries.count == rows.gridCount, let places = rows.gridPlaces else { return nil }
    return places.map { entries[$0] }
  }

  /// Returns the bag of each entry of a list, by index in order of first appearance.
  private func listOrder(_ array: StoredArray) throws -> [Int] {
    if isGrid { return Array(ids.indices) }
    if let orderByNames { return orderByNames }
    switch options.bagOrder {
    case .appearance: return Array(ids.indices)
    case .sorted: return sortedOrder
    case .natural: return naturalOrder
    case nil: break
    }
    if isAscending { return Array(ids.indices) }
    let example = zip(ids, ids.dropFirst()).first { !precedes($0, $1) }
    let before = example.map { "\($0.0.onOneLine(limit: 40)) stands before \($0.1.onOneLine(limit: 40))" } ?? ""
    throw array.error(
      found: "one entry a bag, and ids that do not ascend: \(before)",
      expected:
        "--bag-order appearance or sorted, whichever the entries' order is: that of the bags' first rows or that of "
        + "ascending ids"
        + (rows.areNumbers || sortedOrder == naturalOrder
          ? "" : " (by their characters, as numpy.unique sorts; natural is by their numbers)")
        + "; an array bag_names with the ids settles it too")
  }

  /// Whether bags are entries of an array, in which case lists share its order.
  private var isGrid: Bool { rows.gridPlaces != nil }

  private var sortedOrder: [Int] { ids.indices.sorted { precedes(ids[$0], ids[$1]) } }

  private var naturalOrder: [Int] {
    rows.areNumbers ? sortedOrder : ids.indices.sorted { NaturalOrder.precedes(ids[$0], ids[$1]) }
  }

  private var isAscending: Bool {
    let pairs = zip(ids, ids.dropFirst())
    return pairs.allSatisfy(precedes) || (!rows.areNumbers && pairs.allSatisfy(NaturalOrder.precedes))
  }

  /// Compares numbers by value, and text by code points as `numpy.unique` does.
  private func precedes(_ one: String, _ two: String) -> Bool {
    if rows.areNumbers, let first = Int128(one), let second = Int128(two) { return first < second }
    return one.unicodeScalars.lexicographicallyPrecedes(two.unicodeScalars)
  }
}

/// The natural order of text: s2 before s10.
enum NaturalOrder {
  /// Whether a text precedes another.
  static func precedes(_ one: String, _ two: String) -> Bool {
    var (first, second) = (Substring(one), Substring(two))
    while let a = first.first, let b = second.first {
      if a.isASCII, b.isASCII, a.isNumber, b.isNumber {
        let (x, y) = (number(&first), number(&second))
        if x.count != y.count { return x.count < y.count }
        if x != y { return x < y }
      } else {
        if a != b { return a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars) }
        first.removeFirst()
        second.removeFirst()
      }
    }
    return first.isEmpty && !second.isEmpty
  }

  /// Removes the leading digits, and returns them without leading zeros.
  private static func number(_ text: inout Substring) -> Substring {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    text = text.dropFirst(digits.count)
    return digits.drop { $0 == "0" }
  }
}
