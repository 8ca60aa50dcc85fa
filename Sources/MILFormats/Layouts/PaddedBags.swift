import Containers
import MILBags
import UserInput

/// Reads an array of bags x instances x features, in which shorter bags are padded.
///
/// An array of sizes or a mask states the number of instances of each bag. Without either, rows at one end of a bag
/// that look like padding are an error unless an option says what they are. Such rows have one number throughout
/// (zeros, NaN, -1), repeat another row of the bag, or equal the end rows of other bags.
enum PaddedBags {
  /// Reads the instances of all bags.
  ///
  /// - Parameters:
  ///   - ids: the ids of the bags; nil if they are numbered from 1.
  ///   - ignoring: returns the indices of ignored features, from 0, for a number of features.
  ///   - decisions: receives the decisions.
  /// - Throws: ``ReadError`` for padding of unknown extent, or sizes that do not fit.
  static func rows(
    _ features: StoredArray, ids: [String]?, idField: String, sizes: StoredArray?, mask: StoredArray?,
    _ options: ReadOptions, ignoring: (Int) throws -> Set<Int>, decisions: inout [ReadDecision]
  ) throws -> ArrayRows {
    let (bags, instances, columns, values) = try features.cube()
    guard bags > 0, instances > 0, columns > 0 else { throw features.error(found: "no values", expected: "instances") }
    if features.shape.count > 3 {
      decisions.append(try laidSideBySide(features, columns: columns, isSized: sizes != nil || mask != nil))
    }
    let (kept, decision) = try self.kept(
      features, sizes: sizes, mask: mask, bags: bags, instances: instances, columns: columns, values, options)
    decisions.append(decision)
    var taken = values
    if kept.count != bags * instances {
      taken = []
      taken.reserveCapacity(kept.count * columns)
      for place in kept { taken += values[place * columns..<(place + 1) * columns] }
    }
    taken = FlatBags.withoutInfinity(taken, options, numbers: { try? features.numbers() }) {
      kept[$0 / columns] * columns + $0 % columns
    }
    if let bad = FlatBags.firstFault(
      taken, columns: columns, allowsMissing: options.admitsMissing, ignoring: try ignoring(columns))
    {
      let place = kept[bad / columns]
      let exact = features.overflow(at: place * columns + bad % columns)
      throw features.error(
        found:
          "\(FlatBags.found(taken[bad], exact)) in bag \(place / instances + 1), instance \(place % instances + 1), "
          + "feature \(bad % columns + 1)" + FlatBags.padding(taken, columns: columns, at: bad),
        expected: FlatBags.expectation(taken[bad], exact))
    }
    return ArrayRows(
      bagOfRow: kept.map { ids?[$0 / instances] ?? String($0 / instances + 1) }, areNumbers: false, idField: idField,
      columns: columns, values: taken, gridPlaces: kept, gridCount: bags * instances,
      loss: features.loss(columns: columns))
  }

  /// Returns the decision that an instance with more than one axis becomes one row.
  ///
  /// - Throws: ``ReadError`` if nothing states that the second axis is instances.
  private static func laidSideBySide(_ features: StoredArray, columns: Int, isSized: Bool) throws -> ReadDecision {
    let shape = features.shape.map(String.init)
    guard isSized else {
      throw features.error(
        found:
          "shape \(shape.joined(separator: " x ")), whose second axis may be the instances of a bag or part of an instance",
        expected:
          "bags x instances x features, as X.reshape(\(shape[0]), \(shape[1]), -1) makes it; or, where the first axis "
          + "is instances, X.reshape(\(shape[0]), -1) and the bag of each of them (--bag-column)")
    }
    return ReadDecision(
      .columns,
      "an instance is the \(columns) numbers of " + shape.dropFirst(2).joined(separator: " x ") + ", laid side by side")
  }

