import Containers
import LinearAlgebra
import MILBags
import UserInput

/// Checks the features of a folder as those of one table: for numbers that stand for missing values, for columns that
/// may not be features, and for padding.
///
/// A folder of up to `mostValues` numbers is checked as a whole. Of a larger one, only some rows of some bags are
/// read, and the decisions say so.
enum FolderSample {
  /// The number of bags or files of which a large folder's rows are read.
  private static let mostBags = 32

  /// Returns the decisions on the features of a folder.
  ///
  /// - Parameters:
  ///   - files: the rows of each file; nil for those of each bag.
  ///   - titles: the spelling of each feature after `--ignore-column`, if features have no names.
  ///   - parts: the features of the files.
  ///   - hasAllFeatures: whether no feature was left out for its missing values.
  ///   - path: the folder, for errors.
  ///   - mostValues: the largest number of values to read.
  /// - Throws: ``ReadError`` for files that look padded.
  static func decisions(
    _ dataset: BagDataset, files: [Range<Int>]?, titles: [String], parts: [any InstanceSource] = [],
    hasAllFeatures: Bool = true, _ options: ReadOptions, path: String, mostValues: Int = 1 << 22
  ) throws -> [ReadDecision] {
    let bags = dataset.labels.indices.map { dataset[rowsOfBag: $0] }
    let files = files ?? bags
    // A number that is not finite is an error with its place when the bags are read.
    guard let some = try? rows(of: dataset, in: bags, mostValues, withEnds: false) else { return [] }
    let isEnough = files == bags && some.matrix.rows == dataset.instanceCount
    guard let ends = try? isEnough ? some : rows(of: dataset, in: files, mostValues, withEnds: true) else { return [] }
    let chosen = dataset.selecting(bags: some.places)
    let table = try BagTable(
      name: dataset.name, offsets: some.offsets, targets: chosen.targets, bagNames: chosen.bagNames,
      featureNames: dataset.featureNames)
    var read = ReadBags(dataset: try BagDataset(table, MatrixSource(all: some.matrix)))
    if dataset.featureNames == nil { read.featureTitles = titles }
    // A number that stands for a missing value is not one of the feature.
    if some.matrix.rows == dataset.instanceCount, options.missingCodes.isEmpty { read.loss = loss(of: parts, dataset) }
    let padded = try BagDataset(
      name: dataset.name, instances: ends.matrix, offsets: ends.offsets, labels: ends.places.map { _ in 0 })
    let padding = try PaddingRows.decisions(
      ofFiles: padded, sizes: Set(files.map(\.count)), hasAllFeatures: hasAllFeatures, options, file: path)
    return
      said(QuestionableFeatures.decisions(read, options), of: some, "bags", among: bags)
      + said(padding, of: ends, "files", among: files)
  }

  /// Returns the loss of the features of files in single precision; nil if it was not measured or there can be none.
  private static func loss(of parts: [any InstanceSource], _ dataset: BagDataset) -> RoundingLoss? {
    let columns = dataset.featureCount
    let arrays = parts.compactMap { $0 as? FileArray }.filter { $0.featureCount == columns }
    // Rows that were left out as padding have other numbers.
    guard columns > 0, arrays.count == parts.count,
      arrays.reduce(0, { $0 + $1.instanceCount }) == dataset.instanceCount,
      arrays.contains(where: { $0.header != nil || $0.type.size > 2 && $0.type != .single })
    else { return nil }
    var loss = RoundingLoss(columns: columns)
    for array in arrays {
      if let header = array.header {
        guard let own = header.loss else { return nil }
        loss.merge(own)
      } else {
        guard let numbers = try? array.numbers() else { return nil }
        for (place, number) in numbers.enumerated() { loss.note(number, place % columns) }
      }
    }
    return loss
  }

  /// Rows of some of the ranges.
  private struct Rows {
    let places: [Int]
    let offsets: [Int]
    let matrix: Matrix<Float>
  }

  /// Reads the first rows of some ranges and, on demand, the last ones; all rows if they are few.
  private static func rows(
    of dataset: BagDataset, in ranges: [Range<Int>], _ mostValues: Int, withEnds: Bool
  ) throws -> Rows {
    let width = max(dataset.featureCount, 1)
    let isWhole = dataset.instanceCount <= mostValues / width
    let step = max(1, Double(ranges.count) / Double(mostBags))
    let places =
      isWhole
      ? Array(ranges.indices) : (0..<min(mostBags, ranges.count)).map { Int(Double($0) * step) }
    let most = isWhole ? Int.max : max(4, mostValues / width / mostBags)
    let parts = places.map { place -> [Range<Int>] in
      let rows = ranges[place]
      guard rows.count > most else { return [rows] }
      guard withEnds else { return [rows.lowerBound..<rows.lowerBound + most] }
      return [
        rows.lowerBound..<rows.lowerBound + most / 2, rows.upperBound - (most - most / 2)..<rows.upperBound,
      ]
    }
    let offsets = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.reduce(0) { $0 + $1.count }) }
    return Rows(
      places: places, offsets: offsets, matrix: try dataset.source.instances(parts.flatMap(\.self)))
  }

  /// Returns decisions that say of how many bags or files they are, if not of all rows.
  private static func said(
    _ decisions: [ReadDecision], of rows: Rows, _ unit: String, among all: [Range<Int>]
  ) -> [ReadDecision] {
    guard rows.matrix.rows < all.reduce(0, { $0 + $1.count }) else { return decisions }
    return decisions.map {
      ReadDecision(
        $0.subject, "in some rows of \(rows.places.count) of \(all.count) \(unit), " + $0.statement,
        option: $0.option)
    }
  }
}
