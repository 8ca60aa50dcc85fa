import Containers
import LinearAlgebra
import MILBags
import UserInput

/// Handles missing features and padding in the files of a folder, as in one table of all of them.
enum MissingInFiles {
  /// The largest number of values that are read into memory, 2 GiB in single precision.
  private static let mostValues = 1 << 29

  /// Applies the options for missing features and padding to the bags, which then reside in memory.
  ///
  /// - Parameters:
  ///   - dataset: the bags, whose instances are those of the parts, one after the other.
  ///   - parts: the features of the files.
  /// - Throws: ``ReadError`` with a bag that loses all its instances, if no feature is left, or for a folder that is
  ///   too large.
  static func settled(
    _ dataset: BagDataset, _ parts: [any InstanceSource], _ options: ReadOptions, file: String
  ) throws -> ReadBags {
    let arrays = parts.compactMap { ($0 as? FileArray) ?? ($0 as? RowVector)?.base }
    let dropsPadding = options.paddingRows == .drop
    guard options.allowsMissing || !options.missingCodes.isEmpty || dropsPadding, arrays.count == parts.count else {
      return ReadBags(dataset: dataset)
    }
    guard dataset.instanceCount <= mostValues / max(dataset.featureCount, 1) else {
      let asked = options.givenHere.filter { [.missing, .missingCode, .paddingRows].contains($0) }
      guard !asked.isEmpty else { return ReadBags(dataset: dataset) }
      throw ReadError(
        file: file,
        found: "\(asked.map(\.spelling).joined(separator: ", ")), and \(dataset.instanceCount) instances of "
          + "\(dataset.featureCount) features",
        expected: "at most \(mostValues) values, since they are read into memory")
    }
    var loss: RoundingLoss? = RoundingLoss(columns: dataset.featureCount)
    let values = try arrays.flatMap { try Self.values($0, options, &loss) }
    let matrix = Matrix<Float>(rows: dataset.instanceCount, columns: dataset.featureCount, elements: values)
    var bags = ReadBags(dataset: try BagDataset(dataset.table, MatrixSource(all: matrix)))
    bags.loss = loss
    if dropsPadding {
      // Each file is padded, though several may be one bag.
      let ends = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.instanceCount) }
      let (kept, decision) = try PaddingRows.dropping(
        from: bags.dataset, zip(ends, ends.dropFirst()).map { $0..<$1 }, options, file: file)
      (bags.dataset, bags.decisions) = (kept, decision.list)
    }
    var result = try MissingValues.settled(bags, options, file: file)
    // Rows that were left out have other numbers.
    if result.dataset.instanceCount != dataset.instanceCount { result.loss = nil }
    return result
  }

  /// Returns the numbers of an array, with NaN for missing ones, and notes their loss in single precision.
  private static func values(
    _ array: FileArray, _ options: ReadOptions, _ loss: inout RoundingLoss?
  ) throws -> [Float] {
    let width = max(array.featureCount, 1)
    let (numbers, rule) = (try array.numbers(), options.missingRule)
    // The numbers of a text are rounded already; it has their loss.
    let isText = array.header != nil
    // A list of numbers is a row of its own.
    if loss?.varies.count != array.featureCount { loss = nil }
    if isText { if let own = array.header?.loss { loss?.merge(own) } else { loss = nil } }
    return try numbers.enumerated().map { place, number in
      let value = Float(number)
      if !isText { loss?.note(number, place % width) }
      if value.isNaN && rule.allows || rule.isMissing(number) { return .nan }
      guard value.isFinite else {
        let row = numbers[place / width * width..<min(place / width * width + width, numbers.count)]
        throw array.error(
          found: "\(number) in row \(place / width + 1), column \(place % width + 1)" + FileArray.padding(row),
          expected: FileArray.expectation(of: number))
      }
      return value
    }
  }
}
