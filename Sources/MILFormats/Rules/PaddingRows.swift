import Containers
import LinearAlgebra
import MILBags
import UserInput

/// Detects rows that look like padding to equal bag sizes.
///
/// Such rows are at one end of a bag. They hold one number throughout (zeros, NaN, -1), or repeat the last instance.
/// Where all bags have one size, many of them are an error that names the option. Otherwise a decision reports them.
/// ``PaddedBags`` checks an array of bags x instances x features, before its rows become instances.
struct PaddingRows {
  private let dataset: BagDataset
  /// The rows of each bag or file.
  private let ranges: [Range<Int>]
  /// The single number of a uniform row, by row; nil if its numbers differ.
  private let uniform: [Float?]
  /// Whether a row equals the one before, by row.
  private let repeats: [Bool]
  /// Whether no feature was left out for its missing values, without which rows may only seem to be copies.
  private var hasAllFeatures = true

  /// The remedy in errors about such rows.
  static let wayOut =
    "\(ReadOption.paddingRows.spelling) keep where they are instances, \(ReadOption.paddingRows.spelling) drop where "
    + "they fill bags up"

  /// Returns the bags without padding if the options say so, and the decisions.
  ///
  /// - Throws: ``ReadError`` for uniform rows with the id -1 beside ids from 0 on, and for bags of one size of which
  ///   several end in such rows.
  static func settled(_ bags: ReadBags, _ options: ReadOptions, file: String) throws -> ReadBags {
    var result = bags
    let dataset = bags.dataset
    let ranges = dataset.labels.indices.map { dataset[rowsOfBag: $0] }
    if options.paddingRows == .drop {
      let (kept, decision) = try dropping(from: dataset, ranges, options, file: file)
      result.dataset = kept
      result.decisions += decision.list
      return result
    }
    guard dataset.isInMemory, dataset.featureCount > 1, dataset.bagCount > 1 else { return bags }
    let rows = PaddingRows(bags, ranges)
    result.decisions += try rows.ofNoBag(options, file: file) + rows.atEnds("bags", options, file: file)
    return result
  }

  /// Returns the decisions on bags that are files, or some rows of each.
  ///
  /// - Parameter sizes: the sizes of all files.
  /// - Throws: ``ReadError`` for files of one size of which several end in such rows.
  static func decisions(
    ofFiles bags: ReadBags, sizes: Set<Int>, _ options: ReadOptions, file: String
  ) throws -> [ReadDecision] {
    let dataset = bags.dataset
    guard dataset.featureCount > 1, dataset.bagCount > 1, options.paddingRows != .drop else { return [] }
    let rows = PaddingRows(bags, dataset.labels.indices.map { dataset[rowsOfBag: $0] })
    return try rows.atEnds("files", sizes: sizes, options, file: file)
  }

  /// Leaves out the rows at the ends of bags or files that look like padding.
  ///
  /// - Throws: ``ReadError`` for a bag of nothing else, and for a missing feature of another row that nothing allows.
  static func dropping(
    from dataset: BagDataset, _ ranges: [Range<Int>], _ options: ReadOptions, file: String
  ) throws -> (BagDataset, ReadDecision?) {
    let rows = PaddingRows(dataset, ranges)
    var isDropped = [Bool](repeating: false, count: dataset.instanceCount)
    for range in ranges {
      let (front, end) = rows.uniformEnds(range)
      let inner = range.lowerBound + front..<range.upperBound - end
      let copies = front > 0 ? 0 : rows.copies(inner)
      for row in range where row < inner.lowerBound || row >= inner.upperBound - copies { isDropped[row] = true }
    }
    if !options.allowsMissing { try MissingValues.refuse(in: dataset, except: isDropped, file: file) }
    let count = isDropped.count(where: \.self)
    let reason = options.reason(for: .paddingRows)
    guard count > 0 else {
      // A kept model's option may find nothing here.
      guard options.givenHere.contains(.paddingRows) else { return (dataset, nil) }
      return (
        dataset, ReadDecision(.bags, "no row looks like padding", option: ReadOption.paddingRows.spelling + " drop")
      )
    }
    let kept = try MissingValues.withoutInstances(dataset, isDropped, file) { size in
      ("\(size) rows that look like padding, and no other", "an instance; a bag without one is to be removed")
    }
    return (
      kept,
      ReadDecision(
        .leftOut, "\(count) of \(isDropped.count) rows at the ends of bags, which look like padding, \(reason)",
        option: ReadOption.paddingRows.spelling)
    )
  }

