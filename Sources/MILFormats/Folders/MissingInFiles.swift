import Containers
import LinearAlgebra
import MILBags
import UserInput

/// Handles missing features in the files of a folder, as in one table of all of them.
enum MissingInFiles {
  /// The largest number of values that are read into memory, 2 GiB in single precision.
  private static let mostValues = 1 << 29

  /// Applies the options for missing features to the bags, which then reside in memory.
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
    guard options.allowsMissing || !options.missingCodes.isEmpty, arrays.count == parts.count else {
      return ReadBags(dataset: dataset)
    }
    guard dataset.instanceCount <= mostValues / max(dataset.featureCount, 1) else {
      let asked = options.givenHere.filter { [.missing, .missingCode].contains($0) }
      guard !asked.isEmpty else { return ReadBags(dataset: dataset) }
      throw ReadError(
        file: file,
        found: "\(asked.map(\.spelling).joined(separator: ", ")), and \(dataset.instanceCount) instances of "
          + "\(dataset.featureCount) features",
        expected: "at most \(mostValues) values, since they are read into memory")
    }
    let values = try arrays.flatMap(Self.values)
    let matrix = Matrix<Float>(rows: dataset.instanceCount, columns: dataset.featureCount, elements: values)
    let bags = ReadBags(dataset: try BagDataset(dataset.table, MatrixSource(all: matrix)))
    return try MissingValues.settled(bags, options, file: file)
  }

  /// Returns the numbers of an array, of which some may be NaN.
  private static func values(_ array: FileArray) throws -> [Float] {
    try array.numbers().enumerated().map { place, number in
      let value = Float(number)
      guard !value.isInfinite else {
        let width = max(array.featureCount, 1)
        throw array.error(
          found: "\(number) in row \(place / width + 1), column \(place % width + 1)", expected: FileArray.singleRange)
      }
      return value
    }
  }
}