  /// Returns the places that have an instance, by a mask or sizes if there are any, and a decision that names them.
  private static func kept(
    _ features: StoredArray, sizes: StoredArray?, mask: StoredArray?, bags: Int, instances: Int, columns: Int,
    _ values: [Float], _ options: ReadOptions
  ) throws -> (places: [Int], decision: ReadDecision) {
    let shape = "\(features.field) is \(bags) bags x \(instances) instances x \(columns) features"
    if let mask {
      let (kept, isInverse) = try self.mask(mask, bags: bags, instances: instances, columns: columns, values)
      if isInverse { return (kept, ReadDecision(.bags, "\(shape), of which \(mask.field) says which are padding")) }
      try refuseInverse(mask, kept, of: bags * instances, columns: columns, values)
      return (kept, ReadDecision(.bags, "\(shape), of which \(mask.field) says which are there"))
    }
    if let sizes {
      let counts = try self.sizes(sizes, atMost: instances)
      guard counts.count == bags else { throw sizes.error(expected: "\(bags) sizes, one for each bag") }
      try refuseMisplaced(sizes, counts, instances: instances, columns: columns, values)
      let kept = counts.enumerated().flatMap { bag, count in (0..<count).map { bag * instances + $0 } }
      return (kept, ReadDecision(.bags, "\(shape), of which \(sizes.field) says how many each bag has"))
    }
    if options.paddingRows != .keep {
      try refusePadding(
        features, bags: bags, instances: instances, columns: columns, values, isDropped: options.paddingRows == .drop)
    }
    let what =
      options.paddingRows == .drop
      ? "of which those that look like padding are no instances" : "all of them taken for instances"
    return (
      Array(0..<(bags * instances)),
      ReadDecision(
        .bags,
        "\(shape), \(what)" + (options.paddingRows == nil ? "" : ", " + options.reason(for: .paddingRows)),
        option: options.paddingRows == nil ? nil : ReadOption.paddingRows.spelling)
    )
  }

  /// Reads the sizes of bags: whole numbers from 1.
  static func sizes(_ array: StoredArray, atMost limit: Int) throws -> [Int] {
    try array.numbers().enumerated().map { bag, number in
      guard let size = Int(exactly: number), (1...limit).contains(size) else {
        throw array.error(
          found: "size \(StoredNumbers.text(of: number)) of bag \(bag + 1)",
          expected: "a whole number from 1 to \(limit)")
      }
      return size
    }
  }

  /// Returns the indices at which a mask says that there are instances, at least one in each bag.
  ///
  /// In a mask of padding, 1 may mark padding or instances, as the rows of one number throughout show.
  private static func mask(
    _ array: StoredArray, bags: Int, instances: Int, columns: Int, _ values: [Float]
  ) throws -> (kept: [Int], isInverse: Bool) {
    let numbers = try array.numbers()
    guard numbers.count == bags * instances, numbers.allSatisfy({ $0 == 0 || $0 == 1 }) else {
      throw array.error(expected: "\(bags) x \(instances) of 1 (there) and 0 (padding)")
    }
    var kept = numbers.indices.filter { numbers[$0] == 1 }
    var isInverse = false
    if ColumnNames.plain(array.name).contains("pad"), kept.count < numbers.count {
      let others = numbers.indices.filter { numbers[$0] == 0 }
      let areUniform = [kept, others].map { $0.allSatisfy { isUniform($0, columns, values) } }
      guard kept.isEmpty || areUniform[0] != areUniform[1] else {
        throw array.error(
          found: "a mask of padding, of which nothing shows whether 1 is padding",
          expected: "an array mask with 1 where there is an instance; --ignore-column leaves this one out")
      }
      isInverse = kept.isEmpty || areUniform[0]
      if isInverse { kept = others }
    }
    let full = Set(kept.map { $0 / instances })
    if let empty = (0..<bags).first(where: { !full.contains($0) }) {
      throw array.error(
        found: "no instance of bag \(empty + 1)",
        expected: "1 for at least one; a key padding mask is the other way round, ~mask")
    }
    return (kept, isInverse)
  }

  /// Refuses an inverted mask: one that selects only uniform rows and leaves out others.
  private static func refuseInverse(
    _ mask: StoredArray, _ kept: [Int], of count: Int, columns: Int, _ values: [Float]
  ) throws {
    guard kept.count < count else { return }
    let isKept = Set(kept)
    guard kept.allSatisfy({ isUniform($0, columns, values) }),
      !(0..<count).allSatisfy({ isKept.contains($0) || isUniform($0, columns, values) })
    else { return }
    throw mask.error(
      found: "1 only for instances of one number throughout, and 0 for others",
      expected: "1 where there is an instance and 0 for padding; a key padding mask is the other way round, ~mask")
  }

