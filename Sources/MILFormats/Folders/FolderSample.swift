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
  ///   - bags: the bags as they were read, with the spelling of each feature if features have no names.
  ///   - files: the rows of each file; nil for those of each bag.
  ///   - parts: the features of the files.
  ///   - path: the folder, for errors.
  ///   - mostValues: the largest number of values to read.
  /// - Throws: ``ReadError`` for files that look padded.
  static func decisions(
    _ bags: ReadBags, files: [Range<Int>]?, parts: [any InstanceSource] = [], _ options: ReadOptions, path: String,
    mostValues: Int = 1 << 22
  ) throws -> [ReadDecision] {
    let dataset = bags.dataset
    let ranges = dataset.labels.indices.map { dataset[rowsOfBag: $0] }
    let files = files ?? ranges
    let whole = dataset.isInMemory ? nil : whole(parts, dataset, mostValues)
    // A number that is not finite is an error with its place when the bags are read.
    guard let some = whole?.rows ?? (try? rows(of: dataset, in: ranges, mostValues, withEnds: false)) else { return [] }
    let isEnough = files == ranges && some.matrix.rows == dataset.instanceCount
    guard let ends = try? isEnough ? some : rows(of: dataset, in: files, mostValues, withEnds: true) else { return [] }
    let chosen = dataset.selecting(bags: some.places)
    let table = try BagTable(
      name: dataset.name, offsets: some.offsets, targets: chosen.targets, bagNames: chosen.bagNames,
      featureNames: dataset.featureNames)
    var read = bags
    read.dataset = try BagDataset(table, MatrixSource(all: some.matrix))
    // A number that stands for a missing value is not one of the feature.
    read.loss = options.missingCodes.isEmpty ? bags.loss ?? whole?.loss : nil
    var padded = bags
    padded.dataset = try BagDataset(
      name: dataset.name, instances: ends.matrix, offsets: ends.offsets, labels: ends.places.map { _ in 0 })
    let padding = try PaddingRows.decisions(ofFiles: padded, sizes: Set(files.map(\.count)), options, file: path)
    return
      said(QuestionableFeatures.decisions(read, options), of: some, "bags", among: ranges)
      + said(padding, of: ends, "files", among: files)
  }

  /// Reads the features of all files at once, with their loss in single precision.
  ///
  /// It returns nil if they are too many, if some are left out, if one is not finite, or if there can be no loss.
  private static func whole(
    _ parts: [any InstanceSource], _ dataset: BagDataset, _ mostValues: Int
  ) -> (rows: Rows, loss: RoundingLoss?)? {
    let columns = dataset.featureCount
    let arrays = parts.compactMap { $0 as? FileArray }.filter { $0.featureCount == columns }
    guard columns > 0, dataset.instanceCount <= mostValues / columns, arrays.count == parts.count,
      arrays.reduce(0, { $0 + $1.instanceCount }) == dataset.instanceCount,
      arrays.contains(where: { $0.header != nil || $0.type.size > 2 && $0.type != .single })
    else { return nil }
    var loss: RoundingLoss? = RoundingLoss(columns: columns)
    var values: [Float] = []
    values.reserveCapacity(dataset.instanceCount * columns)
    for array in arrays {
      guard let numbers = try? array.numbers() else { return nil }
      for (place, number) in numbers.enumerated() {
        // The numbers of a text are rounded already; it has their loss.
        if array.header == nil { loss?.note(number, place % columns) }
        let value = Float(number)
        guard value.isFinite else { return nil }
        values.append(value)
      }
      guard array.header != nil else { continue }
      if let own = array.header?.loss { loss?.merge(own) } else { loss = nil }
    }
    let rows = Rows(
      places: Array(dataset.labels.indices), offsets: dataset.offsets,
      matrix: Matrix(rows: dataset.instanceCount, columns: columns, elements: values))
    return (rows, loss)
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
