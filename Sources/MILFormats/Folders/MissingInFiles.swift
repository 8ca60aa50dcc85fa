import Containers
import LinearAlgebra
import MILBags
import UserInput

/// Handles missing features in text files, as in one table of all of them.
enum MissingInFiles {
  /// Applies the options for missing features to the bags, which then reside in memory.
  ///
  /// - Parameters:
  ///   - dataset: the bags, whose instances are those of the parts, one after the other.
  ///   - parts: the features of the files.
  /// - Throws: ``ReadError`` with a bag that loses all its instances, or if no feature is left.
  static func settled(
    _ dataset: BagDataset, _ parts: [any InstanceSource], _ options: ReadOptions, file: String
  ) throws -> ReadBags {
    let arrays = parts.compactMap { $0 as? FileArray }.filter { $0.header != nil }
    guard options.allowsMissing || !options.missingCodes.isEmpty, arrays.count == parts.count else {
      return ReadBags(dataset: dataset)
    }
    let values = try arrays.flatMap { try $0.numbers().map { Float($0) } }
    let matrix = Matrix<Float>(rows: dataset.instanceCount, columns: dataset.featureCount, elements: values)
    let bags = ReadBags(dataset: try BagDataset(dataset.table, MatrixSource(all: matrix)))
    return try MissingValues.settled(bags, options, file: file)
  }
}