  /// Refuses sizes if a bag's first rows are padding and its last ones, beyond its size, are not.
  private static func refuseMisplaced(
    _ sizes: StoredArray, _ counts: [Int], instances: Int, columns: Int, _ values: [Float]
  ) throws {
    let misplaced = counts.indices.first { bag in
      let (first, end) = (bag * instances, (bag + 1) * instances)
      guard counts[bag] < instances, isUniform(first, columns, values) else { return false }
      return !(first + counts[bag]..<end).allSatisfy { isUniform($0, columns, values) }
    }
    guard let misplaced else { return }
    throw sizes.error(
      found:
        "size \(counts[misplaced]) of bag \(misplaced + 1), whose first row holds one number throughout and whose rows beyond "
        + "its size do not",
      expected: "padding behind the instances of a bag; a mask says where there are instances otherwise")
  }

  /// Whether a row has one number throughout, as padding has.
  private static func isUniform(_ place: Int, _ columns: Int, _ values: [Float]) -> Bool {
    let row = values[place * columns..<(place + 1) * columns]
    let first = values[place * columns]
    if first.isNaN { return row.allSatisfy(\.isNaN) }
    // With a single feature, every row is uniform.
    return (columns > 1 || first == 0) && row.allSatisfy { $0 == first }
  }

  /// Refuses rows at the ends of bags that look like padding.
  ///
  /// - Parameter isDropped: whether ``PaddingRows`` leaves out such rows later, other than those that it cannot tell
  ///   from instances.
  private static func refusePadding(
    _ features: StoredArray, bags: Int, instances: Int, columns: Int, _ values: [Float], isDropped: Bool
  ) throws {
    func row(_ bag: Int, _ instance: Int) -> ArraySlice<Float> {
      let start = (bag * instances + instance) * columns
      return values[start..<start + columns]
    }
    func refusal(_ padded: [Int], isLast: Bool, _ what: String, mayDrop: Bool = false) -> ReadError {
      features.error(
        found:
          "\(padded.count) of \(bags) bags with a \(isLast ? "last" : "first") instance that is \(what), which looks "
          + "like padding (bag \(padded[0] + 1) is the first)",
        expected:
          "an array sizes with the number of instances of each bag, or mask (bags x instances, 1 where there is one); "
          + (mayDrop ? PaddingRows.wayOut : "\(ReadOption.paddingRows.spelling) keep where all are instances"))
    }
    for (end, next) in [(instances - 1, instances - 2), (0, 1)] {
      let isLast = end > 0 || instances == 1
      let uniform = (0..<bags).filter { isUniform($0 * instances + end, columns, values) }
      if let bag = uniform.first, !isDropped {
        let number = StoredNumbers.text(of: Double(row(bag, end).first ?? 0))
        throw refusal(uniform, isLast: isLast, "\(number) throughout", mayDrop: true)
      }
      // A bag has at least one instance.
      guard instances > 1 else { continue }
      // Bags may be filled up with copies of one instance, or with all of them from the first on.
      let copies = (0..<bags).filter { row($0, end).elementsEqual(row($0, next)) }
      if !copies.isEmpty, !isLast || !isDropped {
        throw refusal(copies, isLast: isLast, "another of its own again", mayDrop: isLast)
      }
      let cycled = (0..<bags).filter {
        row($0, end).elementsEqual(row($0, instances - 1 - end)) && !copies.contains($0)
          && !(isDropped && uniform.contains($0))
      }
      if !cycled.isEmpty { throw refusal(cycled, isLast: isLast, "another of its own again") }
      let without = isDropped ? Set(uniform).union(copies) : []
      let ends = Dictionary(grouping: (0..<bags).filter { !without.contains($0) }) { Array(row($0, end)) }
      let shared = ends.values.filter { $0.count > 1 }.joined().sorted()
      if !shared.isEmpty { throw refusal(shared, isLast: isLast, "that of another bag too") }
    }
  }
}