  private init(_ bags: ReadBags, _ ranges: [Range<Int>]) {
    self.init(bags.dataset, ranges)
    hasAllFeatures = bags.droppedFeatures?.isEmpty ?? true
  }

  private init(_ dataset: BagDataset, _ ranges: [Range<Int>]) {
    (self.dataset, self.ranges) = (dataset, ranges)
    let columns = dataset.featureCount
    uniform = dataset.instances.withUnsafeElements { values in
      (0..<dataset.instanceCount).map { row in
        let first = values[row * columns]
        // With a single feature, every row is uniform.
        guard columns > 1 || first == 0 || first.isNaN else { return nil }
        let isUniform = (row * columns..<(row + 1) * columns).allSatisfy {
          values[$0] == first || (first.isNaN && values[$0].isNaN)
        }
        return isUniform ? first : nil
      }
    }
    repeats = dataset.instances.withUnsafeElements { values in
      (0..<dataset.instanceCount).map { row in
        row > 0 && (row * columns..<(row + 1) * columns).allSatisfy { values[$0] == values[$0 - columns] }
      }
    }
  }

  /// Returns the numbers of uniform rows at both ends of a range.
  private func uniformEnds(_ rows: Range<Int>) -> (front: Int, end: Int) {
    let end = rows.reversed().prefix { uniform[$0] != nil }.count
    return (rows.dropLast(end).prefix { uniform[$0] != nil }.count, end)
  }

  /// Returns the number of last rows that equal the one before.
  private func copies(_ rows: Range<Int>) -> Int {
    rows.dropFirst().reversed().prefix { repeats[$0] }.count
  }

  /// Returns the decision on the id -1 beside whole numbers from 0 on.
  private func ofNoBag(_ options: ReadOptions, file: String) throws -> [ReadDecision] {
    let numbers = dataset.bagNames.map { Double($0) }
    guard let bag = numbers.firstIndex(of: -1),
      numbers.indices.allSatisfy({ $0 == bag || numbers[$0].map { $0 >= 0 && $0 == $0.rounded() } == true })
    else { return [] }
    let rows = dataset[rowsOfBag: bag]
    guard options.paddingRows == nil, rows.allSatisfy({ uniform[$0] != nil }), let first = uniform[rows.lowerBound]
    else {
      return [
        ReadDecision(
          .bags,
          "the id \(dataset.bagNames[bag]) beside ids from 0 on is taken for a bag; where it marks rows of no bag, "
            + "they are to be removed")
      ]
    }
    throw ReadError(
      file: file, at: .field("bag \(dataset.bagNames[bag])"),
      found:
        "\(rows.count) rows that hold \(StoredNumbers.text(of: Double(first))) throughout, with an id beside ids from 0 on "
        + "that looks like that of padding",
      expected: "rows of instances alone, as X[bag >= 0] and the like for the other arrays give them; where it is a "
        + "bag, another id, or \(ReadOption.paddingRows.spelling) keep")
  }
}

/// Rows at the ends of bags, and whether they are padding.
extension PaddingRows {
  /// The bags or files with rows of a kind, and whether they leave hardly a doubt.
  private struct Finding {
    let statement: String
    let isCertain: Bool
  }

  /// Returns the decisions on uniform or repeated rows that occur only at the ends of bags.
  ///
  /// - Parameter sizes: the sizes of the bags, if the rows are a sample; those of the rows by default.
  private func atEnds(
    _ unit: String, sizes known: Set<Int>? = nil, _ options: ReadOptions, file: String
  ) throws -> [ReadDecision] {
    let sizes = known ?? Set(ranges.map(\.count))
    let found = filledRows(unit, sizes).list + repeatedRows(unit, sizes).list
    guard options.paddingRows == nil else {
      return found.map {
        ReadDecision(
          .bags, $0.statement + ", which are taken for instances, " + options.reason(for: .paddingRows),
          option: ReadOption.paddingRows.spelling)
      }
    }
    if let certain = found.first(where: \.isCertain) {
      throw ReadError(
        file: file, found: "\(certain.statement), which looks like padding", expected: Self.wayOut)
    }
    return found.map {
      ReadDecision(
        .bags, $0.statement + ", which looks like padding and is taken for instances",
        option: ReadOption.paddingRows.spelling)
    }
  }

  /// Returns the finding on rows of one number throughout; nil if there are none, or others within bags.
  private func filledRows(_ unit: String, _ sizes: Set<Int>) -> Finding? {
    var (before, behind, inner) = (0, 0, 0)
    var numbers: Set<UInt32> = []
    for range in ranges {
      let (front, end) = uniformEnds(range)
      // A bag without any other row tells nothing.
      guard front + end < range.count else { continue }
      if front > 0 { before += 1 }
      if end > 0 { behind += 1 }
      inner += range.dropFirst(front).dropLast(end).count { uniform[$0] != nil }
      let ends = Array(range.prefix(front)) + Array(range.suffix(end))
      // NaN is not equal to itself, and 0 equals -0.
      numbers.formUnion(ends.compactMap { uniform[$0].map { $0 == 0 ? 0 : $0.isNaN ? .max : $0.bitPattern } })
    }
    let count = max(before, behind)
    // One such row within a bag may be an instance; several of them are not padding.
    guard min(before, behind) == 0, numbers.count == 1, inner == 0 || (sizes.count == 1 && inner < count),
      count > 1 || (count == 1 && sizes.count == 1 && dataset.featureCount > 2)
    else { return nil }
    let what =
      count == 1
      ? "1 of \(ranges.count) \(unit) \(before > 0 ? "begins with" : "ends in")"
      : "\(count) \(unit) \(before > 0 ? "begin with" : "end in")"
    // Programs fill bags up with 0, NaN or a negative number.
    let number = numbers.first.map { Float(bitPattern: $0) } ?? 1
    return Finding(
      statement: "\(what) rows that hold one number throughout, as "
        + (inner == 0 ? "rows do nowhere else" : "\(inner) of all other rows do"),
      isCertain: count > 1 && inner == 0 && sizes.count == 1 && !(number > 0))
  }

  /// Returns the finding on last rows that repeat the one before; nil if there are none, or others within bags.
  private func repeatedRows(_ unit: String, _ sizes: Set<Int>) -> Finding? {
    var (repeated, partly, inner) = (0, 0, 0)
    for range in ranges {
      // Uniform rows are another finding.
      let (front, end) = uniformEnds(range)
      let rows = range.lowerBound + front..<range.upperBound - end
      let copies = copies(rows)
      if copies > 0 { repeated += 1 }
      if copies > 0, copies < rows.count - 1 { partly += 1 }
      inner += rows.dropFirst().dropLast(copies).count { repeats[$0] }
    }
    guard hasAllFeatures, repeated > 1, repeated < ranges.count || partly > 0, inner == 0 || sizes.count == 1 else {
      return nil
    }
    let all = sizes.count == 1 ? "all \(unit) have \(sizes.first ?? 0) instances, of which " : ""
    // Real data have duplicates, but not in many bags and only at their ends.
    return Finding(
      statement: all + "\(repeated)\(all.isEmpty ? " \(unit)" : "") end in one row twice"
        + (inner == 0 && all.isEmpty ? ", as rows do nowhere else" : ""),
      isCertain: sizes.count == 1 && inner == 0 && repeated >= max(3, (ranges.count + 3) / 4))
  }
}
